"""A small drawing of a proposal: the rooms it touches over the days, each before and after."""

from dataclasses import dataclass, field
from math import log10

from forums.models import ForumPart, ForumState
from waic.lib import clock
from waic.lib.text import localized

OPENS, CLOSES = 8, 20  # hours of a day that are drawn; what runs over is cut off
LEFT, WIDTH, GAP, ROW = 190, 760, 8, 34


@dataclass
class Bar:
    """One part in one room: where it is drawn, and what a pointer says about it."""

    x: int
    width: int
    kind: str  # "stays", "from" or "to"
    title: str


@dataclass
class Row:
    """One room: what is in it today above, what would be in it below."""

    room: object
    y: int
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)


class Drawing:
    """`rows` by room and `days` with their x; `height` of the whole. Takes one query."""

    def __init__(self, run, moves):
        self.edition, self.moves = run.edition, moves
        self.dates = run.edition.days
        self.day_width = (WIDTH - GAP * (len(self.dates) - 1)) // max(1, len(self.dates))
        self.rows = self._rows()
        self.height = 28 + ROW * len(self.rows)

    @property
    def days(self):
        return [{"date": date, "x": self._x(date)} for date in self.dates]

    def _rows(self):
        rooms = {room.pk: room for m in self.moves for room in (m.from_room, m.room) if room}
        ordered = sorted(rooms.values(), key=lambda r: (r.venue.order, r.venue_id, r.order, r.pk))
        rows = {room.pk: Row(room, 28 + ROW * n) for n, room in enumerate(ordered)}
        self._draw_moves(rows)
        self._draw_what_stays(rows)
        return list(rows.values())

    def _draw_moves(self, rows):
        for move in self.moves:
            title = localized(move.forum, "title")
            if move.from_room_id in rows:
                self._add(rows[move.from_room_id].before, "from", title, move.from_starts_at, move.from_ends_at)  # fmt: skip
            self._add(rows[move.room_id].after, "to", title, move.starts_at, move.ends_at)

    def _draw_what_stays(self, rows):
        moving = {move.part_id for move in self.moves}
        parts = ForumPart.objects.filter(room__in=list(rows)).exclude(forum__state=ForumState.CANCELLED)  # fmt: skip
        for part in parts.select_related("forum"):
            if part.pk not in moving:
                title = localized(part.forum, "title")
                for bars in (rows[part.room_id].before, rows[part.room_id].after):
                    self._add(bars, "stays", title, part.starts_at, part.ends_at)

    def _add(self, bars, kind, title, starts, ends):
        local = starts.astimezone(clock.ZONE)
        if local.date() in self.dates:
            first, last = (self._hours(when, local.date()) for when in (starts, ends))
            x = self._x(local.date()) + round(first * self.day_width)
            width = max(3, round((last - first) * self.day_width) - 1)
            bars.append(Bar(x, width, kind, title))

    def _x(self, date):
        return LEFT + self.dates.index(date) * (self.day_width + GAP)

    @staticmethod
    def _hours(when, date):
        """Share of the drawn day that has passed."""
        local = when.astimezone(clock.ZONE)
        hours = local.hour + local.minute / 60 if local.date() == date else CLOSES
        return (min(max(hours, OPENS), CLOSES) - OPENS) / (CLOSES - OPENS)


def course(steps):
    """Points of a line of the best price over time, 300 × 60, the price on a logarithmic scale; "" for less than two."""
    if len(steps) < 2 or not steps[-1][0]:
        return ""
    logs = [log10(max(1, price)) for _s, price, _b in steps]
    low, high = min(logs), max(logs)
    span = high - low or 1
    return " ".join(
        f"{300 * seconds / steps[-1][0]:.0f},{55 - 50 * (value - low) / span:.0f}"
        for (seconds, _price, _bound), value in zip(steps, logs, strict=True)
    )
