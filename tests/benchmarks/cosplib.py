"""Conference workbooks in the format of CoSPLib: read, asked of the planner, and scored by their own rules.

The scorer knows nothing of the planner, so that it can contradict it. Rules: Kheiri, Pylyavskyy, Jacko,
GECCO '25 Companion, doi 10.1145/3712255.3726570.
"""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import openpyxl

from forums.planner.problem import Block, Prices, Problem, Room, Talk, Track

# Rows of the weights in sheet "parameters", from its second one on.
WEIGHTS = (
    "tracks_sessions", "tracks_rooms", "sessions_rooms", "similar_tracks", "rooms", "parallel",
    "consecutive", "time_zones", "order", "submissions_sessions", "submissions_rooms", "presenters",
    "attendees", "chairs", "presenters_slot", "attendees_slot",
)  # fmt: skip
FIXED_COLUMNS = 7
SOME_DAY = dt.date(2021, 7, 21)


class Row(NamedTuple):
    """A submission's place as the result file says it: names, and its first slot from 1."""

    submission: str
    session: str
    room: str
    slot: int


@dataclass(frozen=True)
class Submission:
    name: str
    track: str
    slots: int
    order: int = 0
    zone: str = "GMT+0"
    presenters: frozenset[str] = frozenset()
    attendees: frozenset[str] = frozenset()
    penalties: dict[str, int] = field(default_factory=dict)  # of sessions and of rooms


@dataclass(frozen=True)
class Session:
    name: str
    slots: int
    start: dt.time = dt.time(9)
    end: dt.time = dt.time(10)


@dataclass(frozen=True)
class ZoneRule:
    """Local hours that suit a presenter, less or not at all."""

    local: str = "GMT+0"
    good: tuple[dt.time, dt.time] = (dt.time(0), dt.time(23, 59))
    fair: tuple[dt.time, dt.time] = (dt.time(0), dt.time(23, 59))
    less: int = 1
    bad: int = 10

    def penalty(self, zone, session):
        hours = _offset(zone) - _offset(self.local)
        start, end = (_shifted(time, hours) for time in (session.start, session.end))
        if start < self.fair[0] or end > self.fair[1] or end < self.fair[0]:
            return self.bad
        if start < self.good[0] or end > self.good[1]:
            return self.less
        return 0


def _offset(zone):
    return int(str(zone or "").replace("GMT", "") or 0)


def _shifted(time, hours):
    return (dt.datetime.combine(SOME_DAY, time) + dt.timedelta(hours=hours)).time()


@dataclass(frozen=True)
class Conference:
    name: str
    submissions: tuple[Submission, ...]
    sessions: tuple[Session, ...]
    rooms: tuple[str, ...]
    chairs: dict[str, frozenset[str]]  # of every track, in order
    weights: dict[str, int] = field(default_factory=dict)
    zones: ZoneRule = ZoneRule()
    tracks_sessions: dict[tuple[str, str], int] = field(default_factory=dict)
    tracks_rooms: dict[tuple[str, str], int] = field(default_factory=dict)
    sessions_rooms: dict[tuple[str, str], int] = field(default_factory=dict)
    similar: dict[tuple[str, str], int] = field(default_factory=dict)

    def weight(self, rule):
        return self.weights.get(rule, 0)


# --- Reading ------------------------------------------------------------------------------------


def read(path):
    """A workbook as a Conference."""
    book = openpyxl.load_workbook(path, data_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    parameters = sheets["parameters"]
    rooms = tuple(str(row[0]) for row in _rows(sheets["rooms"]))
    chairs = {str(row[0]): _people(row[1]) for row in _rows(sheets["tracks"])}
    sessions = tuple(Session(str(r[0]), int(r[1]), r[3], r[4]) for r in _rows(sheets["sessions"]))
    return Conference(
        name=Path(path).stem,
        submissions=_submissions(sheets["submissions"], {s.name for s in sessions} | set(rooms)),
        sessions=sessions,
        rooms=rooms,
        chairs=chairs,
        weights={rule: int(parameters[1 + n][4] or 0) for n, rule in enumerate(WEIGHTS)},
        zones=_zones(parameters),
        tracks_sessions=_matrix(sheets["tracks_sessions|penalty"]),
        tracks_rooms=_matrix(sheets["tracks_rooms|penalty"]),
        sessions_rooms=_matrix(sheets["sessions_rooms|penalty"]),
        similar=_upper_half(_matrix(sheets["similar tracks"]), list(chairs)),
    )


def _rows(sheet):
    return [row for row in sheet[1:] if row[0] not in (None, "")]


def _people(cell):
    return frozenset(name for name in str(cell or "").split(", ") if name)


def _zones(parameters):
    def cell(row):
        return parameters[row][1]

    return ZoneRule(
        cell(1), (cell(3), cell(4)), (cell(6), cell(7)), int(cell(8) or 0), int(cell(10) or 0)
    )


def _submissions(sheet, places):
    head = [str(cell or "") for cell in sheet[0]]
    return tuple(
        Submission(
            name=str(row[0]), track=str(row[1]), slots=int(row[2]), order=int(row[3] or 0), zone=row[4],
            presenters=_people(row[5]), attendees=_people(row[6]),
            penalties={
                head[n]: int(cell)
                for n, cell in enumerate(row)
                if n >= FIXED_COLUMNS and cell and head[n] in places
            },
        )
        for row in _rows(sheet)
    )  # fmt: skip


def _matrix(sheet):
    head = [str(cell or "") for cell in sheet[0]]
    return {
        (str(row[0]), head[n]): int(cell)
        for row in _rows(sheet)
        for n, cell in enumerate(row)
        if n and n < len(head) and head[n] and cell not in (None, "", 0)
    }


def _upper_half(matrix, names):
    """The half of a symmetric matrix that counts: the row's track comes before the column's."""
    place = {name: n for n, name in enumerate(names)}
    return {
        (a, b): cost
        for (a, b), cost in matrix.items()
        if a in place and b in place and place[a] < place[b]
    }


# --- Asked of the planner -----------------------------------------------------------------------


def problem_of(conference):
    """The same as a Problem: weights multiplied in, zeros left out."""
    weight = conference.weight
    blocks, start = [], 0
    for session in conference.sessions:
        blocks.append(Block(session.name, session.slots, start))
        start += session.slots
    tracks = {name: n for n, name in enumerate(conference.chairs)}
    sessions = {session.name: n for n, session in enumerate(conference.sessions)}
    rooms = {name: n for n, name in enumerate(conference.rooms)}

    def costs(matrix, rule, rows, columns):
        return {
            (rows[a], columns[b]): cost * weight(rule)
            for (a, b), cost in matrix.items()
            if a in rows and b in columns and cost * weight(rule)
        }

    return Problem(
        talks=tuple(
            Talk(s.name, tracks[s.track], s.slots, s.order, s.presenters, s.attendees)
            for s in conference.submissions
        ),
        tracks=tuple(Track(name, chairs) for name, chairs in conference.chairs.items()),
        blocks=tuple(blocks),
        rooms=tuple(Room(name) for name in conference.rooms),
        prices=Prices(
            extra_room=weight("rooms"), parallel=weight("parallel"), gap=weight("consecutive"),
            order=weight("order"), chairs=weight("chairs"),
            people_block=weight("presenters"), people_slot=weight("presenters_slot"),
            audience_block=weight("attendees"), audience_slot=weight("attendees_slot"),
        ),
        track_block=costs(conference.tracks_sessions, "tracks_sessions", tracks, sessions),
        track_room=costs(conference.tracks_rooms, "tracks_rooms", tracks, rooms),
        block_room=costs(conference.sessions_rooms, "sessions_rooms", sessions, rooms),
        similar=costs(conference.similar, "similar_tracks", tracks, tracks),
        talk_block=_talk_blocks(conference),
        talk_room=_talk_rooms(conference, rooms),
    )  # fmt: skip


def _talk_blocks(conference):
    """Time zone and session penalties count once per slot of the submission."""
    found = {}
    for i, submission in enumerate(conference.submissions):
        for b, session in enumerate(conference.sessions):
            cost = conference.weight("submissions_sessions") * submission.penalties.get(
                session.name, 0
            )
            zone = conference.weight("time_zones")
            if zone:
                cost += zone * conference.zones.penalty(submission.zone, session)
            if cost:
                found[i, b] = cost * submission.slots
    return found


def _talk_rooms(conference, rooms):
    weight = conference.weight("submissions_rooms")
    return {
        (i, rooms[name]): cost * submission.slots * weight
        for i, submission in enumerate(conference.submissions)
        for name, cost in submission.penalties.items()
        if name in rooms and weight
    }


def rows_of(conference, plan):
    """A plan of the problem as rows of the result file."""
    return [
        Row(
            conference.submissions[i].name,
            conference.sessions[place.block].name,
            conference.rooms[place.room],
            place.slot + 1,
        )
        for i, place in sorted(plan.items())
    ]


# --- Scoring ------------------------------------------------------------------------------------


class InvalidScheduleError(ValueError):
    """The rows are no schedule of the conference, whatever they cost."""


def score(conference, rows):
    """{rule: weighted penalty} of a schedule; InvalidScheduleError when it is none."""
    found = Counter(_Schedule(conference, rows).penalties())
    return {
        rule: found[rule] * conference.weight(rule)
        for rule in WEIGHTS
        if found[rule] * conference.weight(rule)
    }


class _Schedule:
    def __init__(self, conference, rows):
        self.conference = conference
        self.submissions = {s.name: s for s in conference.submissions}
        self.sessions = {s.name: s for s in conference.sessions}
        self.session_number = {s.name: n for n, s in enumerate(conference.sessions)}
        self.room_number = {name: n for n, name in enumerate(conference.rooms)}
        self.rows = {row.submission: row for row in rows}
        self.grid = self._grid(rows)
        self.cells = {}
        for (session, room, _slot), name in self.grid.items():
            track = self.submissions[name].track
            if self.cells.setdefault((session, room), track) != track:
                raise InvalidScheduleError(f"two tracks in {session}, {room}")
        self.presenters, self.attendees = self._conflicts()

    def _grid(self, rows):
        """(session, room, slot) → submission."""
        names = sorted(row.submission for row in rows)
        if names != sorted(self.submissions):
            raise InvalidScheduleError("not every submission has exactly one place")
        grid = {}
        for row in rows:
            if row.room not in self.room_number or row.session not in self.sessions:
                raise InvalidScheduleError(f"unknown place: {row}")
            for slot in range(row.slot, row.slot + self.submissions[row.submission].slots):
                if not 1 <= slot <= self.sessions[row.session].slots:
                    raise InvalidScheduleError(f"out of its session: {row}")
                if grid.setdefault((row.session, row.room, slot), row.submission) != row.submission:
                    raise InvalidScheduleError(f"taken: {row}")
        return grid

    def _conflicts(self):
        presenters, attendees = set(), set()
        chairs = self.conference.chairs
        for a, b in combinations(self.conference.submissions, 2):
            other = a.track != b.track
            if a.presenters & b.presenters or (
                other and (a.presenters & chairs[b.track] or b.presenters & chairs[a.track])
            ):
                presenters.add((a.name, b.name))
            if (
                a.attendees & b.attendees
                or a.attendees & b.presenters
                or b.attendees & a.presenters
                or (other and (a.attendees & chairs[b.track] or b.attendees & chairs[a.track]))
            ):
                attendees.add((a.name, b.name))
        return presenters, attendees

    def penalties(self):
        found = Counter()
        for part in (self._cells(), self._sessions(), self._tracks(), self._slots(), self._pairs()):
            found.update(part)
        return found

    def _cells(self):
        found, c = Counter(), self.conference
        for (session, room), track in self.cells.items():
            found["tracks_sessions"] += c.tracks_sessions.get((track, session), 0)
            found["tracks_rooms"] += c.tracks_rooms.get((track, room), 0)
            found["sessions_rooms"] += c.sessions_rooms.get((session, room), 0)
        return found

    def _sessions(self):
        """Similar tracks, chairs, and one track beside itself."""
        found, c = Counter(), self.conference
        place = {name: n for n, name in enumerate(c.chairs)}
        for session in self.sessions:
            tracks = [track for (s, _room), track in self.cells.items() if s == session]
            for a, b in combinations(sorted(tracks, key=place.get), 2):
                if a != b:
                    found["similar_tracks"] += c.similar.get((a, b), 0)
                    found["chairs"] += bool(c.chairs[a] & c.chairs[b])
            found["parallel"] += len(tracks) - len(set(tracks))
        return found

    def _tracks(self):
        found = Counter()
        for track in self.conference.chairs:
            cells = [cell for cell, other in self.cells.items() if other == track]
            sessions = {self.session_number[session] for session, _room in cells}
            found["rooms"] += max(0, len({room for _session, room in cells}) - 1)
            if sessions and len(sessions) != max(sessions) - min(sessions) + 1:
                found["consecutive"] += 1
            found["order"] += self._out_of_order(track)
        return found

    def _out_of_order(self, track):
        rows = [
            row for row in self.rows.values() if self.submissions[row.submission].track == track
        ]
        rows.sort(
            key=lambda row: (self.session_number[row.session], self.room_number[row.room], row.slot)
        )
        orders = [self.submissions[row.submission].order for row in rows]
        return sum(order not in (0, n) for n, order in enumerate(orders, 1))

    def _slots(self):
        """What counts for every slot a submission takes, and pairs in one slot."""
        found, c = Counter(), self.conference
        at = defaultdict(list)
        for (session, room, slot), name in self.grid.items():
            submission = self.submissions[name]
            found["time_zones"] += c.zones.penalty(submission.zone, self.sessions[session])
            found["submissions_sessions"] += submission.penalties.get(session, 0)
            found["submissions_rooms"] += submission.penalties.get(room, 0)
            at[session, slot].append(name)
        for names in at.values():
            for pair in combinations(sorted(names, key=list(self.submissions).index), 2):
                found["presenters_slot"] += pair in self.presenters
                found["attendees_slot"] += pair in self.attendees
                a, b = (self.submissions[name] for name in pair)
                found["order"] += a.track == b.track and bool(a.order and b.order)
        return found

    def _pairs(self):
        """Conflicts of two submissions in one session, in different rooms."""
        found = Counter()
        for rule, pairs in (("presenters", self.presenters), ("attendees", self.attendees)):
            for a, b in pairs:
                one, other = self.rows[a], self.rows[b]
                found[rule] += one.session == other.session and one.room != other.room
        return found
