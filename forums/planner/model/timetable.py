"""The whole model, and plans in and out of it."""

from collections import defaultdict

from forums.planner.model.turnovers import Turnovers
from forums.planner.plan import Place, Plan


class Timetable(Turnovers):
    """`groups` are the rooms to tell apart; `unplaced` lets a talk stay without a place, at a price."""

    def __init__(self, problem, groups, **options):
        super().__init__(problem, groups, **options)
        self.add_tracks()
        self.add_talks()
        if problem.is_timed:
            self.add_times()
        if problem.has_turnovers:
            self.add_turnovers()
        self.model.minimize(sum(self.costs))

    def hint(self, plan):
        """Begin from this plan, as far as it can be said here."""
        for name, keys in self._chosen(plan).items():
            for key, literal in getattr(self, name).items():
                self.model.add_hint(literal, key in keys)
        for i, offset in self.offset.items():
            if i in plan:
                self.model.add_hint(offset, plan[i].slot)
        for i, literal in self.missing.items():
            self.model.add_hint(literal, i not in plan)

    def seats(self, value):
        """[(track, block, lane, group)] of a solution."""
        return [key for key, literal in self.seat.items() if value(literal)]

    def _chosen(self, plan):
        group = {r: g for g, rooms in enumerate(self.groups) for r in rooms}
        lanes: dict = {}
        chosen = {name: set() for name in ("taken", "seat", "home", "put")}
        for (b, r), t in plan.tracks(self.problem).items():
            lane = lanes[b, r] = sum(1 for key in chosen["taken"] if key[:2] == (t, b))
            chosen["taken"].add((t, b, lane))
            chosen["seat"].add((t, b, lane, group[r]))
            chosen["home"].add((t, group[r]))
        for i, place in plan.items():
            chosen["put"].add((i, place.block, lanes[place[:2]]))
        return chosen

    def plan(self, value, rooms):
        """The plan of a solution; `rooms` names the room of each (track, block, lane)."""
        content = defaultdict(list)
        for (i, b, lane), literal in self.put.items():
            if value(literal):
                content[self.problem.talks[i].track, b, lane].append(i)
        plan, done = Plan(), defaultdict(int)
        for (t, b, lane), talks in sorted(content.items()):
            room = rooms[t, b, lane]
            if self.offset:
                plan.update((i, Place(b, room, value(self.offset[i]))) for i in talks)
                continue
            slot = 0
            for i in in_wished_order(self.problem, talks, done[t]):
                plan[i] = Place(b, room, slot)
                slot += self.problem.talks[i].length
            done[t] += len(talks)
        return plan


def in_wished_order(problem, talks, done):
    """The talks of a block, each at its wished position where that lies here; `done` came before."""
    seats: list[int | None] = [None] * len(talks)
    rest = []
    for i in sorted(talks, key=lambda i: (problem.talks[i].order, i)):
        n = problem.talks[i].order - done - 1
        if 0 <= n < len(talks) and seats[n] is None:
            seats[n] = i
        else:
            rest.append(i)
    return [rest.pop(0) if seat is None else seat for seat in seats]
