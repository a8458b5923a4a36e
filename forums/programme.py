"""One day of the programme: which forums a reader asked for, and where they stand in the grid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from forums.models import Forum, ForumPart
from forums.releases.shown import public_programme
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.text import localized

OPEN_HOUR, CLOSE_HOUR = 9, 18  # the grid's axis
LAUREATES = ("turing", "nobel", "fields")
ALL_DAY = timedelta(hours=8)


@dataclass
class Item:
    """One part of a forum on the day shown."""

    forum: Forum
    part: ForumPart | None
    honours: frozenset = frozenset()
    row: int = 0

    @property
    def starts_at(self):
        return self.part.starts_at if self.part else self.forum.starts_at

    @property
    def ends_at(self):
        return self.part.ends_at if self.part else self.forum.ends_at

    @property
    def room(self):
        return self.part.room if self.part else None

    @cached_property
    def is_now(self):
        return bool(self.starts_at) and self.starts_at <= clock.now() < self.ends_at

    @cached_property
    def is_past(self):
        return bool(self.ends_at) and self.ends_at <= clock.now()

    @property
    def is_brief(self):
        return self.ends_at - self.starts_at <= timedelta(minutes=75)

    @property
    def is_all_day(self):
        return self.ends_at - self.starts_at >= ALL_DAY

    @property
    def has_laureate(self):
        return bool(self.honours & set(LAUREATES))

    @property
    def css(self):
        """Classes of the slot: board, row, start and end on the axis, clamped to it, in steps of five minutes."""
        start, end = clamp(self.starts_at), clamp(self.ends_at)
        states = [name for name, holds in (("is-now", self.is_now), ("is-past", self.is_past), ("is-brief", self.is_brief),
                                           ("is-main", self.forum.kind.is_main)) if holds]  # fmt: skip
        place = f"r-{self.row} h{start[0]} m{start[1]} eh{end[0]} em{end[1]}"
        return " ".join([f"is-{self.forum.kind.board}", place, *states])


def clamp(moment):
    """(hour, minute) on the axis, minutes rounded down to five."""
    local = moment.astimezone(clock.ZONE)
    if local.hour < OPEN_HOUR:
        return OPEN_HOUR, 0
    if local.hour >= CLOSE_HOUR:
        return CLOSE_HOUR, 0
    return local.hour, local.minute // 5 * 5


@dataclass(frozen=True)
class Filters:
    """What the reader asked for, read from the address; unknown values match nothing rather than fail."""

    day: object = None
    kinds: tuple = ()
    venues: tuple = ()
    language: str = ""
    honour: str = ""
    text: str = ""
    only_now: bool = False

    @property
    def is_narrow(self):
        return bool(
            self.kinds or self.venues or self.language or self.honour or self.text or self.only_now
        )


def items_of(edition):
    """Every part of every forum that everybody sees; a forum without a part stands for itself."""
    programme = public_programme(edition)
    forums, honours = list(programme.forums()), programme.honours()
    items = []
    for forum in forums:
        kinds = frozenset(honours.get(forum.pk, ()))
        items += [Item(forum, part, kinds) for part in forum.parts.all()] or [
            Item(forum, None, kinds)
        ]
    return items


def on_day(items, day):
    """Items of a day; one whose time is unknown counts by its date."""
    return [
        i
        for i in items
        if (i.starts_at.astimezone(clock.ZONE).date() if i.starts_at else i.forum.date) == day
    ]


def matching(items, filters, edition):
    """Items that fit all filters."""
    codes = _codes_matching(filters.text, edition) if filters.text else None
    return [item for item in items if _fits(item, filters, codes)]


def _fits(item, filters, codes):
    forum = item.forum
    return (
        (not filters.kinds or forum.kind.key in filters.kinds)
        and (
            not filters.venues or (item.room is not None and item.room.venue.code in filters.venues)
        )
        and (
            not filters.language
            or filters.language in forum.language
            or filters.language in forum.interpretation
        )
        and (
            not filters.honour
            or filters.honour in item.honours
            or (filters.honour == "laureate" and item.has_laureate)
        )
        and (not filters.only_now or item.is_now)
        and (codes is None or forum.code in codes)
    )


def _codes_matching(text, edition):
    """Codes of forums whose own words, sessions or guests match."""
    entries = SearchEntry.objects.filter(edition=edition).matching(text)
    found: dict = {}
    for kind, code in entries.values_list("kind", "code")[:2000]:
        found.setdefault(kind, set()).add(code)
    return public_programme(edition).codes_with(found)


# --- Grid ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the grid: an area's name, or a room."""

    number: int
    name: str
    is_area: bool = False


def lay_out(items):
    """Give each item a row and answer the rows: rooms by venue, then what has no room, packed into lanes."""
    rows: list[Row] = []
    placed = sorted(
        (i for i in items if i.room),
        key=lambda i: (i.room.venue.order, i.room.venue_id, i.room.order, i.room.pk, i.starts_at),
    )
    venue = room = None
    for item in placed:
        if item.room.venue_id != venue:
            venue = item.room.venue_id
            rows.append(Row(len(rows) + 1, localized(item.room.venue, "name"), is_area=True))
        if item.room.pk != room:
            room = item.room.pk
            rows.append(Row(len(rows) + 1, item.room.name))
        item.row = len(rows)
    free = [i for i in items if not i.room]
    if free:
        rows.append(Row(len(rows) + 1, "", is_area=True))
        first = len(rows) + 1
        for item, lane in lanes(free):
            item.row = first + lane
    return rows


def lanes(items):
    """Pack items that have no room into as few lines as possible."""
    ends: list[datetime] = []
    for item in sorted(items, key=lambda i: (i.starts_at, i.ends_at)):
        lane = next((n for n, end in enumerate(ends) if end <= item.starts_at), None)
        if lane is None:
            lane = len(ends)
            ends.append(item.ends_at)
        ends[lane] = item.ends_at
        yield item, lane
