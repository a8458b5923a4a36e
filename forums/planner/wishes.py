"""What a plan breaks and what that costs: the one place where plans are priced.

A function per wish yields what it finds; `broken_wishes` is all of them, `price_of` their sum.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from forums.planner.problem import BAN


class Wish(StrEnum):
    UNPLACED = "unplaced"
    AWAY = "away"
    WALK = "walk"
    TRACK_BLOCK = "track_block"
    TRACK_ROOM = "track_room"
    BLOCK_ROOM = "block_room"
    TALK_BLOCK = "talk_block"
    TALK_ROOM = "talk_room"
    SIMILAR = "similar"
    CHAIRS = "chairs"
    EXTRA_ROOM = "extra_room"
    PARALLEL = "parallel"
    GAP = "gap"
    TURNOVER = "turnover"
    ORDER = "order"
    PEOPLE_BLOCK = "people_block"
    PEOPLE_SLOT = "people_slot"
    AUDIENCE_BLOCK = "audience_block"
    AUDIENCE_SLOT = "audience_slot"


@dataclass(frozen=True)
class Broken:
    """One breach: of which wish, at what cost, and whom it concerns (numbers of the problem's tuples)."""

    wish: Wish
    cost: int
    tracks: tuple[int, ...] = ()
    talks: tuple[int, ...] = ()
    block: int | None = None
    room: int | None = None

    @property
    def is_rule(self):
        return self.cost >= BAN


def broken_wishes(problem, plan):
    """Every breach that costs something, the dearest first."""
    checks = (
        unplaced,
        away,
        cells,
        talks,
        in_one_block,
        rooms,
        gaps,
        turnovers,
        order,
        clashes,
        walks,
    )
    found = [broken for check in checks for broken in check(problem, plan) if broken.cost]
    return sorted(found, key=lambda broken: -broken.cost)


def price_of(problem, plan):
    return sum(broken.cost for broken in broken_wishes(problem, plan))


def unplaced(problem, plan):
    for i, talk in enumerate(problem.talks):
        if i not in plan:
            yield Broken(Wish.UNPLACED, problem.prices.unplaced, (talk.track,), (i,))


def away(problem, plan):
    for i, place in plan.items():
        is_closed = problem.talk_block.get((i, place.block), 0) >= BAN
        if not is_closed and place.slot not in problem.starts(i, place.block):
            yield Broken(Wish.AWAY, BAN, talks=(i,), block=place.block)


def cells(problem, plan):
    for (b, r), t in plan.tracks(problem).items():
        yield Broken(Wish.TRACK_BLOCK, problem.track_block.get((t, b), 0), (t,), (), b, r)
        yield Broken(Wish.TRACK_ROOM, problem.track_room.get((t, r), 0), (t,), (), b, r)
        yield Broken(Wish.BLOCK_ROOM, problem.block_room.get((b, r), 0), (t,), (), b, r)


def talks(problem, plan):
    for i, (b, r, _slot) in plan.items():
        yield Broken(Wish.TALK_BLOCK, problem.talk_block.get((i, b), 0), talks=(i,), block=b)
        yield Broken(Wish.TALK_ROOM, problem.talk_room.get((i, r), 0), talks=(i,), room=r)


def in_one_block(problem, plan):
    """Similar tracks and tracks of one chair, for each pair of their rooms; a track beside itself."""
    by_block = defaultdict(list)
    for (b, _r), t in plan.tracks(problem).items():
        by_block[b].append(t)
    for b, tracks in by_block.items():
        for s, t in combinations(sorted(tracks), 2):
            if s != t:
                yield Broken(Wish.SIMILAR, problem.similar.get((s, t), 0), (s, t), block=b)
                if (s, t) in problem.chair_pairs:
                    yield Broken(Wish.CHAIRS, problem.prices.chairs, (s, t), block=b)
        for t, count in Counter(tracks).items():
            yield Broken(Wish.PARALLEL, problem.prices.parallel * (count - 1), (t,), block=b)


def rooms(problem, plan):
    used = defaultdict(set)
    for (_b, r), t in plan.tracks(problem).items():
        used[t].add(r)
    for t, those in used.items():
        yield Broken(Wish.EXTRA_ROOM, problem.prices.extra_room * (len(those) - 1), (t,))


def gaps(problem, plan):
    used = defaultdict(set)
    for (b, _r), t in plan.tracks(problem).items():
        used[t].add(b)
    for t, those in used.items():
        if len(those) != max(those) - min(those) + 1:
            yield Broken(Wish.GAP, problem.prices.gap, (t,))


def turnovers(problem, plan):
    """A track begins in a room that is not ready after another one, or before what stays there."""
    price = problem.prices.turnover
    by_room = defaultdict(list)
    for (b, r), talks in plan.cells().items() if price else ():
        by_room[r].append(cell_of(problem, plan, b, talks))
    for r, cells in by_room.items():
        for before, after in combinations(sorted(cells), 2):
            if before.track != after.track and after.begins < before.ready:
                tracks, talks = (before.track, after.track), (before.last, after.first)
                yield Broken(Wish.TURNOVER, price, tracks, talks, after.block, r)
        for cell in cells:
            for stay in problem.stays:
                if stay.room == r and stay.track != cell.track and is_too_soon(stay, cell):
                    talk = cell.first if cell.begins > stay.begins else cell.last
                    tracks = (stay.track, cell.track)
                    yield Broken(Wish.TURNOVER, price, tracks, (talk,), cell.block, r)


class Cell(NamedTuple):
    """What a track has in one block and room: from when, until when the room is not ready for another."""

    begins: int
    ready: int
    track: int
    first: int
    last: int
    block: int


def cell_of(problem, plan, b, talks):
    """The Cell of these talks of one block and room."""
    first = min(talks, key=lambda i: plan.starts_at(problem, i))
    ready = {i: plan.starts_at(problem, i) + problem.talks[i].length + problem.talks[i].pause for i in talks}  # fmt: skip
    last = max(talks, key=lambda i: ready[i])
    return Cell(plan.starts_at(problem, first), ready[last], problem.talks[first].track, first, last, b)  # fmt: skip


def is_too_soon(stay, cell):
    """One of them begins before the room is ready after the other."""
    before, after = (stay, cell) if stay.begins < cell.begins else (cell, stay)
    return after.begins < before.ready


def order(problem, plan):
    """Talks away from their wished position; ordered talks of a track at once have none."""
    price = problem.prices.order
    if not price:
        return
    for t, running in plan.running_order(problem).items():
        for position, i in enumerate(running, 1):
            if problem.talks[i].order not in (0, position):
                yield Broken(Wish.ORDER, price, (t,), (i,))
        ordered = [i for i in running if problem.talks[i].order]
        for i, j in combinations(ordered, 2):
            shared = shared_slots(problem, plan, i, j)
            yield Broken(Wish.ORDER, price * shared, (t,), (i, j))


def clashes(problem, plan):
    prices = problem.prices
    for pairs, by_block, by_slot, block, slot in (
        (problem.people_pairs, Wish.PEOPLE_BLOCK, Wish.PEOPLE_SLOT, prices.people_block, prices.people_slot),
        (problem.audience_pairs, Wish.AUDIENCE_BLOCK, Wish.AUDIENCE_SLOT, prices.audience_block, prices.audience_slot),
    ):  # fmt: skip
        for i, j in sorted(pairs) if block or slot else ():
            if i not in plan or j not in plan or plan[i].room == plan[j].room:
                continue
            shared = shared_slots(problem, plan, i, j)
            if plan[i].block == plan[j].block:
                yield Broken(by_block, block, talks=(i, j), block=plan[i].block)
            yield Broken(by_slot, slot * shared, talks=(i, j), block=plan[i].block)


def walks(problem, plan):
    """One person cannot be here and there with less than the walk in between."""
    for i, j in sorted(problem.people_pairs) if problem.walks else ():
        if i in plan and j in plan and not shared_slots(problem, plan, i, j):
            first, second = sorted((i, j), key=lambda k: plan.starts_at(problem, k))
            free = plan.starts_at(problem, second) - plan.starts_at(problem, first)
            free -= problem.talks[first].length
            if free < problem.walk(plan[i].room, plan[j].room):
                yield Broken(
                    Wish.WALK, problem.prices.walk, talks=(first, second), block=plan[second].block
                )


def shared_slots(problem, plan, i, j):
    """Slots during which both run."""
    a, b = plan.starts_at(problem, i), plan.starts_at(problem, j)
    ends = min(a + problem.talks[i].length, b + problem.talks[j].length)
    return max(0, ends - max(a, b))


def contradictions(problem, plan):
    """Why this cannot be, whatever it costs: sentences for tests and logs, not for readers."""
    for i, place in plan.items():
        if not 0 <= place.slot <= problem.blocks[place.block].slots - problem.talks[i].length:
            yield f"talk {i} runs out of block {place.block}"
    for cell, those in plan.cells().items():
        if len({problem.talks[i].track for i in those}) > 1:
            yield f"two tracks in {cell}"
        for i, j in combinations(those, 2):
            if shared_slots(problem, plan, i, j):
                yield f"talks {i} and {j} at once in {cell}"


def faults(problem, plan):
    """Contradictions and broken rules: a plan without any can be carried out."""
    yield from contradictions(problem, plan)
    for broken in broken_wishes(problem, plan):
        if broken.is_rule:
            yield f"{broken.wish}: {broken}"
