"""Wake-ups of the outbox. The rows are the truth."""

from celery import shared_task


@shared_task
def deliver(pk):
    """Deliver one message if it is still due."""
    from waic.notifications.delivery import deliver_message

    deliver_message(pk)


@shared_task
def sweep_outbox():
    """Every minute: what was queued or left half-done by a lost worker."""
    from waic.notifications.delivery import sweep

    return sweep()
