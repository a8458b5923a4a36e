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

from forums.models import Forum, ForumPart, ForumState, Participation
from forums.planner.calendar import SLOT, Calendar
from forums.planner.plan import Place, Plan
from forums.planner.problem import BAN, Prices, Problem, Room, Talk, Track
from forums.planner.search import Outcome, solve
from forums.planner.sentences import sentence
from forums.planner.wishes import Broken, broken_wishes, contradictions, price_of
from waic.editions import models as editions
from waic.lib import clock
from waic.lib.text import localized

# How long a forum is that has no part yet.
HALF_DAY = timedelta(hours=3)

# What a wish is worth. A forum that visitors know of is moved for a good reason only.
PRICES = Prices(extra_room=15, parallel=30, gap=5, order=8, people_slot=BAN)
ONE_THEME, TWO_MAIN, TOO_SMALL = 20, 40, 50
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
    """What the planner would change, what it could not do well, and how good that is."""

    moves: list[Move]
    broken: list[Broken]
    sentences: list[str]
    outcome: Outcome
    staying: list[ForumPart] = field(default_factory=list)


def propose(edition, **options):
    """The moves of the best plan found; `options` are those of `solve`."""
    programme = Programme(edition)
    outcome = solve(programme.problem, start=programme.current, **options)
    outcome = replace(outcome, plan=programme.settled(outcome.plan))
    broken = broken_wishes(programme.problem, outcome.plan)
    return Proposal(
        programme.moves(outcome.plan),
        broken,
        [sentence(programme.problem, one) for one in broken],
        outcome,
        programme.staying,
    )


class Programme:
    """The rows of an edition by the numbers of its problem."""

    def __init__(self, edition):
        self.edition = edition
        self.rooms = list(
            editions.Room.objects.filter(venue__edition=edition, allows_parallel=False)
            .select_related("venue", "hall")
            .order_by("venue__order", "venue", "order", "pk")
        )
        self.room_number = {room.pk: n for n, room in enumerate(self.rooms)}
        self.calendar = Calendar(edition)
        self.blocks, self.days = self.calendar.blocks, self.calendar.days
        self.closed = self.calendar.closed(self.rooms)
        self.forums = self._forums()
        self.items, self.staying = self._items()

    # --- Rows -----------------------------------------------------------------------------------

    def _forums(self):
        parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
        guests = Participation.objects.select_related("speaker").filter(speaker__is_person=True)
        return list(
            Forum.objects.filter(edition=self.edition, is_online=False)
            .exclude(state=ForumState.CANCELLED)
            .select_related("kind")
            .prefetch_related(
                Prefetch("parts", parts), Prefetch("participations", guests), "hosts__user"
            )
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
        return (place.block, place.room) not in self.closed

    # --- The problem ----------------------------------------------------------------------------

    @cached_property
    def problem(self):
        tracks = {forum.pk: t for t, forum in enumerate(self.forums)}
        closed = self.closed | self._taken_by_staying()
        return Problem(
            talks=tuple(self._talks(tracks)),
            tracks=tuple(Track(localized(forum, "title")) for forum in self.forums),
            blocks=tuple(self.blocks),
            rooms=tuple(Room(str(room), zone_of(room)) for room in self.rooms),
            prices=PRICES,
            block_room=dict.fromkeys(sorted(closed), BAN),
            track_room=self._too_small(),
            talk_block=self._changes_of_time(),
            talk_room=self._changes_of_room(),
            similar=self._similar(),
            away=self._with_what_stays(),
            walks=self._walks(),
        )

    def _talks(self, tracks):
        seen = defaultdict(int)
        for forum, part in self.items:
            seen[forum.pk] += 1
            length = part.ends_at - part.starts_at if part else HALF_DAY
            slots = (
                self.calendar.up(part.ends_at) - self.calendar.down(part.starts_at)
                if part
                else length // SLOT
            )
            label = part and localized(part, "label")
            name = " · ".join(filter(None, [localized(forum, "title"), label]))
            yield Talk(
                name, tracks[forum.pk], slots, seen[forum.pk], frozenset(self.people[forum.pk])
            )

    @cached_property
    def people(self):
        """Forum → names of its guests and hosts; a name that two people bear carries their code."""
        names = defaultdict(set)
        for forum in self.forums:
            for row in forum.participations.all():
                names[str(row.speaker)].add(row.speaker.pk)
        found = defaultdict(set)
        for forum in self.forums:
            for row in forum.participations.all():
                name = str(row.speaker)
                found[forum.pk].add(
                    name if len(names[name]) == 1 else f"{name} ({row.speaker.code})"
                )
            found[forum.pk] |= {str(host.user) for host in forum.hosts.all()}
        return found

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
        for part in self.staying:
            for person in self.people[part.forum_id]:
                away[person] += (
                    (self.calendar.down(part.starts_at), self.calendar.up(part.ends_at)),
                )
        return dict(away)

    def _too_small(self):
        """More seats wished for than the room has is a pity; more seats taken cannot be."""
        return {
            (t, r): BAN if room.capacity < forum.seats_taken else TOO_SMALL
            for t, forum in enumerate(self.forums)
            for r, room in enumerate(self.rooms)
            if room.capacity and room.capacity < forum.seats
        }

    def _changes_of_time(self):
        costs = {}
        for i, (forum, part) in enumerate(self.items):
            if part and (place := self.place(part)):
                for b in range(len(self.blocks)):
                    if b != place.block:
                        same_day = self.days[b] == self.days[place.block]
                        costs[i, b] = weight_of(forum) * (OTHER_HALF if same_day else OTHER_DAY)
        return costs

    def _changes_of_room(self):
        return {
            (i, r): weight_of(forum) * OTHER_ROOM
            for i, (forum, part) in enumerate(self.items)
            if part and part.room_id
            for r, room in enumerate(self.rooms)
            if room.pk != part.room_id
        }

    def _similar(self):
        costs = {}
        for t, forum in enumerate(self.forums):
            for s, other in enumerate(self.forums[:t]):
                cost = ONE_THEME * bool(forum.theme and forum.theme == other.theme)
                cost += TWO_MAIN * (forum.kind.is_main and other.kind.is_main)
                if cost:
                    costs[s, t] = cost
        return costs

    def _walks(self):
        minutes = {}
        for walk in editions.HallWalk.objects.filter(start__venue__edition=self.edition):
            zones = sorted((f"hall {walk.start_id}", f"hall {walk.end_id}"))
            minutes[zones[0], zones[1]] = -(-timedelta(minutes=walk.minutes) // SLOT)
        return minutes

    # --- Plans ----------------------------------------------------------------------------------

    @cached_property
    def current(self):
        """Today's places, as far as they are in rooms of ours."""
        places = {i: self.place(part) for i, (_forum, part) in enumerate(self.items) if part}
        return Plan({i: p for i, p in places.items() if p and p.room is not None})

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
            starts = self.calendar.zero + SLOT * (self.blocks[place.block].start + place.slot)
            length = part.ends_at - part.starts_at if part else HALF_DAY
            found.append(Move(forum, part, self.rooms[place.room], starts, starts + length))
        return sorted(found, key=lambda move: (move.starts_at, move.room.pk))


def weight_of(forum):
    return KNOWN if forum.state == ForumState.PUBLISHED else 1


def zone_of(room):
    return f"hall {room.hall_id}" if room.hall_id else f"venue {room.venue_id}"
