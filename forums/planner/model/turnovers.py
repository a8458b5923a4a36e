"""Rooms that are changed over between two tracks: a pause at the seam of two blocks, and around what stays in a room."""

from functools import cache

from forums.planner.model.times import Times


class Turnovers(Times):
    """Only where rooms are told apart; where alike ones are pooled the wish is left out, so that the bound still holds.

    `is_late(t, b, lane, x)`: what the track has there leaves its room ready after slot x only; `is_early`: it begins
    before slot x.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # Thresholds are shared by all rooms and all that stays.
        self.is_late, self.is_early = cache(self._is_late), cache(self._is_early)

    def add_turnovers(self):
        for g, rooms in enumerate(self.groups):
            if len(rooms) == 1:
                for b, c in self.problem.close_blocks:
                    self._seam(b, c, g)
                for stay in self.problem.stays:
                    if stay.room == rooms[0]:
                        for b in self.blocks:
                            self._beside(stay, b, g)

    def _seam(self, b, c, g):
        """Two tracks in one room, one in block b and one in c, and the second before the room is ready."""
        p, late = self.problem, self.bool()
        self.cost(p.prices.turnover, late)
        same = [self._both(t, b, c, g) for t in self.tracks if len(p.talks_of[t]) > 1]
        longest = max(talk.pause for talk in p.talks)
        for x in range(p.blocks[c].start, p.blocks[b].end + longest):
            until, since = self.bool(), self.bool()
            for t in self.tracks:
                for lane in range(self.lanes[t]):
                    here, there = self.seat[t, b, lane, g], self.seat[t, c, lane, g]
                    self.model.add_bool_or([until, ~here, ~self.is_late(t, b, lane, x)])
                    self.model.add_bool_or([since, ~there, ~self.is_early(t, c, lane, x + 1)])
            self.model.add_bool_or([late, ~until, ~since, *same])

    def _both(self, t, b, c, g):
        """The track has the room in both blocks."""
        both = self.bool()
        for block in (b, c):
            seats = [self.seat[t, block, lane, g] for lane in range(self.lanes[t])]
            self.model.add_bool_or([*seats, ~both])
        return both

    def _beside(self, stay, b, g):
        """Another track's room, before it is ready or while it is wanted."""
        p, block = self.problem, self.problem.blocks[b]
        longest = max(talk.pause for talk in p.talks)
        if stay.ready <= block.start or stay.begins >= block.end + longest:
            return
        late = self.bool()
        self.cost(p.prices.turnover, late)
        for t in self.tracks:
            for lane in range(self.lanes[t]) if t != stay.track else ():
                clause = [late, ~self.seat[t, b, lane, g]]
                if stay.ready < block.end:
                    clause.append(~self.is_early(t, b, lane, stay.ready))
                if stay.begins > block.start:
                    clause.append(~self.is_late(t, b, lane, stay.begins))
                self.model.add_bool_or(clause)

    def _is_late(self, t, b, lane, x):
        late = self.bool()
        for i in self.problem.talks_of[t]:
            talk = self.problem.talks[i]
            holds = (self.put[i, b, lane], ~late)
            self.model.add(self.begins[i] + talk.length + talk.pause <= x).only_enforce_if(*holds)
        return late

    def _is_early(self, t, b, lane, x):
        early = self.bool()
        for i in self.problem.talks_of[t]:
            holds = (self.put[i, b, lane], ~early)
            self.model.add(self.begins[i] >= x).only_enforce_if(*holds)
        return early
