"""What a timetable has to satisfy. Everything is named by its place in these tuples, so that solving is plain counting.

Talks come in tracks (a forum is a track); a block is a stretch of equal slots on a common time line; in one block a
room belongs to one track. A price of BAN is a rule: it is never paid.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

BAN = 10**9
# The price of a wish that comes right after the rules: a part of a plan is solved as if it were one.
DEAR = 100


@dataclass(frozen=True)
class Block:
    """`slots` slots in a row, the first of them at `start` on the time line."""

    name: str
    slots: int
    start: int

    @property
    def end(self):
        return self.start + self.slots


@dataclass(frozen=True)
class Room:
    """Walking between two rooms takes what `Problem.walks` says about their zones."""

    name: str
    zone: str = ""


@dataclass(frozen=True)
class Track:
    name: str
    chairs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Talk:
    """`order` is its wished position within the track, from 1; 0 is any. `pause`: slots until its room is ready for
    another track."""

    name: str
    track: int
    length: int = 1
    order: int = 0
    people: frozenset[str] = frozenset()
    audience: frozenset[str] = frozenset()
    pause: int = 0


@dataclass(frozen=True)
class Stay:
    """A room is another track's from slot `begins` on and ready for the next one at `ready`, pause included."""

    room: int
    begins: int
    ready: int
    track: int = -1  # a track of the problem, or none of them


@dataclass(frozen=True)
class Prices:
    """What one breach of a wish costs; 0 switches the wish off."""

    extra_room: int = 0  # each room of a track after its first
    parallel: int = 0  # each room of a track after its first, in one block
    gap: int = 0  # a track whose blocks do not follow one another
    order: int = 0  # a talk away from its wished position
    chairs: int = 0  # two tracks of one chair in one block
    people_block: int = 0  # two talks of one person in one block, in different rooms
    people_slot: int = 0  # the same, per slot at once
    audience_block: int = 0
    audience_slot: int = 0
    turnover: int = 0  # a track in a room that is not ready after another one
    walk: int = BAN  # a person with less than the walk between two talks
    unplaced: int = BAN  # a talk that finds no place


Costs = Mapping[tuple[int, int], int]
Stretches = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Problem:
    talks: tuple[Talk, ...]
    tracks: tuple[Track, ...]
    blocks: tuple[Block, ...]
    rooms: tuple[Room, ...]
    prices: Prices = Prices()
    # Per room and block that a track takes.
    track_block: Costs = field(default_factory=dict)
    track_room: Costs = field(default_factory=dict)
    block_room: Costs = field(default_factory=dict)
    similar: Costs = field(default_factory=dict)  # two tracks in one block, lower first
    # Per talk.
    talk_block: Costs = field(default_factory=dict)
    talk_room: Costs = field(default_factory=dict)
    # When a person or a talk cannot be: half-open stretches of the time line.
    away: Mapping[str, Stretches] = field(default_factory=dict)
    shut: Mapping[int, Stretches] = field(default_factory=dict)
    # Slots that a person needs from zone to zone, the lower name first.
    walks: Mapping[tuple[str, str], int] = field(default_factory=dict)
    # What is in the rooms beside the plan, whole blocks of it closed by `block_room`.
    stays: tuple[Stay, ...] = ()

    @cached_property
    def talks_of(self):
        """Talks of each track."""
        found: list[list[int]] = [[] for _ in self.tracks]
        for i, talk in enumerate(self.talks):
            found[talk.track].append(i)
        return found

    @cached_property
    def slots_of(self):
        """Slots each track needs."""
        return [sum(self.talks[i].length for i in talks) for talks in self.talks_of]

    @cached_property
    def people_pairs(self):
        """Pairs of talks that one person gives, or gives the one and chairs the other's track."""
        return {
            (i, j)
            for i, j in combinations(range(len(self.talks)), 2)
            if self.talks[i].people & self.talks[j].people
            or self._meets_chair(self.talks[i], self.talks[j], "people")
        }

    @cached_property
    def audience_pairs(self):
        """Pairs of talks that somebody wants to hear both of, or hears the one and gives the other."""
        kinds = (("audience", "audience"), ("audience", "people"), ("people", "audience"))
        return {
            (i, j)
            for i, j in combinations(range(len(self.talks)), 2)
            if any(getattr(self.talks[i], a) & getattr(self.talks[j], b) for a, b in kinds)
            or self._meets_chair(self.talks[i], self.talks[j], "audience")
        }

    @cached_property
    def chair_pairs(self):
        pairs = combinations(range(len(self.tracks)), 2)
        return {(s, t) for s, t in pairs if self.tracks[s].chairs & self.tracks[t].chairs}

    @cached_property
    def track_pairs(self):
        """What two tracks in one block cost."""
        costs: dict[tuple[int, int], int] = defaultdict(int)
        for pair, cost in self.similar.items():
            costs[pair] += cost
        for pair in self.chair_pairs:
            costs[pair] += self.prices.chairs
        return {pair: cost for pair, cost in costs.items() if cost}

    @cached_property
    def talk_pairs(self):
        """(per block, per slot) for every pair of talks that should not be at once."""
        costs: dict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for pairs, block, slot in (
            (self.people_pairs, self.prices.people_block, self.prices.people_slot),
            (self.audience_pairs, self.prices.audience_block, self.prices.audience_slot),
        ):
            for pair in pairs:
                costs[pair] = (costs[pair][0] + block, costs[pair][1] + slot)
        return {pair: cost for pair, cost in costs.items() if any(cost)}

    @cached_property
    def is_timed(self):
        """True when the slot within a block matters, and not the block alone."""
        walks = any(self.walks.values()) and bool(self.people_pairs)
        slots = any(slot for _b, slot in self.talk_pairs.values())
        return walks or slots or self._has_half_blocks or self.has_turnovers

    @cached_property
    def close_blocks(self):
        """Pairs of blocks, the second so soon after the first that a pause can reach into it."""
        longest = max((talk.pause for talk in self.talks), default=0)
        return [
            (b, c)
            for b, block in enumerate(self.blocks)
            for c, other in enumerate(self.blocks)
            if block.end <= other.start < block.end + longest
        ]

    @property
    def has_turnovers(self):
        return bool(self.prices.turnover and (self.close_blocks or self.stays))

    def starts(self, i, b):
        """Slots of the block at which the talk could begin with all its people there."""
        return self._starts[i, b]

    @cached_property
    def _starts(self):
        starts = {}
        for i, talk in enumerate(self.talks):
            busy = self._busy(i)
            for b, block in enumerate(self.blocks):
                is_closed = self.talk_block.get((i, b), 0) >= BAN
                starts[i, b] = [] if is_closed else free_starts(talk, block, busy)
        return starts

    def _busy(self, i):
        people = self.talks[i].people
        away = [stretch for person in people for stretch in self.away.get(person, ())]
        return [*away, *self.shut.get(i, ())]

    def walk(self, r, q):
        """Slots of walking between two rooms."""
        a, b = sorted((self.rooms[r].zone, self.rooms[q].zone))
        return self.walks.get((a, b), 0)

    @cached_property
    def _has_half_blocks(self):
        """Some talk can only be in a part of a block."""
        return any(
            len(self.starts(i, b)) not in (0, block.slots - talk.length + 1)
            for i, talk in enumerate(self.talks)
            for b, block in enumerate(self.blocks)
        )

    def _meets_chair(self, one, other, side):
        """Whoever is on that side of one talk chairs the track of the other."""
        if one.track == other.track:
            return False
        chairs = self.tracks[one.track].chairs, self.tracks[other.track].chairs
        return bool(getattr(one, side) & chairs[1] or getattr(other, side) & chairs[0])


def free_starts(talk, block, busy):
    """Slots of the block at which the talk could begin, beside what is busy on the time line."""
    ends = [(block.start + k, block.start + k + talk.length) for k in range(block.slots)]
    return [
        k
        for k, (begin, end) in enumerate(ends)
        if end <= block.end and all(begin >= until or end <= since for since, until in busy)
    ]
