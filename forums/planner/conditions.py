"""What the edition's rules mean for a plan: a rule that refuses is a rule of the problem, one that warns a dear wish.

Everything is asked of the same facts and settings that the rules engine looks at.
"""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property

from forums.models import RuleLevel
from forums.planner.calendar import SLOT
from forums.planner.problem import BAN, DEAR, Prices, free_starts
from waic.lib import clock

# What a wish is worth. A forum that visitors know of is moved for a good reason only.
ONE_THEME, TWO_MAIN, TOO_SMALL, ONE_HOST, TOO_SOON = 20, 40, 50, 25, 30
BLOCKING = (RuleLevel.BLOCK_SAVE, RuleLevel.BLOCK_RELEASE)


class Conditions:
    """Prices and bans for a `programme` of the planner: its facts, settings, calendar, forums, items and rooms."""

    def __init__(self, programme):
        self.programme = programme
        self.facts, self.settings = programme.facts, programme.settings
        self.calendar, self.blocks = programme.calendar, programme.calendar.blocks

    def price(self, rule, warned):
        """BAN where the rule refuses, `warned` where it warns, nothing where it is off."""
        level = self.settings[rule].level
        return BAN if level in BLOCKING else warned if level == RuleLevel.WARN else 0

    @property
    def prices(self):
        return Prices(
            extra_room=15, parallel=30, gap=5, order=8, chairs=min(self.price("host-elsewhere", ONE_HOST), 10 * ONE_HOST),
            people_slot=self.price("person-twice", DEAR), walk=self.price("walk", DEAR), turnover=self.price("turnover", TOO_SOON),
        )  # fmt: skip

    # --- Rooms ----------------------------------------------------------------------------------

    def rooms_and_blocks(self, taken):
        """(block, room) → price: closed venues, and what stays there."""
        closed = self.price("room-closed", DEAR)
        costs = dict.fromkeys(sorted(self.closed), closed) if closed else {}
        return costs | dict.fromkeys(sorted(taken), BAN)

    @cached_property
    def closed(self):
        """(block, room) pairs whose venue is not open all the time."""
        return {
            (b, r)
            for b, block in enumerate(self.blocks)
            for r, room in enumerate(self.programme.rooms)
            if not self._is_open(room.venue_id, b, block)
        }

    def _is_open(self, venue, b, block):
        if not any(v == venue for v, _day in self.facts.hours):
            return True  # nothing is known of this venue
        spans = self.facts.hours.get((venue, self.calendar.days[b]), ())
        up, down = self.calendar.up, self.calendar.down
        return any(up(opens) <= block.start and block.end <= down(closes) for opens, closes in spans)  # fmt: skip

    @property
    def turnover(self):
        """How long a room is changed over between two forums; nothing where the rule is off."""
        minutes = self.settings["turnover"].number if self.price("turnover", TOO_SOON) else 0
        return timedelta(minutes=minutes or 0)

    def forums_and_rooms(self):
        """More seats wished for than the room has is what the rule says; more seats taken cannot be."""
        price = self.price("room-too-small", TOO_SMALL)
        costs = {
            (t, r): BAN if room.capacity < forum.seats_taken else price
            for t, forum in enumerate(self.programme.forums)
            for r, room in enumerate(self.programme.rooms)
            if room.capacity and room.capacity < max(forum.seats, forum.seats_taken)
        }
        return {pair: cost for pair, cost in costs.items() if cost}

    def similar(self):
        """Forums of one theme, and two main ones, in one half of a day."""
        setting = self.settings["theme-parallel"]
        theme = 0 if setting.level == RuleLevel.OFF else ONE_THEME
        if setting.level in BLOCKING:
            theme = BAN if setting.number == 1 else 3 * ONE_THEME
        costs = {}
        for t, forum in enumerate(self.programme.forums):
            for s, other in enumerate(self.programme.forums[:t]):
                cost = theme * bool(forum.theme and forum.theme == other.theme)
                cost += TWO_MAIN * (forum.kind.is_main and other.kind.is_main)
                if cost:
                    costs[s, t] = min(cost, BAN)
        return costs

    # --- The clock ------------------------------------------------------------------------------

    def halves_begun(self):
        """(talk, block) → BAN: into a half of a day that runs or is over comes nothing that is not there today."""
        return {
            (i, b): BAN
            for i in range(len(self.programme.items))
            for b in sorted(self.programme.begun)
            if not self._is_at_home(i, b)
        }

    def _is_at_home(self, i, b):
        return i in self.programme.hours and self.programme.hours[i][0] == b

    def _over(self, i):
        """Of the half of a day a talk is in, what is over when it runs."""
        runs = any(self._is_at_home(i, b) for b in self.programme.begun)
        return ((0, self.calendar.up(clock.now())),) if runs else ()

    # --- People ---------------------------------------------------------------------------------

    def walks(self):
        """Slots from hall to hall, for people who have to be on time."""
        if not self.price("walk", DEAR):
            return {}
        minutes = {}
        for halls, needed in self.facts.walks.items():
            one, other = sorted(f"hall {hall}" for hall in halls)
            minutes[one, other] = -(-timedelta(minutes=needed) // SLOT)
        return minutes

    def hours_of_people(self, talks):
        """(shut, costs): starts that are over or at which somebody is missing; blocks in which a warning cannot be avoided."""
        shut, costs = {}, defaultdict(int)
        for i, talk in enumerate(talks):
            shut[i] = over = self._over(i)
            hard, soft = self._busy(i)
            for b, block in enumerate(self.blocks) if hard or soft else ():
                able = [k for k in free_starts(talk, block, over) if not _meets(block.start + k, hard)]  # fmt: skip
                best = [k for k in able if not _meets(block.start + k, soft)]
                if able and not best:
                    costs[i, b] += DEAR
                kept = best or able
                shut[i] += _without(talk, block, kept)
        return {i: stretches for i, stretches in shut.items() if stretches}, dict(costs)

    def absent(self, i, start):
        """[(person, title of the protocol's item or "")] who are not there when talk i starts then (a slot)."""
        return [
            (person, title) for rule in ("person-away", "protocol")
            for person, title, since, until in self._away[rule].get(i, ())
            if self.price(rule, DEAR) and since < start < until
        ]  # fmt: skip

    def _busy(self, i):
        """Open stretches of starts that a rule forbids, and that a rule warns of."""
        found = {BAN: [], DEAR: [], 0: []}
        for rule, by_talk in self._away.items():
            found[self.price(rule, DEAR)] += [(a, b) for _p, _t, a, b in by_talk.get(i, ())]
        return found[BAN], found[DEAR]

    @cached_property
    def _away(self):
        """Rule → talk → [(person, title, since, until)]: it may not start between these slots, both left out."""
        found = {"person-away": defaultdict(list), "protocol": defaultdict(list)}
        for i in range(len(self.programme.items)):
            for person, first, last in self.programme.presence.needed(i):
                for rule, title, since, until in self._absences.get(person, ()):
                    found[rule][i].append((person, title, since - last, until - first))
        return found

    @cached_property
    def _absences(self):
        """Person → [(rule, title, since, until)] on the time line: outside the hours they gave, and the protocol list."""
        up, down = self.calendar.up, self.calendar.down
        found = defaultdict(list)
        for person, spans in self.facts.available.items():
            found[f"s{person}"] += [("person-away", "", *gap) for gap in self._gaps(spans)]
        margin = timedelta(minutes=self.settings["protocol"].number or 0)
        for span in self.facts.protocol:
            spare = max(margin, timedelta(minutes=self._farthest(span.hall)))
            edges = down(span.starts - spare), up(span.ends + spare)
            found[f"s{span.person}"].append(("protocol", span.title, *edges))
        return found

    def _gaps(self, spans):
        """What lies before, between and after the spans, which come in time order; whole slots are there or away."""
        reached = -BAN
        for span in spans:
            if reached < (begins := self.calendar.up(span.starts)):
                yield reached, begins
            reached = max(reached, self.calendar.down(span.ends))
        yield reached, BAN

    def _farthest(self, hall):
        """The longest walk from a hall: where the forum will be is not known yet."""
        return max((minutes for halls, minutes in self.facts.walks.items() if hall in halls), default=0)  # fmt: skip


def _meets(start, stretches):
    return any(since < start < until for since, until in stretches)


def _without(talk, block, kept):
    """Stretches of the time line that leave only these slots of the block to begin at."""
    barred = [k for k in range(block.slots - talk.length + 1) if k not in kept]
    return tuple((block.start + k + talk.length - 1, block.start + k + 1) for k in barred)
