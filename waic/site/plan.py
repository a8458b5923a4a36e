"""A hall's plan drawn from its rows: booths stand in rows by their numbers, rooms beside them.

Nobody surveyed the halls for us: the letter and the hundreds of a booth's number name its row (H2-B101 stands in
row B1), its area gives its width. The page says that positions are schematic.
"""

import re
from dataclasses import dataclass, field

EDGE, GAP, AISLE, HEIGHT = 36, 10, 34, 74  # of the floor, between booths, between rows, of a booth
WIDEST, ROOM = 1000, 190
NUMBER = re.compile(r"^(.*?)([A-Z]*)(\d*)$")


@dataclass(frozen=True)
class Box:
    """One rectangle of the plan with what it stands for and the words that fit into it."""

    x: int
    y: int
    width: int
    height: int
    name: str
    label: str = ""
    thing: object = None

    @property
    def middle(self):
        return self.x + self.width // 2

    @property
    def centre(self):
        return self.y + self.height // 2


@dataclass(frozen=True)
class Plan:
    """A floor with booths, rooms and the lines of its aisles."""

    width: int
    height: int
    booths: list = field(default_factory=list)
    rooms: list = field(default_factory=list)
    aisles: list = field(default_factory=list)

    @property
    def is_narrow(self):
        """Whether a phone shows it whole."""
        return self.width < 620


def plan_of(stands, rooms):
    """The plan of one hall; None when there is nothing to draw.

    stands: (number, area or None, name, thing) of each booth; rooms: (name, thing).
    """
    if not stands and not rooms:
        return None
    rows = list(_wrapped(_rows(stands)))
    booths, aisles, y = [], [], EDGE
    for row in rows:
        if booths:
            aisles.append(y - AISLE // 2)
        booths += _placed(row, y)
        y += HEIGHT + AISLE
    reach = max((box.x + box.width for box in booths), default=EDGE - AISLE)
    placed = list(_rooms(rooms, reach + AISLE, max(y - AISLE, EDGE + HEIGHT)))
    width = max([reach, *(box.x + box.width for box in placed)]) + EDGE
    height = max([y - AISLE, *(box.y + box.height for box in placed)]) + EDGE
    return Plan(width, height, booths, placed, aisles)


def place_of(number):
    """('B1', 101) of H2-B101: the row a booth stands in, and where in it."""
    letters, digits = NUMBER.match(number.rpartition("-")[2]).group(2, 3)
    return f"{letters}{digits[:-2]}", int(digits[:9] or 0)


def fitting(name, width, size=19):
    """As much of a name as fits; a Han character is as wide as it is high, others about half."""
    room, fits = width - 10, ""
    for character in name:
        room -= size if ord(character) > 0x2E7F else size * 0.58
        if room < 0:
            return f"{fits[:-1].rstrip()}…"
        fits += character
    return fits


def _rows(stands):
    rows: dict = {}
    for stand in sorted(stands, key=lambda stand: (*place_of(stand[0]), stand[0])):
        rows.setdefault(place_of(stand[0])[0], []).append(stand)
    return rows.values()


def _wrapped(rows):
    """Rows that are too long go on in the next one."""
    for row in rows:
        line, used = [], 0
        for stand in row:
            if line and used + _width(stand) > WIDEST:
                yield line
                line, used = [], 0
            line.append(stand)
            used += _width(stand) + GAP
        yield line


def _width(stand):
    """Between the narrowest that can be tapped and three times as wide; 150 m² are as wide as it gets."""
    _number, area, name, _thing = stand
    return 84 + min(area or (36 if name else 9), 150)


def _placed(row, y):
    x = EDGE
    for stand in row:
        number, _area, name, thing = stand
        width = _width(stand)
        yield Box(x, y, width, HEIGHT, fitting(name, width), number.rpartition("-")[2], thing)
        x += width + GAP


def _rooms(rooms, x, height):
    """Rooms in a column as high as the booths, or in further columns."""
    per_column = max(1, (height - EDGE + GAP) // (HEIGHT + GAP), -(-len(rooms) // 4))
    for n, (name, thing) in enumerate(rooms):
        column, line = divmod(n, per_column)
        left, top = x + column * (ROOM + GAP), EDGE + line * (HEIGHT + GAP)
        yield Box(left, top, ROOM, HEIGHT, fitting(name, ROOM), "", thing)
