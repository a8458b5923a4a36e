"""A plan: the place of every talk, and the same seen by block and room."""

from collections import defaultdict
from typing import NamedTuple


class Place(NamedTuple):
    """Block and room by their numbers, and the first slot within the block, from 0."""

    block: int
    room: int
    slot: int


class Plan(dict[int, Place]):
    """Talk number → Place. A talk that is missing has found no place."""

    def cells(self):
        """(block, room) → talks in it, by slot."""
        cells = defaultdict(list)
        for i in sorted(self, key=lambda i: (self[i].slot, i)):
            cells[self[i].block, self[i].room].append(i)
        return dict(sorted(cells.items()))

    def tracks(self, problem):
        """(block, room) → the track that has it; the first talk's, should a plan be wrong."""
        return {cell: problem.talks[talks[0]].track for cell, talks in self.cells().items()}

    def starts_at(self, problem, i):
        """Its first slot on the time line."""
        return problem.blocks[self[i].block].start + self[i].slot

    def running_order(self, problem):
        """Track → its talks as they come: by block, room, slot."""
        order = defaultdict(list)
        for i in sorted(self, key=lambda i: (*self[i], i)):
            order[problem.talks[i].track].append(i)
        return order
