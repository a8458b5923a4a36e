"""A plan of an edition as a list of moves, with what it could not do well. Nothing is saved here."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from forums.models import Forum, ForumPart
from forums.planner.explaining import explain, told
from forums.planner.plan import Plan
from forums.planner.posing import weight_of
from forums.planner.programme import Programme
from forums.planner.search import Outcome, solve
from forums.planner.wishes import broken_wishes, contradictions, price_of
from waic.editions import models as editions
from waic.lib import clock
from waic.lib.text import localized


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
    return proposal_of(programme, outcome)


def proposal_of(programme, outcome):
    """The Proposal of an outcome of the solver."""
    problem, plan = programme.problem, settled(programme, outcome.plan)
    price = price_of(problem, plan)
    outcome = replace(outcome, plan=plan, price=price, bound=min(outcome.bound, price))
    said = [row for broken in broken_wishes(problem, plan) for row in told(programme, plan, broken)]
    before = price_of(problem, programme.current)
    return Proposal(moves_of(programme, plan), said, outcome, before, programme.staying)


def settled(programme, plan):
    """The plan with every part back at its hour that stays in its half of a day, in whichever room, where that costs nothing.

    To the solver all quarters of an hour in a block are alike, to visitors they are not. A part that was in the way of
    another may have gone home itself meanwhile, so it is tried until nothing changes.
    """
    price = price_of(programme.problem, plan)
    away = [i for i in sorted(programme.hours) if i in plan]
    away.sort(key=lambda i: -weight_of(programme.items[i][0]))
    went = True
    while went:
        went = False
        for i in away:
            if (back := _at_its_hour(programme, plan, i, price)) is not None:
                plan, went = back, True
    return plan


def _at_its_hour(programme, plan, i, price):
    """The plan with talk i back at its hour; None where it is there, left its half of the day, or it would cost."""
    block, slot = programme.hours[i]
    if plan[i].block != block or plan[i].slot == slot:
        return None
    back = Plan({**plan, i: plan[i]._replace(slot=slot)})
    if any(contradictions(programme.problem, back)) or price_of(programme.problem, back) > price:
        return None
    return back


def moves_of(programme, plan):
    """What changes, by time."""
    found = []
    for i, place in plan.items():
        forum, part = programme.items[i]
        if part and programme.place(part) == place:
            continue
        starts, ends = programme.times(i, place)
        found.append(Move(forum, part, programme.rooms[place.room], starts, ends))
    return sorted(found, key=lambda move: (move.starts_at, move.room.pk))
