"""Wake-ups of the programme. The rows are the truth."""

from celery import shared_task


@shared_task
def expire_invitations():
    """Every hour: letters nobody answered in time."""
    from forums.operations import invitations

    return invitations.expire_invitations()
