"""Slots within a block, for problems where they matter: people in two places, walks, half days."""

from forums.planner.model.talks import Talks


class Times(Talks):
    """Variables: `offset[i]` within the block, `begins[i]` on the time line."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.offset, self.begins, self.zones = {}, {}, {}

    def add_times(self):
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
        """One before the other, or both at once at a price; so is too little time for the walk between."""
        p, m = self.problem, self.model
        _block, slot = p.talk_pairs.get((i, j), (0, 0))
        before, after, at_once = self.bool(), self.bool(), self.bool()
        m.add_bool_or([before, after, at_once, *self._nowhere(i), *self._nowhere(j)])
        m.add(self.begins[i] + p.talks[i].length <= self.begins[j]).only_enforce_if(before)
        m.add(self.begins[j] + p.talks[j].length <= self.begins[i]).only_enforce_if(after)
        if p.talks[i].track != p.talks[j].track or self.lanes[p.talks[i].track] > 1:
            self.cost(slot, at_once)
            if (i, j) in p.people_pairs and any(p.walks.values()):
                self._really_at_once(i, j, at_once)
                self._walks(i, j, before, after)

    def _really_at_once(self, i, j, at_once):
        """Nobody gets out of a walk by paying for being in two places, which may cost less or nothing."""
        for one, other in ((i, j), (j, i)):
            ends = self.begins[one] + self.problem.talks[one].length
            self.model.add(self.begins[other] < ends).only_enforce_if(at_once)

    def _nowhere(self, i):
        return [self.missing[i]] if i in self.missing else []

    def _walks(self, i, j, before, after):
        p, m = self.problem, self.model
        late = self.bool()
        self.cost(p.prices.walk, late)
        for (a, b), slots in sorted(p.walks.items()):
            for here, there in {(a, b), (b, a)} if slots else ():
                holds = (self._in_zone(i, here), self._in_zone(j, there))
                ends = (
                    self.begins[i] + p.talks[i].length + slots,
                    self.begins[j] + p.talks[j].length + slots,
                )
                m.add(ends[0] <= self.begins[j]).only_enforce_if(before, *holds, ~late)
                m.add(ends[1] <= self.begins[i]).only_enforce_if(after, *holds, ~late)

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
