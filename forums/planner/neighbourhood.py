"""A part of a problem: some tracks are free to move, all others stay where a plan has them.

The part is a problem of its own, so that the same model solves it: places of the others are closed, and what it
costs to stand beside them is folded into the costs of blocks.
"""

from collections import defaultdict
from dataclasses import replace

from forums.planner.plan import Plan
from forums.planner.problem import BAN, DEAR, Stay
from forums.planner.wishes import cell_of


class Neighbourhood:
    """`problem` is the part; talks and tracks have numbers of their own in it."""

    def __init__(self, whole, plan, tracks):
        self.whole, self.before = whole, plan
        self.tracks = sorted(tracks)
        self.talks = [i for t in self.tracks for i in whole.talks_of[t]]
        self.track_number = {t: n for n, t in enumerate(self.tracks)}
        self.talk_number = {i: n for n, i in enumerate(self.talks)}
        self.others = plan.tracks(whole)
        self.others = {c: t for c, t in self.others.items() if t not in self.track_number}
        self.problem = self._part()

    def start(self):
        """Where the free talks are now."""
        return Plan({n: self.before[i] for i, n in self.talk_number.items() if i in self.before})

    def merged(self, part):
        """The whole plan with the part's places."""
        plan = Plan({i: p for i, p in self.before.items() if i not in self.talk_number})
        plan.update((i, part[n]) for i, n in self.talk_number.items() if n in part)
        return plan

    def _part(self):
        whole, tracks, talks = self.whole, self.track_number, self.talk_number
        return replace(
            whole,
            tracks=tuple(whole.tracks[t] for t in self.tracks),
            talks=tuple(replace(whole.talks[i], track=tracks[whole.talks[i].track]) for i in self.talks),
            similar={(tracks[s], tracks[t]): c for (s, t), c in whole.similar.items() if s in tracks and t in tracks},
            track_room={(tracks[t], r): c for (t, r), c in whole.track_room.items() if t in tracks},
            talk_room={(talks[i], r): c for (i, r), c in whole.talk_room.items() if i in talks},
            block_room={**whole.block_room, **dict.fromkeys(self.others, BAN)},
            track_block=self._beside_tracks(),
            talk_block=self._beside_talks(),
            shut=self._shut(),
            stays=self._taken(),
        )  # fmt: skip

    def _taken(self):
        """What stays in the rooms, the other tracks of this plan among it."""
        whole, cells = self.whole, self.before.cells()
        stays = [replace(s, track=self.track_number.get(s.track, -1)) for s in whole.stays]
        for b, r in self.others if whole.prices.turnover else ():
            cell = cell_of(whole, self.before, b, cells[b, r])
            stays.append(Stay(r, cell.begins, cell.ready))
        return tuple(stays)

    def _beside_tracks(self):
        costs = defaultdict(int)
        for (t, b), cost in self.whole.track_block.items():
            if t in self.track_number:
                costs[self.track_number[t], b] += cost
        pairs = self.whole.track_pairs
        for (b, _r), other in self.others.items():
            for t, n in self.track_number.items():
                costs[n, b] += pairs.get((min(t, other), max(t, other)), 0)
        return {key: cost for key, cost in costs.items() if cost}

    def _beside_talks(self):
        costs = defaultdict(int)
        for (i, b), cost in self.whole.talk_block.items():
            if i in self.talk_number:
                costs[self.talk_number[i], b] += cost
        for (i, j), (cost, _slot) in self.whole.talk_pairs.items():
            for mine, other in ((i, j), (j, i)):
                if mine in self.talk_number and self._stays(other):
                    costs[self.talk_number[mine], self.before[other].block] += cost
        return {key: cost for key, cost in costs.items() if cost}

    def _shut(self):
        """When the people of a free talk are with one that stays, and walk between the rooms of today."""
        whole = self.whole
        shut = {n: whole.shut.get(i, ()) for i, n in self.talk_number.items() if i in whole.shut}
        for pair in whole.people_pairs if whole.prices.people_slot >= DEAR else ():
            for mine, other in (pair, pair[::-1]):
                if mine in self.talk_number and self._stays(other):
                    n = self.talk_number[mine]
                    shut[n] = (*shut.get(n, ()), self._stretch(mine, other))
        return shut

    def _stretch(self, mine, other):
        begin = self.before.starts_at(self.whole, other)
        rooms = [self.before[i].room for i in (mine, other) if i in self.before]
        walk = self.whole.walk(*rooms) if len(rooms) == 2 else 0
        return begin - walk, begin + self.whole.talks[other].length + walk

    def _stays(self, i):
        return i in self.before and i not in self.talk_number
