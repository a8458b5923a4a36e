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


@shared_task
def tend_seats():
    """Every minute: what time alone does to seats. Each part asks for what is due now, so a second run does nothing."""
    from forums.operations import door, lottery, moved, pools, waiting

    return [
        pools.release_due_seats(),
        waiting.pass_on_seats(),
        lottery.close_due_lists(),
        door.mark_no_shows(),
        moved.tell_moved(),
    ]


@shared_task
def tell_releases():
    """Every minute: releases whose quiet period is over."""
    from forums.releases import telling

    return telling.tell_releases()
