"""How many rooms the model needs to tell apart, and how many of them at once for a track."""

from collections import defaultdict

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
