"""Schedules scored by the rules of CoSPLib. Knows nothing of the planner, so that it can contradict it.

Rules: Kheiri, Pylyavskyy, Jacko, GECCO '25 Companion, doi 10.1145/3712255.3726570.
"""

from collections import Counter, defaultdict
from itertools import combinations

from tests.benchmarks.cosplib import WEIGHTS


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
