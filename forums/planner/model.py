"""The timetable as a CP-SAT model: a part per wish, each adding its variables, its rules and its costs.

A track takes lanes of a block: its first room is lane 0, a second one at the same time lane 1. Talks are put into
lanes and inherit the lane's room, so no variable ties a talk to a room. Rooms that no cost tells apart can be pooled
into groups: a smaller model, whose bound holds for the real rooms as well.

`hard` bans every cost of that height, which turns the dearest wishes into rules and makes the rest quick to solve.
"""

from collections import defaultdict

from forums.planner.plan import Place, Plan
from forums.planner.problem import BAN

# Tracks × blocks × rooms.
SMALL = 100


def room_groups(problem):
    """Rooms that no cost and no walk tells apart."""
    groups = defaultdict(list)
    for r, room in enumerate(problem.rooms):
        groups[
            room.zone if problem.walks else "",
            tuple(problem.track_room.get((t, r), 0) for t in range(len(problem.tracks))),
            tuple(problem.block_room.get((b, r), 0) for b in range(len(problem.blocks))),
            tuple(problem.talk_room.get((i, r), 0) for i in range(len(problem.talks))),
        ].append(r)
    return list(groups.values())


def single_rooms(problem):
    return [[r] for r in range(len(problem.rooms))]


def lanes_of(problem, t):
    """How many rooms at once a track may take: one when its talks fit into blocks that cost it nothing.

    Every further lane multiplies the model, so only small problems get all of them; in large ones a bound holds
    for plans that take no more rooms at once than that.
    """
    if len(problem.tracks) * len(problem.blocks) * len(problem.rooms) <= SMALL:
        return min(len(problem.rooms), len(problem.talks_of[t]))
    blocks = [
        b for b in range(len(problem.blocks)) if not problem.track_block.get((t, b), 0)
    ]  # fmt: skip
    lengths = sorted((problem.talks[i].length for i in problem.talks_of[t]), reverse=True)
    left = [problem.blocks[b].slots for b in blocks]
    for length in lengths:
        for n, slots in enumerate(left):
            if slots >= length:
                left[n] -= length
                break
        else:
            free = sum(problem.blocks[b].slots for b in blocks)
            return min(len(problem.rooms), -(-sum(lengths) // max(1, free)) + 1)
    return 1


class Timetable:
    """Variables by what they say: `taken[t, b, lane]`, `seat[t, b, lane, group]`, `home[t, group]`,
    `put[i, b, lane]`, `within[i, b]`, `missing[i]`, `offset[i]`."""

    def __init__(self, problem, groups, *, hard=BAN, sketch=False, unplaced=False):
        from ortools.sat.python import cp_model

        self.problem, self.groups, self.hard = problem, groups, min(hard, BAN)
        self.model = cp_model.CpModel()
        self.costs, self.levels = [], set()
        self.taken, self.seat, self.home = {}, {}, {}
        self.put, self.within, self.missing, self.offset = {}, {}, {}, {}
        self.zones = {}
        self.lanes = [lanes_of(problem, t) for t in range(len(problem.tracks))]
        self.sketch, self.unplaced = sketch, unplaced
        self.blocks, self.tracks = (
            range(len(problem.blocks)),
            [t for t, talks in enumerate(problem.talks_of) if talks],
        )
        self._build()
        self.model.minimize(sum(self.costs))

    def _build(self):
        for t in self.tracks:
            self._places(t)
            self._seats(t)
            self._rooms_of_a_track(t)
            self._gap(t)
            if not self.sketch:
                self._talks(t)
                self._order(t)
        self._rooms_once()
        self._tracks_in_one_block()
        if not self.sketch:
            self._talks_in_one_block()
            if self.problem.is_timed:
                self._times()

    def cost(self, cost, literal):
        """`cost` is due when the literal holds (or for each unit of an integer)."""
        if cost:
            self.levels.add(cost)
            if cost >= self.hard:
                self.model.add(literal == 0)
            else:
                self.costs.append(cost * literal)

    def bool(self):
        return self.model.new_bool_var("")

    def spots(self, t):
        return [(b, lane) for b in self.blocks for lane in range(self.lanes[t])]

    # --- Tracks ---------------------------------------------------------------------------------

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

    # --- Talks ----------------------------------------------------------------------------------

    def _talks(self, t):
        p = self.problem
        for i in p.talks_of[t]:
            for b, lane in self.spots(t):
                put = self.put[i, b, lane] = self.bool()
                self.model.add_implication(put, self.taken[t, b, lane])
                self.cost(p.talk_block.get((i, b), 0), put)
                if not p.starts(i, b):
                    self.model.add(put == 0)
            self._once(i)
            self._talk_rooms(i)
        for b, lane in self.spots(t):
            puts = [self.put[i, b, lane] for i in p.talks_of[t]]
            slots = sum(p.talks[i].length * self.put[i, b, lane] for i in p.talks_of[t])
            self.model.add(slots <= p.blocks[b].slots * self.taken[t, b, lane])
            self.model.add_bool_or([*puts, ~self.taken[t, b, lane]])

    def _once(self, i):
        t = self.problem.talks[i].track
        puts = [self.put[i, b, lane] for b, lane in self.spots(t)]
        if self.unplaced:
            self.missing[i] = self.bool()
            puts.append(self.missing[i])
            self.costs.append(self._price_of_missing * self.missing[i])
        self.model.add_exactly_one(puts)
        for b in self.blocks:
            lanes = [self.put[i, b, lane] for lane in range(self.lanes[t])]
            self.within[i, b] = lanes[0]
            if len(lanes) > 1:
                self.within[i, b] = self.bool()
                self.model.add(sum(lanes) == self.within[i, b])

    @property
    def _price_of_missing(self):
        """More than a place is ever worth avoiding, and small enough to add up."""
        return min(self.problem.prices.unplaced, BAN // 100)

    def _talk_rooms(self, i):
        p = self.problem
        t = p.talks[i].track
        for g, rooms in enumerate(self.groups):
            cost = p.talk_room.get((i, rooms[0]), 0)
            if cost:
                here = self.bool()
                for b, lane in self.spots(t):
                    self.model.add_bool_or([here, ~self.put[i, b, lane], ~self.seat[t, b, lane, g]])
                self.cost(cost, here)

    def _order(self, t):
        """A talk at position n leaves fewer than n talks before its block, and at least n by its end."""
        p = self.problem
        if not p.prices.order:
            return
        talks = p.talks_of[t]
        for i in talks:
            if not (order := p.talks[i].order):
                continue
            off = self.bool()
            self.cost(p.prices.order, off)
            for b in self.blocks:
                before = sum(self.within[j, c] for j in talks for c in range(b))
                now = sum(self.within[j, b] for j in talks)
                holds = (self.within[i, b], ~off)
                self.model.add(before + now >= order).only_enforce_if(*holds)
                if b:
                    self.model.add(before <= order - 1).only_enforce_if(*holds)

    def _talks_in_one_block(self):
        for (i, j), (cost, _slot) in sorted(self.problem.talk_pairs.items()):
            same = self.problem.talks[i].track == self.problem.talks[j].track
            lanes = self.lanes[self.problem.talks[i].track]
            if not cost or (same and lanes == 1):
                continue
            both = self.bool()
            self.cost(cost, both)
            for b in self.blocks:
                if not same:
                    self.model.add_bool_or([both, ~self.within[i, b], ~self.within[j, b]])
                    continue
                for lane in range(lanes):
                    mine, theirs = self.put[i, b, lane], self.put[j, b, lane]
                    self.model.add_bool_or([both, ~mine, ~self.within[j, b], theirs])

    # --- Slots within a block, where they matter ------------------------------------------------

    def _times(self):
        self.begins = {}
        for i in range(len(self.problem.talks)):
            self._time(i)
        for t in self.tracks:
            self._one_after_the_other(t)
        pairs = set(self.problem.talk_pairs) | (
            self.problem.people_pairs if self.problem.walks else set()
        )
        for i, j in sorted(pairs):
            self._apart(i, j)

    def _time(self, i):
        from ortools.sat.python import cp_model

        p = self.problem
        self.offset[i] = self.model.new_int_var(0, max(block.slots for block in p.blocks), "")
        for b in self.blocks:
            starts = cp_model.Domain.from_values(p.starts(i, b) or [0])
            self.model.add_linear_expression_in_domain(self.offset[i], starts).only_enforce_if(
                self.within[i, b]
            )
        begins = self.begins[i] = self.model.new_int_var(
            0, max(block.end for block in p.blocks), ""
        )
        blocks = sum(p.blocks[b].start * self.within[i, b] for b in self.blocks)
        self.model.add(begins == self.offset[i] + blocks)

    def _one_after_the_other(self, t):
        for lane in range(self.lanes[t]):
            intervals = []
            for i in self.problem.talks_of[t]:
                here = self.bool()
                self.model.add(sum(self.put[i, b, lane] for b in self.blocks) == here)
                length = self.problem.talks[i].length
                intervals.append(
                    self.model.new_optional_fixed_size_interval_var(
                        self.begins[i], length, here, ""
                    )
                )
            self.model.add_no_overlap(intervals)

    def _apart(self, i, j):
        """One before the other, or both at once at a price; the walk between is a rule."""
        p, m = self.problem, self.model
        _block, slot = p.talk_pairs.get((i, j), (0, 0))
        before, after, at_once = self.bool(), self.bool(), self.bool()
        m.add_bool_or([before, after, at_once, *self._nowhere(i), *self._nowhere(j)])
        m.add(self.begins[i] + p.talks[i].length <= self.begins[j]).only_enforce_if(before)
        m.add(self.begins[j] + p.talks[j].length <= self.begins[i]).only_enforce_if(after)
        if p.talks[i].track != p.talks[j].track or self.lanes[p.talks[i].track] > 1:
            self.cost(slot, at_once)
            if (i, j) in p.people_pairs:
                self._walks(i, j, before, after)

    def _nowhere(self, i):
        return [self.missing[i]] if i in self.missing else []

    def _walks(self, i, j, before, after):
        p, m = self.problem, self.model
        for (a, b), slots in sorted(p.walks.items()):
            for here, there in {(a, b), (b, a)} if slots else ():
                holds = (self._in_zone(i, here), self._in_zone(j, there))
                ends = (
                    self.begins[i] + p.talks[i].length + slots,
                    self.begins[j] + p.talks[j].length + slots,
                )
                m.add(ends[0] <= self.begins[j]).only_enforce_if(before, *holds)
                m.add(ends[1] <= self.begins[i]).only_enforce_if(after, *holds)

    def _in_zone(self, i, zone):
        if (i, zone) not in self.zones:
            here = self.zones[i, zone] = self.bool()
            t = self.problem.talks[i].track
            for g, rooms in enumerate(self.groups):
                if self.problem.rooms[rooms[0]].zone == zone:
                    for b, lane in self.spots(t):
                        self.model.add_bool_or(
                            [here, ~self.put[i, b, lane], ~self.seat[t, b, lane, g]]
                        )
        return self.zones[i, zone]

    # --- Plans in and out -----------------------------------------------------------------------

    def hint(self, plan):
        """Begin from this plan, as far as it can be said here."""
        self.hint_chosen(self._chosen(plan))
        for i, offset in self.offset.items():
            if i in plan:
                self.model.add_hint(offset, plan[i].slot)
        for i, literal in self.missing.items():
            self.model.add_hint(literal, i not in plan)

    def hint_chosen(self, chosen):
        """Begin from what another model of the same groups chose."""
        for name, keys in chosen.items():
            for key, literal in getattr(self, name).items():
                self.model.add_hint(literal, key in keys)

    def chosen(self, value):
        names = ("taken", "seat", "home") if self.sketch else ("taken", "seat", "home", "put")
        return {
            name: {key for key, literal in getattr(self, name).items() if value(literal)}
            for name in names
        }

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
