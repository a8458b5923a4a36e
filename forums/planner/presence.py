"""Who is needed where: the people of each part, as the rules see them, by keys that guests and hosts do not share."""

from collections import defaultdict
from functools import cached_property


class Presence:
    """Of a `programme` of the planner: its facts, calendar, forums and items. Guests are s1, hosts u1."""

    def __init__(self, programme):
        self.programme = programme
        self.facts, self.calendar = programme.facts, programme.calendar

    def needed(self, i):
        """[(person, first, last)]: who is needed during talk i, in slots from its start."""
        forum, part = self.programme.items[i]
        if part is None:
            return [(person, 0, self.programme.length(i)) for person in self.of(forum, None)]
        zero = self.calendar.down(part.starts_at)
        length = self.calendar.up(part.ends_at) - zero
        return [
            (person, max(0, self.calendar.down(since) - zero), min(length, self.calendar.up(until) - zero))
            for person, spans in self._presences[part.pk].items()
            for since, until in spans
        ]  # fmt: skip

    def of(self, forum, part):
        """Keys of the people of a part, or of a whole forum without one."""
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
        for forum in self.programme.forums:
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
