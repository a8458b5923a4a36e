"""Why a plan costs what it costs: each broken wish as plain facts to keep, and as a sentence for whoever reads it.

`told` turns a breach into rows that JSON can hold: {"wish", "cost", "forums", "people", "rooms", "starts", "ends", …}
with numbers of database rows; `explain` makes sentences of such rows in the language of the moment.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from forums.models import Forum, Speaker
from forums.planner.calendar import SLOT
from forums.planner.posing import changes_of_time
from forums.planner.problem import BAN, DEAR
from forums.planner.wishes import Wish
from waic.accounts.models import User
from waic.editions.models import Room
from waic.lib.templatetags.dates import day, hour
from waic.lib.text import localized

# Breaches that the problem counts together and people tell apart.
MOVED, MISSED, PROTOCOL = "moved", "missed", "protocol"

SENTENCES = {
    Wish.UNPLACED: gettext_noop("No place was found for “%(forum)s”. Place it by hand, or make room first."),
    Wish.AWAY: gettext_noop("“%(forum)s” (%(when)s) is at a time when %(people)s cannot be there."),
    MISSED: gettext_noop("%(people)s cannot be there at the time of “%(forum)s” (%(when)s)."),
    PROTOCOL: gettext_noop("%(people)s: expected at “%(title)s” at the time of “%(forum)s” (%(when)s)."),
    Wish.WALK: gettext_noop("%(people)s: %(minutes)d minutes from “%(forum)s” (%(room)s) to “%(other)s” (%(other_room)s); the walk takes %(needed)d."),
    Wish.TRACK_BLOCK: gettext_noop("%(when)s does not suit “%(forum)s”."),
    Wish.TRACK_ROOM: gettext_noop("%(room)s has %(capacity)d seats; “%(forum)s” wants %(seats)d (%(when)s)."),
    Wish.BLOCK_ROOM: gettext_noop("%(room)s is not open all the time of “%(forum)s” (%(when)s)."),
    Wish.TALK_BLOCK: gettext_noop("%(when)s does not suit “%(forum)s”."),
    MOVED: gettext_noop("“%(forum)s” leaves its time, %(before)s, for %(when)s."),
    Wish.TALK_ROOM: gettext_noop("“%(forum)s” leaves its room, %(before)s, for %(room)s."),
    Wish.SIMILAR: gettext_noop("“%(forum)s” and “%(other)s” want the same audience and are in one half of a day (%(when)s)."),
    Wish.CHAIRS: gettext_noop("“%(forum)s” and “%(other)s” have one host and are in one half of a day (%(when)s)."),
    Wish.EXTRA_ROOM: gettext_noop("“%(forum)s” has to change rooms."),
    Wish.PARALLEL: gettext_noop("“%(forum)s” runs in several rooms at once (%(when)s)."),
    Wish.GAP: gettext_noop("The parts of “%(forum)s” do not follow one another."),
    Wish.TURNOVER: gettext_noop("%(room)s: “%(other)s” begins %(minutes)d minutes after “%(forum)s” ends (%(when)s); %(needed)d are needed to change over."),
    Wish.ORDER: gettext_noop("The parts of “%(forum)s” come in another order than now."),
    Wish.PEOPLE_BLOCK: gettext_noop("%(people)s: “%(forum)s” and “%(other)s” in one half of a day, in two rooms (%(when)s)."),
    Wish.PEOPLE_SLOT: gettext_noop("%(people)s would be in two places for %(minutes)d minutes: “%(forum)s” in %(room)s and “%(other)s” in %(other_room)s (%(when)s)."),
    Wish.AUDIENCE_BLOCK: gettext_noop("The same people want to hear “%(forum)s” and “%(other)s”, which are in two rooms (%(when)s)."),
    Wish.AUDIENCE_SLOT: gettext_noop("The same people want to hear “%(forum)s” and “%(other)s”, which are at once (%(when)s)."),
}  # fmt: skip


# --- Facts to keep ------------------------------------------------------------------------------


def told(programme, plan, broken):
    """One breach as rows; what the problem adds up is taken apart again."""
    teller = _Teller(programme, plan, broken)
    if broken.wish == Wish.TALK_BLOCK:
        yield from teller.talk_in_block()
    elif broken.wish == Wish.AWAY:
        yield from teller.absences(BAN) or [teller.row(broken.wish)]
    else:
        yield teller.row(broken.wish)


class _Teller:
    def __init__(self, programme, plan, broken):
        self.programme, self.plan, self.broken = programme, plan, broken
        self.problem = programme.problem

    def row(self, wish, cost=None, **more):
        """The facts of the breach. Talks say when and where; without one its block and room do."""
        broken = self.broken
        tracks = broken.tracks or tuple(self.problem.talks[i].track for i in broken.talks)
        places = [self.plan[i] for i in broken.talks if i in self.plan]
        rooms = [place.room for place in places] or ([broken.room] if broken.room is not None else [])  # fmt: skip
        about = {
            "wish": str(wish), "cost": broken.cost if cost is None else cost,
            "forums": [self.programme.forums[t].pk for t in tracks],
            "people": self.people(), "rooms": [self.programme.rooms[r].pk for r in rooms],
            **self.span(), **self.measures(), **more,
        }  # fmt: skip
        return {key: value for key, value in about.items() if value not in ([], None)}

    def span(self):
        broken, calendar = self.broken, self.programme.calendar
        if placed := [i for i in broken.talks if i in self.plan]:
            starts, ends = self.programme.times(placed[-1], self.plan[placed[-1]])
        elif broken.block is not None:
            block = self.problem.blocks[broken.block]
            starts, ends = (calendar.zero + SLOT * slot for slot in (block.start, block.end))
        else:
            return {}
        return {"starts": starts.isoformat(), "ends": ends.isoformat()}

    def people(self):
        talks = [self.problem.talks[i] for i in self.broken.talks]
        if len(talks) == 2:
            return sorted(talks[0].people & talks[1].people)
        if self.broken.wish == Wish.AWAY:
            return sorted(p for p in talks[0].people if p in self.problem.away)
        return []

    def measures(self):
        """Minutes at once or in between, and what was there before."""
        broken = self.broken
        if broken.wish in (Wish.WALK, Wish.PEOPLE_SLOT):
            i, j = broken.talks
            spans = sorted(self.programme.times(k, self.plan[k]) for k in (i, j))
            minutes = abs(spans[1][0] - min(spans[0][1], spans[1][1])) // timedelta(minutes=1)
            halls = (self.programme.rooms[self.plan[k].room].hall_id for k in (i, j))
            return {"minutes": minutes, "needed": self.programme.facts.walk(*halls)}
        if broken.wish == Wish.TURNOVER:
            minutes = self.programme.conditions.turnover // timedelta(minutes=1)
            return {"minutes": self.pause_between(), "needed": minutes}
        if broken.wish == Wish.TALK_ROOM:
            return {"before": self.programme.items[broken.talks[0]][1].room_id}
        if broken.wish == Wish.TRACK_ROOM:
            forum = self.programme.forums[broken.tracks[0]]
            capacity = self.programme.rooms[broken.room].capacity
            return {"seats": max(forum.seats, forum.seats_taken), "capacity": capacity}
        return {}

    def pause_between(self):
        """Minutes that the room is free between the two tracks."""
        room = self.broken.room
        before, after = (self.spans_in(room, t) for t in self.broken.tracks)
        gaps = [max(a, c) - min(b, d) for a, b in before for c, d in after]
        return max(timedelta(0), min(gaps)) // timedelta(minutes=1)

    def spans_in(self, room, track):
        """[(start, end)] of what the track has in a room, planned or staying."""
        programme, forum = self.programme, self.programme.forums[track]
        planned = [
            programme.times(i, place) for i, place in self.plan.items()
            if place.room == room and self.problem.talks[i].track == track
        ]  # fmt: skip
        return planned + [
            (part.starts_at, part.ends_at) for part in programme.staying
            if part.forum_id == forum.pk and part.room_id == programme.rooms[room].pk
        ]  # fmt: skip

    def talk_in_block(self):
        (i,) = self.broken.talks
        moved = changes_of_time(self.programme).get((i, self.broken.block), 0)
        if moved:
            part = self.programme.items[i][1]
            before = [part.starts_at.isoformat(), part.ends_at.isoformat()]
            yield self.row(MOVED, moved, before=before)
        if self.broken.cost > moved:
            yield from self.absences(self.broken.cost - moved) or [self.row(Wish.TALK_BLOCK, DEAR)]

    def absences(self, cost):
        """Who is not there, by the reason; the first of them bears the price."""
        (i,) = self.broken.talks
        start = self.plan.starts_at(self.problem, i)
        reasons = {}
        for person, title in self.programme.conditions.absent(i, start):
            reasons.setdefault(title, []).append(person)
        return [
            self.row(PROTOCOL if title else MISSED, cost if n == 0 else 0, people=sorted(set(people)), title=title)
            for n, (title, people) in enumerate(reasons.items())
        ]  # fmt: skip


# --- Sentences ----------------------------------------------------------------------------------


def explain(rows):
    """A sentence for each row, in the language of the moment; three queries at most. Rows that are gone are named “–”."""
    rows = list(rows)
    names = _Names(rows)
    return [_(SENTENCES[row["wish"]]) % _Words(names, row) for row in rows]


class _Names:
    """Names of everything that the rows are about."""

    def __init__(self, rows):
        forums = {pk for row in rows for pk in row.get("forums", ())}
        rooms = {pk for row in rows for pk in row.get("rooms", ())}
        rooms |= {row["before"] for row in rows if row["wish"] == Wish.TALK_ROOM}
        people = {key for row in rows for key in row.get("people", ())}
        self.forums = Forum.objects.in_bulk(forums)
        self.rooms = Room.objects.select_related("venue").in_bulk(rooms)
        self.people = {f"s{pk}": str(s) for pk, s in _bulk(Speaker, people, "s").items()}
        self.people |= {f"u{pk}": str(u) for pk, u in _bulk(User, people, "u").items()}

    def forum(self, pk):
        return localized(self.forums[pk], "title") if pk in self.forums else "–"

    def room(self, pk):
        return str(self.rooms[pk]) if pk in self.rooms else "–"


def _bulk(model, keys, kind):
    pks = [int(key[1:]) for key in keys if key.startswith(kind)]
    return model._default_manager.in_bulk(pks) if pks else {}


class _Words(dict):
    """The words of one row, as a sentence asks for them."""

    def __init__(self, names, row):
        forums = [names.forum(pk) for pk in row.get("forums", ())] + ["–", "–"]
        rooms = [names.room(pk) for pk in row.get("rooms", ())] + ["–", "–"]
        people = [names.people.get(key, "–") for key in row.get("people", ())]
        super().__init__(
            forum=forums[0], other=forums[1], room=rooms[0], other_room=rooms[1],
            people=", ".join(people) or _("Somebody"), title=row.get("title", ""),
            when=_span(row["starts"], row["ends"]) if "starts" in row else "–",
            **{name: row.get(name, 0) for name in ("minutes", "needed", "seats", "capacity")},
        )  # fmt: skip
        if row["wish"] == MOVED:
            self["before"] = _span(*row["before"])
        elif row["wish"] == Wish.TALK_ROOM:
            self["before"] = names.room(row["before"])


def _span(starts, ends):
    starts, ends = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    return f"{day(starts)} {hour(starts)}–{hour(ends)}"
