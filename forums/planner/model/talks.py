"""Talks into the lanes of their track."""

from forums.planner.model.tracks import Tracks
from forums.planner.problem import BAN


class Talks(Tracks):
    """Variables: `put[i, b, lane]`, `within[i, b]`, and `missing[i]` where talks may stay without a place."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.put, self.within, self.missing = {}, {}, {}

    def add_talks(self):
        for t in self.tracks:
            self._talks(t)
            self._order(t)
        self._talks_in_one_block()

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
