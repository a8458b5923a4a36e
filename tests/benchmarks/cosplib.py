"""Conference workbooks in the format of CoSPLib: read, and asked of the planner."""

import datetime as dt
from dataclasses import dataclass, field
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
