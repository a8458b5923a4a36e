"""Moving a part of a forum with its agenda: what it will cause, and doing it.

Board, desk pages, API and accepted plans all move through `move_part`; `effects_of` says beforehand what that will
cause, by the same rules and on the same facts.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from forums.models import (
    Booking,
    BookingState,
    Forum,
    ForumPart,
    ForumState,
    Participation,
    Slot,
    SlotState,
    Speaker,
)
from forums.operations.forums import check_room, place_part
from forums.operations.moving import item_of, slot_item
from forums.rules import Programme, compare, settings_of
from waic.lib import clock, pagecache
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import localized


def agendas_of(parts):
    """Part → the slots that move with it: those that begin within it, unless another part holds their room then.

    An agenda that runs on beyond its forum moves along: what begins in no part goes with the nearest one of its day.
    Two queries for all the parts together.
    """
    saved = [part for part in parts if part.pk]
    forums = {part.forum_id for part in saved}
    slots, others = defaultdict(list), defaultdict(list)
    rows = Slot.objects.filter(session__forum__in=forums).exclude(state=SlotState.CANCELLED)
    for slot in rows.select_related("session", "room"):
        slots[slot.session.forum_id].append(slot)
    for other in ForumPart.objects.filter(forum__in=forums):
        others[other.forum_id].append(other)
    return {
        part.pk: [slot for slot in slots[part.forum_id] if _belongs(slot, part, others[part.forum_id])]
        for part in saved
    }  # fmt: skip


def _belongs(slot, part, parts):
    if not any(p.starts_at <= slot.starts_at < p.ends_at for p in parts):
        return part.pk == _nearest(slot, parts)
    beside = (p for p in parts if p.pk != part.pk and p.starts_at < part.ends_at and part.starts_at < p.ends_at)  # fmt: skip
    elsewhere = {other.room_id for other in beside} - {part.room_id}
    return part.starts_at <= slot.starts_at < part.ends_at and slot.room_id not in elsewhere


def _nearest(slot, parts):
    """The number of the part of the slot's day that is nearest in time; None where there is none."""
    day_of = clock.local(slot.starts_at).date()
    same_day = [p for p in parts if clock.local(p.starts_at).date() == day_of]
    away = {p.pk: max(p.starts_at - slot.starts_at, slot.starts_at - p.ends_at) for p in same_day}
    return min(away, key=lambda pk: (away[pk], pk), default=None)


def shifted(slots, part, room, starts_at):
    """The slots in their new places, not saved: as far from the part's start as they were."""
    for slot in slots:
        delta = starts_at - part.starts_at
        slot.starts_at, slot.ends_at = slot.starts_at + delta, slot.ends_at + delta
        if slot.room_id == part.room_id:
            slot.room = room
    return slots


def moved_agenda(part, room, starts_at):
    """The agenda of one part where it would be."""
    return shifted(agendas_of([part]).get(part.pk, []), part, room, starts_at)


@transaction.atomic
def move_part(part, *, room, starts_at, ends_at, by=None, version=None, judged_agenda=None):
    """Give a part (or, unsaved, a first one of a forum) a room and a time; its agenda comes along. The part.

    `version`, where given, is that of the forum the person saw. ValidationError: `stale` when somebody was faster,
    `not_allowed` for a forum that is called off, `room_taken` and whatever this edition's rules refuse to save. With a
    `judged_agenda`, the slots as they shall be, the caller has held the rules against all that moves together.
    """
    forum = Forum.objects.select_for_update(no_key=True).select_related("edition").get(pk=part.forum_id)  # fmt: skip
    if version is not None and forum.version != version:
        raise stale()
    if forum.state == ForumState.CANCELLED:
        raise ValidationError(_("This forum is called off; it takes no room."), code="not_allowed")
    if part.pk is not None:
        part = ForumPart.objects.select_related("room__venue").filter(pk=part.pk).first()
        if part is None:
            raise stale()
    part.forum = forum
    before = place_in_words(part) if part.pk else "–"
    judged = judged_agenda is not None
    agenda = judged_agenda if judged else moved_agenda(part, room, starts_at)
    part.room, part.starts_at, part.ends_at = room, starts_at, ends_at
    place_part(part, agenda=agenda, judged=judged)
    _put_on_record(part, before, by)
    return part


def stale():
    return ValidationError(
        _("Somebody changed this forum a moment ago. Look at it again before you move it."),
        code="stale",
    )


def place_in_words(part):
    """5 July 10:00–12:00, Room"""
    place = part.room or part.place_note or _("no room")
    return f"{day(part.starts_at)} {hour(part.starts_at)}–{hour(part.ends_at)}, {place}"


def _put_on_record(part, before, by):
    """A place is no state, so the forum's version rises here, and its history says who moved it."""
    Forum.objects.filter(pk=part.forum_id).update(version=F("version") + 1, changed_at=clock.now())
    part.forum.refresh_from_db(fields=["version", "changed_at"])
    pagecache.bump()
    if by is not None:
        words = {"before": before, "after": place_in_words(part)}
        LogEntry.objects.log_actions(
            by.pk, [part.forum], CHANGE, _("Moved: %(before)s → %(after)s") % words, single_object=True
        )  # fmt: skip


# --- What it will cause -------------------------------------------------------------------------


@dataclass(frozen=True)
class Effects:
    """What a move would cause: refusals, warnings, what it mends, whose bookings clash, who will hear of it."""

    refused: list
    caused: list
    mended: list
    # [(forum, count)]: people with a seat here and there, at overlapping times.
    bookings: list
    agenda: int
    guests: list
    hosts: int
    booked: int
    mails: int
    is_move: bool = True

    @cached_property
    def is_allowed(self):
        return not self.refused

    def as_json(self):
        """For the board: sentences and figures as plain values."""
        return {
            "allowed": self.is_allowed, "moves": self.is_move,
            "refused": [str(sentence) for sentence in self.refused],
            "caused": [{"rule": f.rule, "level": f.level, "sentence": f.sentence} for f in self.caused],
            "mended": [{"rule": f.rule, "sentence": f.sentence} for f in self.mended],
            "bookings": [{"forum": localized(f, "title"), "code": f.code, "people": n} for f, n in self.bookings],
            "agenda": self.agenda, "guests": [str(guest) for guest in self.guests], "hosts": self.hosts,
            "booked": self.booked, "mails": self.mails,
        }  # fmt: skip


def effects_of(part, *, room, starts_at, ends_at):
    """The Effects of a move that nobody has saved; a fixed number of queries."""
    new = ForumPart(pk=part.pk, forum=part.forum, room=room, starts_at=starts_at, ends_at=ends_at)
    agenda = moved_agenda(part, room, starts_at)
    before = Programme.of(part.forum.edition).with_forum(part.forum)
    items = [item_of(new), *(slot_item(slot) for slot in agenda)]
    difference = compare(before, before.moved(*items), settings_of(part.forum.edition))
    people, hosts = _guests(part.forum), part.forum.hosts.count()
    booked = part.forum.bookings.live().count()
    refused = [f.sentence for f in difference.caused if f.blocks_saving]
    return Effects(
        refused=refused or list(_what_cannot_be(new)),
        caused=[f for f in difference.caused if not f.blocks_saving],
        mended=list(difference.mended), bookings=_clashing_bookings(part, new), agenda=len(agenda),
        guests=people, hosts=hosts, booked=booked, mails=sum(bool(g.email or g.user_id) for g in people) + hosts + booked,
        is_move=(part.room_id, part.starts_at, part.ends_at) != (room and room.pk, starts_at, ends_at),
    )  # fmt: skip


def _what_cannot_be(part):
    """Why a place cannot be had at all, whatever the rules are set to."""
    if part.forum.state == ForumState.CANCELLED:
        yield _("This forum is called off; it takes no room.")
    try:
        check_room(part)
    except ValidationError as refusal:
        yield from refusal.messages


def _guests(forum):
    expected = Participation.objects.expected().filter(forum=forum)
    guests = Speaker.objects.filter(pk__in=expected.values("speaker"), is_person=True)
    return list(guests.order_by("sort_key", "pk"))


def _clashing_bookings(part, new):
    """[(forum, people)]: who has a seat here and would have one there at the same time, though not as it is now."""
    there = ForumPart.objects.filter(starts_at__lt=new.ends_at, ends_at__gt=new.starts_at)
    held = Booking.objects.filter(state=BookingState.HELD, takes_time=True)
    visitors = held.filter(forum=part.forum).values("visitor")
    clashing = held.filter(visitor__in=visitors, forum__in=there.values("forum")).exclude(forum=part.forum)  # fmt: skip
    if part.pk:
        now = ForumPart.objects.filter(starts_at__lt=part.ends_at, ends_at__gt=part.starts_at)
        clashing = clashing.exclude(forum__in=now.values("forum"))
    rows = clashing.order_by().values("forum").annotate(people=Count("pk")).order_by("-people")
    counts = {row["forum"]: row["people"] for row in rows}
    forums = Forum.objects.exclude(state=ForumState.CANCELLED).in_bulk(list(counts))
    return [(forums[pk], count) for pk, count in counts.items() if pk in forums]


def unplaced(forum):
    """A part that is not saved yet, for a forum without a place."""
    return ForumPart(forum=forum)
