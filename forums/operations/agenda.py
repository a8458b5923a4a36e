"""Giving the sessions of a forum their times."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from forums.models import Slot
from forums.operations.moving import check_parts
from waic.lib import clock


def part_for(forum, starts, day=None):
    """The part of the forum (on a day) a time of day falls into; the first one when it falls into none."""
    parts = list(forum.parts.all())
    if day is not None:
        parts = [part for part in parts if part.starts_at.astimezone(clock.ZONE).date() == day]
    for part in parts:
        if part.starts_at.astimezone(clock.ZONE).time() <= starts < part.ends_at.astimezone(clock.ZONE).time():  # fmt: skip
            return part
    return parts[0] if parts else None


@transaction.atomic
def time_session(session, starts, ends, *, day=None, room=None, judged=False):
    """Give a session with at most one slot its time of day; the slot, changed or new.

    `day` and `room` are needed only where they are not the forum's own. ValidationError `order` when it ends before it
    begins, `no_part` when the forum itself has no time yet, `other_day`
    when it has none on that day, `several` when the session has several slots, which have a page of their own, or what a rule of the edition refuses
    (`judged`: the rules are asked elsewhere).
    """
    if ends <= starts:
        raise ValidationError(_("A session cannot end before it begins."), code="order")
    slots = list(Slot.objects.select_for_update().filter(session=session))
    if len(slots) > 1:
        raise ValidationError(
            _("This session takes place several times. Change its times on its own page."),
            code="several",
        )
    part = part_for(session.forum, starts, day)
    if part is None and day is not None and session.forum.parts.exists():
        raise ValidationError(
            _("The forum has no part on %(day)s."),
            code="other_day",
            params={"day": day.isoformat()},
        )
    if part is None and not slots:
        raise ValidationError(
            _("Give the forum a time first; the agenda lies within it."), code="no_part"
        )
    day = day or (slots[0].starts_at if slots else part.starts_at).astimezone(clock.ZONE).date()
    first, last = (datetime.combine(day, t, tzinfo=clock.ZONE) for t in (starts, ends))
    slot = slots[0] if slots else Slot(session=session)
    room = room or (slot.room if slots else part.room)
    if not judged:
        moved = Slot(pk=slot.pk, session=session, room=room, starts_at=first, ends_at=last)
        check_parts(session.forum, [], agenda=[moved])
    if not slots:
        slot.room, slot.starts_at, slot.ends_at = room, first, last
        slot.save()
    elif (slot.starts_at, slot.ends_at, slot.room) != (first, last, room):
        Slot.objects.filter(pk=slot.pk).update(
            starts_at=first,
            ends_at=last,
            room=room,
            sequence=F("sequence") + 1,
            changed_at=clock.now(),
        )
        slot.refresh_from_db()
    return slot
