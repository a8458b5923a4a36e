"""Rules of rooms: taken, closed, too small, too quick a turnover."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import RuleLevel
from forums.rules.engine import rule
from waic.lib import clock
from waic.lib.templatetags.dates import day, hour


def when(item):
    """5 July, 09:00–12:00"""
    return f"{day(item.starts)} {hour(item.starts)}–{hour(item.ends)}"


def overlapping(items):
    """Pairs of items that overlap, each once; the items are in time order."""
    open_items = []
    for item in items:
        open_items = [other for other in open_items if other.ends > item.starts]
        for other in open_items:
            yield other, item
        open_items.append(item)


def covered(item, spans):
    """True when the item lies within the spans, (from, until) in time order, also across two that touch."""
    reached = item.starts
    for since, until in spans:
        if since <= reached < until:
            reached = until
        if reached >= item.ends:
            return True
    return False


def _pair(one, other):
    return tuple(sorted((one.key, other.key)))


@rule(
    "room-taken",
    gettext_lazy("A room is taken"),
    RuleLevel.BLOCK_SAVE,
    remedy=gettext_lazy("Give one of them another room or time."),
)
def room_taken(programme, _number):
    """Two forums in one room at overlapping times; touching is fine, and so are places for several."""
    for room, items in programme.items_by_room.items():
        place = programme.places[room]
        if place.allows_parallel:
            continue
        for one, other in overlapping(items):
            if one.forum != other.forum:
                yield (
                    _("%(room)s, %(when)s: “%(one)s” and “%(other)s” need the same room.")
                    % {
                        "room": place.name,
                        "when": when(other),
                        "one": programme.title(one.forum),
                        "other": programme.title(other.forum),
                    },
                    _pair(one, other),
                    (one.forum, other.forum),
                    (),
                )


@rule(
    "room-closed",
    gettext_lazy("A room is closed"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Move it into the opening hours, or change those of the venue."),
)
def room_closed(programme, _number):
    """Outside the opening hours of the room's venue on that day; a venue without hours is always open."""
    venues = {venue for venue, _date in programme.hours}
    for room, items in programme.items_by_room.items():
        place = programme.places[room]
        if place.venue not in venues:
            continue
        for item in items:
            spans = programme.hours.get(
                (place.venue, item.starts.astimezone(clock.ZONE).date()), ()
            )
            if not covered(item, sorted(spans)):
                yield (
                    _("“%(forum)s” is in %(room)s on %(when)s, when the venue is not open.")
                    % {
                        "forum": programme.title(item.forum),
                        "room": place.name,
                        "when": when(item),
                    },
                    (item.key,),
                    (item.forum,),
                    (),
                )


@rule(
    "room-too-small",
    gettext_lazy("A room is smaller than the seats"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Find a larger room, or offer fewer seats."),
)
def room_too_small(programme, _number):
    """More seats can be booked, or are booked, than the room has."""
    for room, items in programme.items_by_room.items():
        place = programme.places[room]
        for forum in dict.fromkeys(item.forum for item in items):
            facts = programme.forums[forum]
            wanted = max(facts.seats, facts.seats_taken)
            if place.capacity is not None and wanted > place.capacity:
                yield (
                    _(
                        "“%(forum)s” offers %(seats)d seats, %(booked)d of them booked; %(room)s has %(capacity)d."
                    )
                    % {
                        "forum": facts.title,
                        "seats": facts.seats,
                        "booked": facts.seats_taken,
                        "room": place.name,
                        "capacity": place.capacity,
                    },
                    (forum, room),
                    (forum,),
                    (),
                )


@rule(
    "turnover",
    gettext_lazy("Too little time to change over"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Leave more time between them, or use another room."),
    number=15,
    number_label=gettext_lazy("minutes"),
)
def turnover(programme, minutes):
    """The next forum in a room begins too soon after the one before; while that still runs, the room is taken."""
    for room, items in programme.items_by_room.items():
        if programme.places[room].allows_parallel:
            continue
        for one, other in _after_another_forum(items):
            gap = other.starts - one.ends
            if timedelta(0) <= gap < timedelta(minutes=minutes):
                yield (
                    _(
                        "%(room)s: “%(other)s” begins %(gap)d minutes after “%(one)s” ends (%(when)s)."
                    )
                    % {
                        "room": programme.places[room].name,
                        "one": programme.title(one.forum),
                        "other": programme.title(other.forum),
                        "gap": gap.total_seconds() // 60,
                        "when": when(other),
                    },
                    _pair(one, other),
                    (one.forum, other.forum),
                    (),
                )


def _after_another_forum(items):
    """(the item of another forum that ends last among those before, item), for items in time order."""
    latest: dict = {}
    for item in items:
        others = [other for forum, other in latest.items() if forum != item.forum]
        if others:
            yield max(others, key=lambda other: other.ends), item
        latest[item.forum] = max(latest.get(item.forum, item), item, key=lambda i: i.ends)
