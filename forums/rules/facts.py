"""What the rules look at, one row each: a place, a forum, a stretch of time in a place, when somebody may be somewhere."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A room as the rules need it."""

    pk: int
    name: str
    venue: int
    hall: int | None
    capacity: int | None
    allows_parallel: bool


@dataclass(frozen=True, slots=True)
class ForumFacts:
    pk: int
    code: str
    title: str
    has_english: bool
    state: str
    theme: str
    language: str
    interpretation: str
    seats: int
    seats_taken: int
    is_online: bool
    hosts: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of time in a place: a part of a forum, or a slot of one of its sessions. Half-open."""

    kind: str  # "part" or "slot"
    pk: int
    forum: int
    room: int | None
    starts: datetime
    ends: datetime
    title: str = ""
    session: int | None = None

    @property
    def key(self):
        return (self.kind, self.pk)

    def overlaps(self, other):
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Span:
    """When a person may, or must, be somewhere."""

    person: int
    starts: datetime
    ends: datetime
    title: str = ""
    hall: int | None = None
