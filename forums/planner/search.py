"""Finds a plan: a greedy start, then ever better ones until the time is up or somebody says stop.

What works on real conferences: set a few tracks free at a time and solve that part exactly, the others staying where
they are. When parts bring nothing for a while, look at everything at once, with alike rooms pooled; that also says
how far from the best the plan can be.
"""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from forums.planner.choosing import some_tracks
from forums.planner.greedy import first_plan
from forums.planner.model.rooms import room_groups, single_rooms
from forums.planner.model.timetable import Timetable
from forums.planner.naming import name_rooms
from forums.planner.neighbourhood import Neighbourhood
from forums.planner.plan import Plan
from forums.planner.problem import BAN, Problem
from forums.planner.solver import Clock, run
from forums.planner.wishes import Wish, broken_wishes, contradictions, price_of

# Shares of the time: for a first whole plan where greed finds none, and for one look at everything at once.
WHOLE, LOOK = 0.25, 0.12
# The first two looks come after these shares at the latest, any after so many parts without a gain.
LOOKS_DUE, PATIENCE = (0.2, 0.6), 12
# One more comes after this share where parts have not brought the price down to that share of what greed found.
EARLY, SLOW = 0.03, 0.5
# Between two looks that are due, parts have this share for what the first one brought.
APART = 0.15
# Talks set free at first and how that number changes; seconds and threads for one such part.
FEW, GROW, ONE_PART, HANDS = 50, 1.1, 3.0, 4
# How often a part has to do without its dearest breach.
DARING = 0.4
# Prices below this are wishes among others; it is not worth asking whether a plan can do without.
LOW = 10


@dataclass(frozen=True)
class Step:
    """One message of progress."""

    stage: str
    seconds: float
    price: int | None
    bound: int


@dataclass
class Outcome:
    """The best plan, its price, a floor below which no plan can be, and how it came about."""

    plan: Plan
    price: int
    bound: int
    seconds: float = 0.0
    is_stopped: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def is_optimal(self):
        return self.price <= self.bound


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    workers: int = 8,
    seed: int = 1,
    start: Plan | None = None,
    progress: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Outcome:
    """The best plan found. `stop` is asked a few times a second, in the caller's thread as `progress` is called."""
    return _Search(problem, Clock(seconds, stop), workers, seed, progress).run(start)


class _Search:
    def __init__(self, problem, clock, workers, seed, progress):
        self.problem, self.clock, self.progress = problem, clock, progress
        self.workers, self.seed = workers, seed
        self.groups = room_groups(problem)
        self.best, self.price, self.bound = Plan(), math.inf, 0
        self.unplaced = False
        self.steps = []

    def run(self, start):
        if start is not None and not any(contradictions(self.problem, start)):
            self.offer(start, "start")
        self.offer(first_plan(self.problem), "greedy")
        if self.problem.talks:
            self.improve()
        price = price_of(self.problem, self.best)
        return Outcome(
            self.best, price, self.bound, self.clock.spent, self.clock.stopped, self.steps
        )

    def improve(self):
        if self.price >= BAN:
            self.place_all()
        self.set_free()
        self.solve_whole()

    @property
    def is_done(self):
        return self.clock.is_over or self.price <= self.bound

    # --- Book-keeping ---------------------------------------------------------------------------

    def offer(self, plan, stage):
        """Keep the plan when it is the best so far, or as good as that."""
        price = price_of(self.problem, plan)
        if price < self.price:
            self.best, self.price = plan, price
            self.tell(stage)
        elif price == self.price:
            self.best = plan

    def tell(self, stage):
        step = Step(stage, round(self.clock.spent, 1), self.price, self.bound)
        self.steps.append(step)
        if self.progress:
            self.progress(step)

    def raise_bound(self, bound, hard):
        """Whoever pays a banned price pays at least that, so a bound under a ban holds up to the ban's height."""
        self.bound = max(self.bound, min(math.ceil(bound - 1e-6), hard))

    def run_model(self, timetable, seconds, workers=None):
        return run(
            timetable.model,
            clock=self.clock,
            seconds=seconds,
            workers=workers or self.workers,
            seed=self.seed,
        )

    # --- Steps ----------------------------------------------------------------------------------

    def place_all(self):
        """A first plan that keeps every rule; where there is none, talks may stay without a place."""
        answer = self.solve_alike(BAN, WHOLE * self.clock.left)
        if answer.is_impossible:
            self.unplaced = True
            self.solve_alike(BAN, WHOLE * self.clock.left)

    def solve_alike(self, hard, seconds):
        """Alike rooms as one. The bound is the real rooms' as well."""
        timetable = Timetable(self.problem, self.groups, hard=hard, unplaced=self.unplaced)
        timetable.hint(self.best)
        answer = self.run_model(timetable, seconds)
        if not answer.is_impossible:
            self.raise_bound(answer.bound, hard)
        elif hard < BAN:
            self.raise_bound(hard, hard)
        if answer:
            self.offer_named(timetable, answer, "all")
        return answer

    def offer_named(self, timetable, answer, stage):
        """Real rooms for a pooled solution."""
        seats = timetable.seats(answer.value)
        rooms = name_rooms(seats, timetable.groups, workers=self.workers, seed=self.seed)
        if rooms:
            self.offer(timetable.plan(answer.value, rooms), stage)

    def solve_whole(self):
        """Every track and every room at once, from the best plan on."""
        if self.is_done:
            return
        timetable = Timetable(self.problem, single_rooms(self.problem), unplaced=self.unplaced)
        timetable.hint(self.best)
        answer = self.run_model(timetable, self.clock.left)
        self.raise_bound(answer.bound, BAN)
        if answer:
            self.offer_named(timetable, answer, "all")

    def set_free(self):
        """A few tracks at a time, the others where they are."""
        chance = random.Random(self.seed)  # noqa: S311 - which tracks to try, no secret
        size, idle, looks = FEW, 0, _Looks(self)
        while not self.is_done:
            if looks.take(idle):
                idle = 0
            tracks = some_tracks(self.problem, self.best, size, chance)
            if len(tracks) == sum(bool(talks) for talks in self.problem.talks_of):
                return
            before = self.price
            answer = self.solve_part(tracks, chance)
            idle = 0 if self.price < before else idle + 1
            size *= GROW if answer.is_optimal else 1 / GROW

    def look_again(self, looks):
        """All at once: in turn without the plan's dearest breach, and without only what costs as much as the whole
        plan, which loses nothing better and so raises the bound."""
        hard = int(min(self.price, BAN))
        if looks % 2 == 0:
            dearest = dearest_of(broken_wishes(self.problem, self.best))
            hard = dearest if max(LOW, self.bound) < dearest else hard
        self.solve_alike(hard, LOOK * (1 + looks // 2) * self.clock.seconds)

    def solve_part(self, tracks, chance):
        part = Neighbourhood(self.problem, self.best, tracks)
        timetable = Timetable(
            part.problem,
            single_rooms(part.problem),
            hard=self.hard_of(part, chance),
            unplaced=self.unplaced or self.price >= BAN,
        )
        timetable.hint(part.start())
        answer = self.run_model(timetable, ONE_PART, min(HANDS, self.workers))
        if answer:
            rooms = {key[:3]: key[3] for key in timetable.seats(answer.value)}
            self.offer(part.merged(timetable.plan(answer.value, rooms)), "part")
        return answer

    def hard_of(self, part, chance):
        """No breach dearer than the part's dearest now, and at times not even that one: much smaller models."""
        dearest = dearest_of(broken_wishes(part.problem, part.start()))
        return min(BAN, dearest if dearest >= LOW and chance.random() < DARING else dearest + 1)


class _Looks:
    """When a search looks at everything at once, between its parts."""

    def __init__(self, search):
        self.search = search
        self.count, self.last, self.slow = 0, 0.0, SLOW * search.price

    @property
    def share(self):
        """Of the time that there was."""
        return self.search.clock.spent / self.search.clock.seconds

    def take(self, idle):
        """Look where it is time to, `idle` parts after the last gain; True when that was done."""
        if self.slow and self.share > EARLY:
            is_time = self._early()
        else:
            due = LOOKS_DUE[self.count] if self.count < len(LOOKS_DUE) else 1
            is_time = idle >= PATIENCE or self.share > max(due, self.last + APART)
            if is_time:
                self.search.look_again(self.count)
                self.count += 1
        if is_time:
            self.last = self.share
        return is_time

    def _early(self):
        """Once, where parts are slow; it counts as the first look when it brought the price down instead."""
        slow, self.slow = self.slow, 0
        if self.search.price <= slow:
            return False
        self.search.look_again(0)
        self.count = int(self.search.price <= slow)
        return True


def dearest_of(broken):
    """The highest price at one go; what a room costs a track and what it costs in that block are paid together."""
    costs: Counter = Counter()
    for n, one in enumerate(broken):
        is_room = one.wish in (Wish.TRACK_ROOM, Wish.BLOCK_ROOM)
        costs[(one.block, one.room) if is_room else n] += one.cost
    return max(costs.values(), default=0)
