"""An edition's programme as a problem, and a plan of it as a list of moves. Nothing is saved here.

A forum is a track, each of its parts a talk; mornings and afternoons are blocks of quarter hours. What already ran,
straddles noon or keeps a room together with another forum stays where it is, and the others plan around it.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from forums.models import Forum, ForumPart, ForumState
from forums.planner.calendar import SLOT, Calendar
from forums.planner.conditions import Conditions
from forums.planner.explaining import explain, told
from forums.planner.plan import Place, Plan
from forums.planner.problem import Problem, Room, Talk, Track
from forums.planner.search import Outcome, solve
from forums.planner.wishes import broken_wishes, contradictions, price_of
from forums.rules import Programme as Facts
from forums.rules import settings_of
from waic.editions import models as editions
from waic.lib import clock
from waic.lib.text import localized

# How long a forum is that has no part yet.
HALF_DAY = timedelta(hours=3)
OTHER_DAY, OTHER_HALF, OTHER_ROOM, KNOWN = 4, 2, 1, 5


@dataclass(frozen=True)
class Move:
    """One forum's part in a new place. `part` is None for a forum that has had no place at all."""

    forum: Forum
    part: ForumPart | None
    room: editions.Room
    starts_at: datetime
    ends_at: datetime

    def __str__(self):
        place = f"{localized(self.forum, 'title')} → {moment(self.starts_at)} {self.room}"
        if self.part is None:
            return place
        before = f"{moment(self.part.starts_at)} {self.part.room or self.part.place_note}"
        return _("%(place)s (was %(before)s)") % {"place": place, "before": before}


def moment(when):
    return f"{when.astimezone(clock.ZONE):%m-%d %H:%M}"


@dataclass(frozen=True)
class Proposal:
    """What the planner would change, what it could not do well (`told`, see explaining), and how good that is."""

    moves: list[Move]
    told: list[dict]
    outcome: Outcome
    price_before: int
    staying: list[ForumPart] = field(default_factory=list)

    @property
    def sentences(self):
        """What it could not do well, in the reader's language."""
        return explain(self.told)


def propose(edition, *, solver=solve, **options):
    """The moves of the best plan found; `options` are those of `solve`, and `solver` may be one like it."""
    programme = Programme(edition)
    outcome = solver(programme.problem, start=programme.current, **options)
    return programme.proposal(outcome)


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
        self.conditions = Conditions(self)
        self.items, self.staying = self._items()

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
                place = self.place(part)
                is_fixed = place is None or place[:2] in shared or part.starts_at <= clock.now()
                if is_fixed or (place.room is not None and not self.is_open(place)):
                    staying.append(part)
                else:
                    items.append((forum, part))
        return items, staying

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
        begin, end = self.calendar.down(part.starts_at), self.calendar.up(part.ends_at)
        if part.room_id and part.room_id not in self.room_number:
            return None
        for b, block in enumerate(self.blocks):
            if block.start <= begin and end <= block.end:
                return Place(b, self.room_number.get(part.room_id), begin - block.start)
        return None

    def is_open(self, place):
        return (place.block, place.room) not in self.conditions.closed

    # --- People ---------------------------------------------------------------------------------

    def needed(self, i):
        """[(person, first, last)]: who is needed during talk i, in slots from its start."""
        forum, part = self.items[i]
        if part is None:
            return [(person, 0, HALF_DAY // SLOT) for person in self.people_of(forum, None)]
        zero = self.calendar.down(part.starts_at)
        length = self.calendar.up(part.ends_at) - zero
        return [
            (person, max(0, self.calendar.down(since) - zero), min(length, self.calendar.up(until) - zero))
            for person, spans in self._presences[part.pk].items()
            for since, until in spans
        ]  # fmt: skip

    def people_of(self, forum, part):
        """Keys of the people of a part, or of a whole forum without one: guests s1, hosts u1."""
        if part is not None:
            return frozenset(self._presences[part.pk])
        guests = {p for (f, _session), those in self.facts.people_of.items() if f == forum.pk for p in those}  # fmt: skip
        return frozenset({f"s{person}" for person in guests} | self._hosts(forum))

    @staticmethod
    def _hosts(forum):
        return {f"u{host.user_id}" for host in forum.hosts.all()}

    @cached_property
    def _presences(self):
        """Part → person → [(since, until)], as the rules see it; hosts are there all the time."""
        found = defaultdict(lambda: defaultdict(list))
        for person, items in self.facts.presences.items():
            for item in items:
                if part := self._part_of(item):
                    found[part][f"s{person}"].append((item.starts, item.ends))
        for forum in self.forums:
            for part in forum.parts.all():
                for key in self._hosts(forum):
                    found[part.pk][key].append((part.starts_at, part.ends_at))
        return found

    def _part_of(self, item):
        """The part an item belongs to: itself, or the one around it, in its own room rather than in another."""
        if item.kind == "part":
            return item.pk
        around = [p for p in self.facts.items_by_forum.get(item.forum, ()) if p.overlaps(item)]
        return min(around, key=lambda p: (p.room != item.room, p.pk)).pk if around else None

    # --- The problem ----------------------------------------------------------------------------

    @cached_property
    def problem(self):
        talks, conditions = tuple(self._talks()), self.conditions
        shut, missed = conditions.hours_of_people(talks)
        times = self.changes_of_time()
        return Problem(
            talks=talks,
            tracks=tuple(
                Track(localized(forum, "title"), frozenset(f"o{o}" for o in self.facts.forums[forum.pk].hosts))
                for forum in self.forums
            ),
            blocks=tuple(self.blocks),
            rooms=tuple(Room(str(room), zone_of(room)) for room in self.rooms),
            prices=conditions.prices,
            block_room=conditions.rooms_and_blocks(self._taken_by_staying()),
            track_room=conditions.forums_and_rooms(),
            talk_block={key: times.get(key, 0) + missed.get(key, 0) for key in sorted({*times, *missed})},
            talk_room=self.changes_of_room(),
            similar=conditions.similar(),
            away=self._with_what_stays(),
            shut=shut,
            walks=conditions.walks(),
        )  # fmt: skip

    def _talks(self):
        tracks = {forum.pk: t for t, forum in enumerate(self.forums)}
        seen = defaultdict(int)
        for forum, part in self.items:
            seen[forum.pk] += 1
            up, down = self.calendar.up, self.calendar.down
            slots = up(part.ends_at) - down(part.starts_at) if part else HALF_DAY // SLOT
            label = part and localized(part, "label")
            name = " · ".join(filter(None, [localized(forum, "title"), label]))
            people = self.people_of(forum, part)
            yield Talk(name, tracks[forum.pk], slots, seen[forum.pk], people)

    def _taken_by_staying(self):
        taken = set()
        for part in self.staying:
            if part.room_id in self.room_number:
                begin, end = self.calendar.down(part.starts_at), self.calendar.up(part.ends_at)
                for b, block in enumerate(self.blocks):
                    if begin < block.end and block.start < end:
                        taken.add((b, self.room_number[part.room_id]))
        return taken

    def _with_what_stays(self):
        away = defaultdict(tuple)
        for part in self.staying if self.conditions.prices.people_slot else ():
            stretch = (self.calendar.down(part.starts_at), self.calendar.up(part.ends_at))
            for person in self.people_of(part.forum, part):
                away[person] += (stretch,)
        return dict(away)

    def changes_of_time(self):
        """(talk, block) → what leaving its half of a day costs."""
        costs = {}
        for i, (forum, part) in enumerate(self.items):
            if part and (place := self.place(part)):
                for b in range(len(self.blocks)):
                    if b != place.block:
                        same_day = self.days[b] == self.days[place.block]
                        costs[i, b] = weight_of(forum) * (OTHER_HALF if same_day else OTHER_DAY)
        return costs

    def changes_of_room(self):
        return {
            (i, r): weight_of(forum) * OTHER_ROOM
            for i, (forum, part) in enumerate(self.items)
            if part and part.room_id
            for r, room in enumerate(self.rooms)
            if room.pk != part.room_id
        }

    # --- Plans ----------------------------------------------------------------------------------

    @cached_property
    def current(self):
        """Today's places, as far as they are in rooms of ours."""
        places = {i: self.place(part) for i, (_forum, part) in enumerate(self.items) if part}
        return Plan({i: p for i, p in places.items() if p and p.room is not None})

    def proposal(self, outcome):
        """The Proposal of an outcome of the solver."""
        plan = self.settled(outcome.plan)
        price = price_of(self.problem, plan)
        outcome = replace(outcome, plan=plan, price=price, bound=min(outcome.bound, price))
        broken = broken_wishes(self.problem, plan)
        said = [row for one in broken for row in told(self, plan, one)]
        before = price_of(self.problem, self.current)
        return Proposal(self.moves(plan), said, outcome, before, self.staying)

    def settled(self, plan):
        """The plan with every part back at its hour that keeps block and room, where that costs nothing.

        To the solver all quarters of an hour in a block are alike, to visitors they are not.
        """
        price = price_of(self.problem, plan)
        for i in sorted(self.current, key=lambda i: -weight_of(self.items[i][0])):
            today = self.current[i]
            if i in plan and plan[i] != today and plan[i][:2] == today[:2]:
                back = Plan({**plan, i: today})
                if price_of(self.problem, back) <= price and not any(
                    contradictions(self.problem, back)
                ):
                    plan = back
        return plan

    def moves(self, plan):
        """What changes, by time."""
        found = []
        for i, place in plan.items():
            forum, part = self.items[i]
            if part and self.place(part) == place:
                continue
            starts, ends = self.times(i, place)
            found.append(Move(forum, part, self.rooms[place.room], starts, ends))
        return sorted(found, key=lambda move: (move.starts_at, move.room.pk))

    def times(self, i, place):
        """(start, end) of talk i in a place."""
        part = self.items[i][1]
        starts = self.calendar.zero + SLOT * (self.blocks[place.block].start + place.slot)
        return starts, starts + (part.ends_at - part.starts_at if part else HALF_DAY)


def weight_of(forum):
    return KNOWN if forum.state == ForumState.PUBLISHED else 1


def zone_of(room):
    return f"hall {room.hall_id}" if room.hall_id else f"venue {room.venue_id}"
