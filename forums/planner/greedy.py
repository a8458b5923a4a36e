"""A first plan within a second: the tightest track first, in one room and blocks in a row where that can be."""

from collections import Counter, defaultdict

from forums.planner.plan import Place, Plan
from forums.planner.problem import BAN, Stay

# Among equals the plan with fewer rooms and blocks taken leaves more for the tracks to come.
CELL = 0.01


def first_plan(problem):
    """Every talk that finds a place keeping the rules; what finds none is missing."""
    return _Greedy(problem).run()


class _Greedy:
    def __init__(self, problem):
        self.problem = problem
        self.plan = Plan()
        self.free = {
            (b, r)
            for b in range(len(problem.blocks))
            for r in range(len(problem.rooms))
            if problem.block_room.get((b, r), 0) < BAN
        }
        self.tracks_in = defaultdict(list)
        self.talks_in = defaultdict(list)
        self.rivals = defaultdict(list)
        for (i, j), (block, slot) in problem.talk_pairs.items():
            self.rivals[i].append((j, block, slot))
            self.rivals[j].append((i, block, slot))
        self.partners = defaultdict(list)
        for i, j in problem.people_pairs if problem.walks else ():
            self.partners[i].append(j)
            self.partners[j].append(i)
        self.similar = defaultdict(list)
        for (s, t), cost in problem.track_pairs.items():
            self.similar[s].append((t, cost))
            self.similar[t].append((s, cost))

    def run(self):
        left = {t for t, talks in enumerate(self.problem.talks_of) if talks}
        while left:
            t = min(left, key=lambda t: (self.elbow_room(t), t))
            left.discard(t)
            self.settle(self.in_one_room(t) or self.scattered(t))
        return self.plan

    def elbow_room(self, t):
        """Free places that cost nothing, for each slot it needs."""
        good = sum(not self.cell_cost(t, cell) for cell in self.free)
        return good / (1 + self.problem.slots_of[t])

    def settle(self, places):
        self.plan.update(places)
        for cell in {place[:2] for place in places.values()}:
            self.free.discard(cell)
            talk = next(i for i, place in places.items() if place[:2] == cell)
            self.tracks_in[cell[0]].append(self.problem.talks[talk].track)
        for i, place in places.items():
            self.talks_in[place.room].append(i)

    # --- Where a track could go -----------------------------------------------------------------

    def in_one_room(self, t):
        """The cheapest run of blocks in one room that takes the whole track."""
        best = None
        for r in range(len(self.problem.rooms)):
            row = [b for b in range(len(self.problem.blocks)) if self.is_open(t, (b, r))]
            for first in range(len(row)):
                places = self.shortest_run(t, [(b, r) for b in row[first:]])
                if places and (best is None or self.cost(t, places) < best[0]):
                    best = self.cost(t, places), places
        return best and best[1]

    def shortest_run(self, t, cells):
        slots = 0
        for count, (b, _r) in enumerate(cells, 1):
            slots += self.problem.blocks[b].slots
            if slots >= self.problem.slots_of[t] and (places := self.pack(t, cells[:count])):
                return places
        return None

    def scattered(self, t):
        """The cheapest free places one after another, however far apart; perhaps not for every talk."""
        cells: list[tuple[int, int]] = []
        places = {}
        for cell in sorted(self.free, key=lambda cell: (self.cell_cost(t, cell), cell)):
            if self.is_open(t, cell):
                cells.append(cell)
                places = self.pack(t, cells, whole=False)
                if len(places) == len(self.problem.talks_of[t]):
                    break
        return places

    def is_open(self, t, cell):
        return cell in self.free and self.cell_cost(t, cell) < BAN

    # --- Talks into places ----------------------------------------------------------------------

    def pack(self, t, cells, *, whole=True):
        """Talks into these places, the long ones first; None when not all fit and all have to."""
        used: Counter = Counter()
        places: dict[int, Place] = {}
        talks = self.problem.talks
        for i in sorted(
            self.problem.talks_of[t], key=lambda i: (-talks[i].length, talks[i].order or BAN, i)
        ):
            fitting = [
                (cost, n, place)
                for n, cell in enumerate(cells)
                if (found := self.place_in(i, cell, used, places)) is not None
                for cost, place in [found]
            ]
            if fitting:
                place = min(fitting)[2]
                places[i] = place
                used[place[:2]] = place.slot + talks[i].length
            elif whole:
                return None
        return places

    def place_in(self, i, cell, used, places):
        """(cost, place) of the talk in this block and room, or None where a rule forbids it."""
        b, r = cell
        for slot in self.problem.starts(i, b):
            if slot >= used[cell]:
                place = Place(b, r, slot)
                cost = self.talk_cost(i, place, places)
                if cost < BAN:
                    return cost, place
                if not self.problem.is_timed:
                    return None
        return None

    # --- Costs ----------------------------------------------------------------------------------

    def cell_cost(self, t, cell):
        b, r = cell
        p = self.problem
        own = p.track_block.get((t, b), 0) + p.track_room.get((t, r), 0)
        return own + p.block_room.get(cell, 0)

    def talk_cost(self, i, place, places):
        p = self.problem
        cost = p.talk_block.get((i, place.block), 0) + p.talk_room.get((i, place.room), 0)
        begins = p.blocks[place.block].start + place.slot
        for j, block, slot in self.rivals[i]:
            other = self.plan.get(j) or places.get(j)
            if other and other.room != place.room:
                cost += block * (other.block == place.block)
                cost += slot * self.overlap(i, begins, j, other)
        for j in self.partners[i]:
            other = self.plan.get(j) or places.get(j)
            if other and self.overlap(i, begins, j, other, p.walk(place.room, other.room)):
                cost += p.prices.walk
        return cost + self.turnover_cost(i, place.room, begins)

    def turnover_cost(self, i, room, begins):
        """For a room that is not ready after another track, or not before it."""
        p = self.problem
        if not p.prices.turnover:
            return 0
        talk = p.talks[i]
        others = [self.stay_of(j) for j in self.talks_in[room]]
        others += [stay for stay in p.stays if stay.room == room]
        return p.prices.turnover * sum(
            stay.track != talk.track
            and begins < stay.ready
            and stay.begins < begins + talk.length + talk.pause
            for stay in others
        )

    def stay_of(self, i):
        """A talk that has its place, as what is in the room."""
        place, talk = self.plan[i], self.problem.talks[i]
        begins = self.problem.blocks[place.block].start + place.slot
        return Stay(place.room, begins, begins + talk.length + talk.pause, talk.track)

    def overlap(self, i, begins, j, other, walk=0):
        """Slots at once, when the other talk also needs the walk before and after it."""
        p = self.problem
        from_ = p.blocks[other.block].start + other.slot - walk
        until = from_ + p.talks[j].length + 2 * walk
        return max(0, min(begins + p.talks[i].length, until) - max(begins, from_))

    def cost(self, t, places):
        p = self.problem
        cells = {place[:2] for place in places.values()}
        blocks = [b for b, _r in cells]
        cost = sum(self.cell_cost(t, cell) for cell in cells) + CELL * len(cells)
        cost += sum(self.talk_cost(i, place, places) for i, place in places.items())
        cost += p.prices.gap * (max(blocks) - min(blocks) + 1 != len(set(blocks)))
        beside = {b: Counter(self.tracks_in[b]) for b in set(blocks)}
        return cost + sum(c * beside[b][s] for b in blocks for s, c in self.similar[t])
