"""The halves of an edition's days as blocks of quarter hours, within its opening hours."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from forums.planner.problem import Block
from waic.editions.models import OpeningHours
from waic.lib import clock

SLOT = timedelta(minutes=15)
NOON = time(12, 30)
# Where an edition says nothing of its hours.
HOURS = time(9), time(18)


class Calendar:
    """`blocks` in order, and the day of each."""

    def __init__(self, edition):
        self.edition = edition
        self.blocks, self.days = self._blocks()

    @cached_property
    def hours(self):
        """Day → [(venue, opens, closes)]."""
        found = defaultdict(list)
        for row in OpeningHours.objects.filter(venue__edition=self.edition):
            found[row.date].append((row.venue_id, row.opens, row.closes))
        return found

    def _blocks(self):
        """A morning and an afternoon of each day, from the first venue's opening to the last one's closing."""
        blocks, days = [], []
        for day in self.edition.days:
            hours = self.hours.get(day) or ([] if self.hours else [(None, *HOURS)])
            if hours:
                opens = min(opens for _venue, opens, _closes in hours)
                closes = max(closes for _venue, _opens, closes in hours)
                for name, since, until in (
                    (_("morning"), opens, min(NOON, closes)),
                    (_("afternoon"), max(NOON, opens), closes),
                ):
                    start, end = self.up(self.at(day, since)), self.down(self.at(day, until))
                    if end > start:
                        blocks.append(Block(f"{day:%m-%d} {name}", end - start, start))
                        days.append(day)
        return blocks, days

    # --- Time -----------------------------------------------------------------------------------

    @staticmethod
    def at(day, when):
        return datetime.combine(day, when, tzinfo=clock.ZONE)

    @cached_property
    def zero(self):
        return self.at(self.edition.starts_on, time(0))

    def down(self, when):
        return (when - self.zero) // SLOT

    def up(self, when):
        return -((self.zero - when) // SLOT)

    def closed(self, rooms):
        """(block, room) pairs whose venue is not open all the time."""
        return {
            (b, r)
            for b, block in enumerate(self.blocks)
            for r, room in enumerate(rooms)
            if self.hours and not self._covers(room.venue_id, self.days[b], block)
        }

    def _covers(self, venue, day, block):
        hours = [(opens, closes) for v, opens, closes in self.hours[day] if v == venue]
        if not any(v == venue for rows in self.hours.values() for v, _o, _c in rows):
            return True  # nothing is known of this venue
        return any(
            self.up(self.at(day, opens)) <= block.start
            and block.end <= self.down(self.at(day, closes))
            for opens, closes in hours
        )
