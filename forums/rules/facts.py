"""The programme as plain facts: what the rules look at, and what a move that is not saved yet would make of it."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from forums.models import (
    Availability,
    Forum,
    ForumOrganisation,
    ForumPart,
    ForumState,
    OrganisationRole,
    Participation,
    ProtocolItem,
    Slot,
    SlotState,
    Speaker,
)
from waic.editions.models import HallWalk, OpeningHours, Room
from waic.lib import clock
from waic.lib.text import localized


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


@dataclass(frozen=True, slots=True)
class Presence:
    """A person is needed during an item."""

    person: int
    item: Item


@dataclass(frozen=True)
class Programme:
    """An edition's plan. Cancelled forums and slots are no part of it."""

    edition: object
    forums: dict
    parts: tuple
    slots: tuple
    places: dict
    # (forum, session or None) -> people
    people_of: dict
    names: dict
    walks: dict = field(default_factory=dict)
    hours: dict = field(default_factory=dict)
    available: dict = field(default_factory=dict)
    protocol: tuple = ()

    @classmethod
    def of(cls, edition):
        """Everything of an edition, in a fixed number of queries."""
        plan = {
            "parts": _parts(edition),
            "slots": _slots(edition),
            "people_of": _people_of(edition),
        }
        return cls.around(edition, forums=forums_of(edition), **plan)

    @classmethod
    def around(cls, edition, **plan):
        """A plan from elsewhere (forums, parts, slots, people_of) among an edition's rooms, ways and hours of today."""
        return cls(
            edition=edition,
            **plan,
            places=_places(edition),
            names=_names(edition),
            walks=_walks(edition),
            hours=_hours(edition),
            available=_availability(edition),
            protocol=_protocol(edition),
        )

    def moved(self, *items):
        """The programme with these items instead of the ones of the same key; new ones are added."""
        changed = {item.key: item for item in items}

        def swapped(kind, olds):
            kept = tuple(changed.pop(old.key, old) for old in olds)
            return kept + tuple(i for i in list(changed.values()) if i.kind == kind)

        return replace(self, parts=swapped("part", self.parts), slots=swapped("slot", self.slots))

    def without(self, *keys):
        """The programme without the items of these keys."""
        gone = set(keys)
        return replace(
            self,
            parts=tuple(i for i in self.parts if i.key not in gone),
            slots=tuple(i for i in self.slots if i.key not in gone),
        )

    def with_forum(self, forum):
        """The programme that knows a forum which is not saved yet."""
        known = self.forums.get(forum.pk)
        hosts = known.hosts if known else ()
        return replace(self, forums={**self.forums, forum.pk or 0: _facts(forum, hosts)})

    def title(self, forum):
        return self.forums[forum].title

    def name(self, person):
        return self.names.get(person, "")

    def room_of(self, item):
        """Its own room; for a slot without one, the room of its forum's part at that time."""
        if item.room or item.kind == "part":
            return item.room
        around = (part for part in self.items_by_forum.get(item.forum, ()) if part.overlaps(item))
        return next((part.room for part in around if part.room), None)

    def hall_of(self, item):
        place = self.places.get(self.room_of(item))
        return place.hall if place else None

    def walk(self, one, other):
        """Minutes between two halls; 0 within one hall and where nothing is known."""
        return self.walks.get(frozenset((one, other)), 0) if one and other and one != other else 0

    @cached_property
    def items_by_forum(self):
        found = defaultdict(list)
        for item in self.parts:
            found[item.forum].append(item)
        return found

    @cached_property
    def items_by_room(self):
        """Parts by room in time order; a slot counts where its session sits in a room of its own."""
        found = defaultdict(list)
        own = {(part.forum, part.room) for part in self.parts}
        for item in self.parts:
            found[item.room].append(item)
        for item in self.slots:
            if (item.forum, item.room) not in own:
                found[item.room].append(item)
        found.pop(None, None)
        return {
            room: sorted(items, key=lambda i: (i.starts, i.ends)) for room, items in found.items()
        }

    @cached_property
    def presences(self):
        """Person -> where they are needed, in time order.

        Who is named for sessions is needed there; who is only on the forum's list is needed for all its parts.
        """
        needed = defaultdict(dict)
        by_session = defaultdict(list)
        for slot in self.slots:
            by_session[slot.session].append(slot)
        placed = set()
        for (forum, session), people in self.people_of.items():
            for item in by_session.get(session, ()) if session else ():
                for person in people:
                    needed[person][item.key] = item
                    placed.add((forum, person))
        for (forum, session), people in self.people_of.items():
            for person in people:
                if session is None and (forum, person) not in placed:
                    for item in self.items_by_forum.get(forum, ()):
                        needed[person][item.key] = item
        return {
            person: sorted(items.values(), key=lambda i: (i.starts, i.ends, i.key))
            for person, items in needed.items()
        }


# --- Reading, one query each --------------------------------------------------------------------


def forums_of(edition):
    """{number: ForumFacts} of the forums that are not called off."""
    hosts = defaultdict(set)
    rows = ForumOrganisation.objects.filter(forum__edition=edition, role=OrganisationRole.HOST)
    for forum, organisation in rows.values_list("forum_id", "organisation_id"):
        hosts[forum].add(organisation)
    forums = Forum.objects.of_edition(edition).exclude(state=ForumState.CANCELLED)
    return {f.pk: _facts(f, hosts[f.pk]) for f in forums}


def _facts(forum, hosts=()):
    return ForumFacts(
        forum.pk or 0, forum.code, localized(forum, "title"), bool(forum.title_en), forum.state, forum.theme,
        forum.language, forum.interpretation, forum.seats, forum.seats_taken, forum.is_online, frozenset(hosts),
    )  # fmt: skip


def _parts(edition):
    rows = ForumPart.objects.filter(forum__edition=edition).exclude(
        forum__state=ForumState.CANCELLED
    )
    columns = ("pk", "forum_id", "room_id", "starts_at", "ends_at")
    return tuple(Item("part", *row) for row in rows.order_by("pk").values_list(*columns))


def _slots(edition):
    rows = Slot.objects.filter(session__forum__edition=edition).exclude(state=SlotState.CANCELLED)
    rows = rows.exclude(session__forum__state=ForumState.CANCELLED).select_related("session")
    return tuple(
        Item(
            "slot", s.pk, s.session.forum_id, s.room_id, s.starts_at, s.ends_at,
            localized(s.session, "title"), s.session_id,
        )
        for s in rows.order_by("pk")
    )  # fmt: skip


def _places(edition):
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue")
    return {
        r.pk: Place(r.pk, str(r), r.venue_id, r.hall_id, r.capacity, r.allows_parallel)
        for r in rooms
    }


def _people_of(edition):
    found = defaultdict(set)
    rows = Participation.objects.expected().filter(forum__edition=edition, speaker__is_person=True)
    for forum, session, person in rows.values_list("forum_id", "session_id", "speaker_id"):
        found[forum, session].add(person)
    return dict(found)


def _names(edition):
    return {s.pk: str(s) for s in Speaker.objects.of_edition(edition).only("name_zh", "name_en")}


def _walks(edition):
    rows = HallWalk.objects.filter(start__venue__edition=edition)
    return {
        frozenset((start, end)): minutes
        for start, end, minutes in rows.values_list("start_id", "end_id", "minutes")
    }


def _hours(edition):
    """(venue, date) -> [(opens, closes)], aware."""
    found = defaultdict(list)
    for row in OpeningHours.objects.filter(venue__edition=edition):
        span = (
            datetime.combine(row.date, row.opens, tzinfo=clock.ZONE),
            datetime.combine(row.date, row.closes, tzinfo=clock.ZONE),
        )
        found[row.venue_id, row.date].append(span)
    return dict(found)


def _availability(edition):
    found = defaultdict(list)
    rows = Availability.objects.filter(speaker__edition=edition)
    for row in rows.order_by("starts_at"):
        found[row.speaker_id].append(Span(row.speaker_id, row.starts_at, row.ends_at))
    return dict(found)


def _protocol(edition):
    rows = ProtocolItem.objects.filter(edition=edition).order_by("starts_at", "pk")
    return tuple(
        Span(person, row.starts_at, row.ends_at, localized(row, "title"), row.hall_id)
        for row in rows.prefetch_related("people")
        for person in sorted(p.pk for p in row.people.all())
    )
