"""The programme as the rules look at it, and what a move that is not saved yet would make of it."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

from forums.rules import reading


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
            "parts": reading.parts_of(edition),
            "slots": reading.slots_of(edition),
            "people_of": reading.people_of(edition),
        }
        return cls.around(edition, forums=reading.forums_of(edition), **plan)

    @classmethod
    def around(cls, edition, **plan):
        """A plan from elsewhere (forums, parts, slots, people_of) among an edition's rooms, ways and hours of today."""
        return cls(
            edition=edition,
            **plan,
            places=reading.places_of(edition),
            names=reading.names_of(edition),
            walks=reading.walks_of(edition),
            hours=reading.hours_of(edition),
            available=reading.availability_of(edition),
            protocol=reading.protocol_of(edition),
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
        return replace(self, forums={**self.forums, forum.pk or 0: reading.facts_of(forum, hosts)})

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
