"""An edition's rows by the numbers of its problem: what may move, what stays, where everything is today.

A forum is a track, each of its parts a talk; mornings and afternoons are blocks of quarter hours. What already ran,
opens or closes the edition, straddles noon or keeps a room together with another forum stays where it is, and the
others plan around it.
"""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property

from django.db.models import Prefetch

from forums.models import Forum, ForumPart, ForumState
from forums.planner.calendar import SLOT, Calendar
from forums.planner.conditions import Conditions
from forums.planner.plan import Place, Plan
from forums.planner.posing import FRAME, problem_of
from forums.planner.presence import Presence
from forums.rules import Programme as Facts
from forums.rules import settings_of
from waic.editions import models as editions
from waic.lib import clock

# How long a forum is that has no part yet.
HALF_DAY = timedelta(hours=3)


class Programme:
    """The rows of an edition by the numbers of its problem."""

    def __init__(self, edition):
        self.edition = edition
        self.facts, self.settings = Facts.of(edition), settings_of(edition)
        self.rooms = list(
            editions.Room.objects.filter(venue__edition=edition, allows_parallel=False)
            .select_related("venue", "hall")
            .order_by("venue__order", "venue", "order", "pk")
        )
        self.room_number = {room.pk: n for n, room in enumerate(self.rooms)}
        self.calendar = Calendar(edition, self.facts.hours)
        self.blocks, self.days = self.calendar.blocks, self.calendar.days
        self.forums = self._forums()
        self.track_of = {forum.pk: t for t, forum in enumerate(self.forums)}
        self.conditions = Conditions(self)
        self.items, self.staying = self._items()
        self.presence = Presence(self)

    # --- Rows -----------------------------------------------------------------------------------

    def _forums(self):
        parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
        return list(
            Forum.objects.filter(edition=self.edition, is_online=False)
            .exclude(state=ForumState.CANCELLED)
            .select_related("kind")
            .prefetch_related(Prefetch("parts", parts), "hosts")
            .order_by("pk")
        )

    def _items(self):
        """[(forum, part or None)] that may move, and the parts that stay."""
        items, staying = [], []
        shared = self._shared_cells()
        for forum in self.forums:
            parts = list(forum.parts.all())
            if not parts:
                items.append((forum, None))
            for part in parts:
                if self._stays(forum, part, shared):
                    staying.append(part)
                else:
                    items.append((forum, part))
        return items, staying

    def _stays(self, forum, part, shared):
        place = self.place(part)
        if place is None or place[:2] in shared or part.starts_at <= clock.now():
            return True
        return place.room is not None and (forum.kind.key in FRAME or not self.is_open(place))

    @cached_property
    def begun(self):
        """Halves of days that run or are over: nothing is put there, and what has not begun may stay."""
        now = self.calendar.down(clock.now())
        return {b for b, block in enumerate(self.blocks) if block.start <= now}

    def _shared_cells(self):
        """Rooms that two forums have in one half of a day."""
        forums = defaultdict(set)
        for forum in self.forums:
            for part in forum.parts.all():
                if (place := self.place(part)) and place.room is not None:
                    forums[place[:2]].add(forum.pk)
        return {cell for cell, those in forums.items() if len(those) > 1}

    def place(self, part):
        """Where a part is now; the room is None where it has none of ours, the whole where no block holds it."""
        begin, end = self.slots_of(part)
        if part.room_id and part.room_id not in self.room_number:
            return None
        for b, block in enumerate(self.blocks):
            if block.start <= begin and end <= block.end:
                return Place(b, self.room_number.get(part.room_id), begin - block.start)
        return None

    def slots_of(self, part):
        """(first, end) of a part on the time line; slots it has a share in count."""
        return self.calendar.down(part.starts_at), self.calendar.up(part.ends_at)

    def is_open(self, place):
        return (place.block, place.room) not in self.conditions.closed

    @cached_property
    def problem(self):
        return problem_of(self)

    @cached_property
    def current(self):
        """Today's places, as far as they are in rooms of ours."""
        places = {i: self.place(part) for i, (_forum, part) in enumerate(self.items) if part}
        return Plan({i: p for i, p in places.items() if p and p.room is not None})

    @cached_property
    def hours(self):
        """{talk: (block, slot)} of today, also where there is no room yet."""
        places = {i: self.place(part) for i, (_forum, part) in enumerate(self.items) if part}
        return {i: (place.block, place.slot) for i, place in places.items() if place}

    def length(self, i):
        """Slots of talk i."""
        part = self.items[i][1]
        if part is None:
            return HALF_DAY // SLOT
        begin, end = self.slots_of(part)
        return end - begin

    def lasts(self, i):
        """How long talk i goes on, from the beginning of its first slot."""
        part = self.items[i][1]
        if part is None:
            return HALF_DAY
        return part.ends_at - self.calendar.zero - SLOT * self.calendar.down(part.starts_at)

    def times(self, i, place):
        """(start, end) of talk i in a place."""
        part = self.items[i][1]
        if self.hours.get(i) == (place.block, place.slot):
            return part.starts_at, part.ends_at
        starts = self.calendar.zero + SLOT * (self.blocks[place.block].start + place.slot)
        return starts, starts + (part.ends_at - part.starts_at if part else HALF_DAY)
