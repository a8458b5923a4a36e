"""Wake-ups of the programme. The rows are the truth."""

from celery import shared_task


@shared_task
def expire_invitations():
    """Every hour: letters nobody answered in time."""
    from forums.operations import invitations

    return invitations.expire_invitations()


@shared_task
def remind_speakers():
    """Every hour: letters whose day to answer comes near."""
    from forums.operations import reminding

    return reminding.remind_speakers()
