"""Reminders of invitations nobody answered: at set days before the last one, never more than there are days."""

from datetime import timedelta

from django.db import transaction

from forums.models import Invitation
from forums.operations.invitations import OPEN, write_to_speaker
from waic.lib import clock

BEFORE = (timedelta(days=7), timedelta(days=2))


def due_reminders(invitation, now):
    """How many reminders should have gone out by now; a day before the letter itself was sent does not count."""
    days = [invitation.reply_by - before for before in BEFORE]
    return (
        sum(day <= now for day in days)
        if any(invitation.sent_at < day <= now for day in days)
        else 0
    )


def remind_speakers():
    """Write to everybody whose day has come; how many. Running it twice writes nothing twice."""
    now = clock.now()
    rows = (
        Invitation.objects.filter(
            state__in=OPEN,
            reply_by__gt=now,
            reply_by__lte=now + max(BEFORE),
            reminders__lt=len(BEFORE),
        )
        .exclude(speaker__user=None, speaker__email="")
        .select_related("forum__edition", "speaker__user")
    )
    return sum(_remind(row, due_reminders(row, now), now) for row in rows)


@transaction.atomic
def _remind(invitation, due, now):
    """True when this call wrote it: the row decides, whoever else is at it."""
    mine = Invitation.objects.filter(pk=invitation.pk, state__in=OPEN, reminders__lt=due)
    if not mine.update(reminders=due, reminded_at=now):
        return False
    write_to_speaker(invitation, "forums/invitation_reminder", f"reminder:{due}")
    return True
