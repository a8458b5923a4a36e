"""Tracks into lanes of blocks, lanes into rooms."""

from forums.planner.model.rooms import lanes_of
from forums.planner.problem import BAN


class Tracks:
    """Variables: `taken[t, b, lane]`, `seat[t, b, lane, group]`, `home[t, group]`."""

    def __init__(self, problem, groups, *, hard=BAN, unplaced=False):
        from ortools.sat.python import cp_model

        self.problem, self.groups = problem, groups
        self.hard, self.unplaced = min(hard, BAN), unplaced
        self.model = cp_model.CpModel()
        self.costs = []
        self.taken, self.seat, self.home = {}, {}, {}
        self.blocks = range(len(problem.blocks))
        self.tracks = [t for t, talks in enumerate(problem.talks_of) if talks]
        self.lanes = [lanes_of(problem, t) for t in range(len(problem.tracks))]

    def add_tracks(self):
        for t in self.tracks:
            self._places(t)
            self._seats(t)
            self._rooms_of_a_track(t)
            self._gap(t)
        self._rooms_once()
        self._tracks_in_one_block()

    def cost(self, cost, literal):
        """`cost` is due when the literal holds (or for each unit of an integer)."""
        if cost:
            if cost >= self.hard:
                self.model.add(literal == 0)
            else:
                self.costs.append(cost * literal)

    def bool(self):
        return self.model.new_bool_var("")

    def spots(self, t):
        return [(b, lane) for b in self.blocks for lane in range(self.lanes[t])]

    def _places(self, t):
        p = self.problem
        shortest = min(p.talks[i].length for i in p.talks_of[t])
        for b, lane in self.spots(t):
            taken = self.taken[t, b, lane] = self.bool()
            if p.blocks[b].slots < shortest:
                self.model.add(taken == 0)
            self.cost(p.track_block.get((t, b), 0), taken)
            if lane:
                self.model.add_implication(taken, self.taken[t, b, lane - 1])
                self.cost(p.prices.parallel, taken)
        if not self.unplaced:
            self._enough_slots(t)

    def _enough_slots(self, t):
        """Blocks for all its slots; also divided by each length and rounded up, which says more to the solver."""
        need = self.problem.slots_of[t]
        for d in {1, *(block.slots for block in self.problem.blocks)} - {0}:
            blocks = [-(-self.problem.blocks[b].slots // d) for b in self.blocks]
            self.model.add(
                sum(blocks[b] * self.taken[t, b, lane] for b, lane in self.spots(t))
                >= -(-need // d)
            )

    def _seats(self, t):
        p = self.problem
        for g in range(len(self.groups)):
            self.home[t, g] = self.bool()
        for b, lane in self.spots(t):
            seats = []
            for g, rooms in enumerate(self.groups):
                seat = self.seat[t, b, lane, g] = self.bool()
                seats.append(seat)
                self.model.add_implication(seat, self.home[t, g])
                cost = p.track_room.get((t, rooms[0]), 0) + p.block_room.get((b, rooms[0]), 0)
                self.cost(cost, seat)
            self.model.add(sum(seats) == self.taken[t, b, lane])

    def _rooms_of_a_track(self, t):
        """One home room, and a count of more."""
        homes = [self.home[t, g] for g in range(len(self.groups))]
        if not self.unplaced:
            self.model.add_bool_or(homes)
        if self.problem.prices.extra_room and len(homes) > 1:
            extra = self.model.new_int_var(0, len(homes) - 1, "")
            self.model.add(sum(homes) <= 1 + extra)
            self.cost(self.problem.prices.extra_room, extra)

    def _gap(self, t):
        """A track begins once: a block it takes without the one before is a beginning."""
        if not self.problem.prices.gap or len(self.blocks) < 3 or len(self.problem.talks_of[t]) < 2:
            return
        begins = []
        for b in self.blocks:
            begin = self.bool()
            before = [self.taken[t, b - 1, 0]] if b else []
            self.model.add_bool_or([begin, ~self.taken[t, b, 0], *before])
            begins.append(begin)
        gap = self.bool()
        self.model.add(sum(begins) <= 1).only_enforce_if(~gap)
        self.cost(self.problem.prices.gap, gap)

    def _rooms_once(self):
        for b in self.blocks:
            for g, rooms in enumerate(self.groups):
                seats = [
                    self.seat[t, b, lane, g] for t in self.tracks for lane in range(self.lanes[t])
                ]
                if len(rooms) == 1:
                    self.model.add_at_most_one(seats)
                else:
                    self.model.add(sum(seats) <= len(rooms))

    def _tracks_in_one_block(self):
        for (s, t), cost in sorted(self.problem.track_pairs.items()):
            if s not in self.tracks or t not in self.tracks:
                continue
            for b in self.blocks:
                for k in range(self.lanes[s]):
                    for lane in range(self.lanes[t]):
                        both = self.bool()
                        self.model.add_bool_or(
                            [both, ~self.taken[s, b, k], ~self.taken[t, b, lane]]
                        )
                        self.cost(cost, both)
