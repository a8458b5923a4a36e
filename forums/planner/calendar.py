"""The halves of an edition's days as blocks of quarter hours, within its opening hours."""

from datetime import datetime, time, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from forums.planner.problem import Block
from waic.lib import clock

SLOT = timedelta(minutes=15)
NOON = time(12, 30)
# Where an edition says nothing of its hours.
HOURS = time(9), time(18)


class Calendar:
    """`blocks` in order, and the day of each. `hours` are the facts': (venue, day) → [(opens, closes)]."""

    def __init__(self, edition, hours):
        self.edition, self.hours = edition, hours
        self.blocks, self.days = self._blocks()

    def _blocks(self):
        """A morning and an afternoon of each day, from the first venue's opening to the last one's closing."""
        blocks, days = [], []
        for day in self.edition.days:
            spans = [span for (_venue, d), those in self.hours.items() if d == day for span in those]  # fmt: skip
            if not self.hours:
                spans = [tuple(self.at(day, when) for when in HOURS)]
            for start, end, name in self._halves(day, spans) if spans else ():
                if end > start:
                    blocks.append(Block(f"{day:%m-%d} {name}", end - start, start))
                    days.append(day)
        return blocks, days

    def _halves(self, day, spans):
        noon = self.at(day, NOON)
        opens, closes = min(opens for opens, _c in spans), max(closes for _o, closes in spans)
        yield self.up(opens), self.down(min(noon, closes)), _("morning")
        yield self.up(max(noon, opens)), self.down(closes), _("afternoon")

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
