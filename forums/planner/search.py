"""Finds a plan: a greedy start, then ever better ones until the time is up or somebody says stop.

The order of steps is what worked on real conferences: find the price level that can be banned outright (huge
prices become rules), solve with alike rooms pooled, name the rooms, then set a few tracks free at a time and
solve that part again, as long as there is time.
"""

import math
import random
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
from forums.planner.wishes import broken_wishes, contradictions, price_of

# Shares of the time: sketching tracks, finding the level to ban, and the pooled model's share of what is then left.
SKETCH, LEVELS, ONE_LEVEL, POOLED = 0.05, 0.25, 0.1, 0.25
# Prices below this are wishes among others; it is not worth asking whether they can be banned.
LOW = 10
# Talks set free at first and how that number changes; seconds and threads for one such part.
FEW, GROW, ONE_PART, HANDS = 50, 1.1, 3.0, 4
# Parts without a gain after which the whole is worth another look, and the share of time for the first of these.
PATIENCE, PROOF = 12, 0.1


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
        self.hard, self.unplaced, self.pooled = BAN, False, None
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
        self.find_level(self.sketch())
        self.solve_pooled()
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

    def note_impossible(self, answer, hard):
        """Without any price of that height there is no plan, so every plan pays one."""
        if answer.is_impossible and hard < BAN:
            self.raise_bound(hard, hard)

    def run_model(self, timetable, seconds, workers=None):
        return run(
            timetable.model,
            clock=self.clock,
            seconds=seconds,
            workers=workers or self.workers,
            seed=self.seed,
        )

    # --- Steps ----------------------------------------------------------------------------------

    def sketch(self):
        """Tracks into blocks and rooms, without their talks: a small, tight packing problem."""
        timetable = Timetable(self.problem, self.groups, sketch=True)
        timetable.hint(self.best)
        answer = self.run_model(timetable, SKETCH * self.clock.seconds)
        self.raise_bound(answer.bound, BAN)
        return timetable.chosen(answer.value) if answer else None

    def find_level(self, chosen):
        """Bisect for the lowest price that can be banned outright, and what such a plan chooses."""
        levels = self.levels()
        dearest = max((broken.cost for broken in broken_wishes(self.problem, self.best)), default=0)
        low, high = 0, sum(level <= dearest for level in levels)
        until = LEVELS * self.clock.seconds
        while low < high and self.clock.spent < until and not self.is_done:
            middle = (low + high) // 2
            timetable = Timetable(self.problem, self.groups, hard=levels[middle])
            if self.pooled or chosen:
                timetable.hint_chosen(self.pooled or chosen)
            timetable.model.clear_objective()
            answer = self.run_model(timetable, ONE_LEVEL * self.clock.seconds)
            if answer:
                high, self.pooled = middle, timetable.chosen(answer.value)
            else:
                low = middle + 1
                self.note_impossible(answer, levels[middle])
        self.hard = levels[high] if high < len(levels) else BAN

    def levels(self):
        timetable = Timetable(self.problem, self.groups)
        return sorted(cost for cost in timetable.levels if LOW <= cost < BAN)

    def solve_pooled(self):
        """Alike rooms as one: a good plan and most of the bound."""
        answer = self.solve_alike(self.hard, POOLED * self.clock.left)
        if answer.is_impossible and not self.unplaced:
            if self.hard == BAN:
                self.unplaced, self.bound = True, 0
            self.hard = BAN
            self.solve_pooled()

    def solve_alike(self, hard, seconds):
        timetable = Timetable(self.problem, self.groups, hard=hard, unplaced=self.unplaced)
        if self.pooled:
            timetable.hint_chosen(self.pooled)
        else:
            timetable.hint(self.best)
        answer = self.run_model(timetable, seconds)
        self.note_impossible(answer, hard)
        if not answer.is_impossible:
            self.raise_bound(answer.bound, hard)
        if answer:
            self.pooled = timetable.chosen(answer.value)
            self.offer_named(timetable, answer, "pooled")
        return answer

    def offer_named(self, timetable, answer, stage):
        """Real rooms for a pooled solution."""
        seats = timetable.chosen(answer.value)["seat"]
        rooms = name_rooms(seats, timetable.groups, workers=self.workers, seed=self.seed)
        if rooms:
            self.offer(timetable.plan(answer.value, rooms), stage)

    def solve_whole(self):
        """Every track and every room at once, from the best plan on."""
        if self.is_done:
            return
        timetable = Timetable(
            self.problem, single_rooms(self.problem), hard=self.hard, unplaced=self.unplaced
        )
        timetable.hint(self.best)
        answer = self.run_model(timetable, self.clock.left)
        if answer.is_impossible and self.hard < BAN:
            self.hard = BAN
            self.solve_whole()
            return
        self.raise_bound(answer.bound, self.hard)
        if answer:
            self.offer_named(timetable, answer, "whole")

    def set_free(self):
        """A few tracks at a time, the others where they are."""
        chance = random.Random(self.seed)  # noqa: S311 - which tracks to try, no secret
        size, idle, looks = FEW, 0, 0
        while not self.is_done:
            is_late = not looks and self.clock.left < PROOF * self.clock.seconds
            if idle >= PATIENCE or is_late:
                self.look_again(looks)
                idle, looks = 0, looks + 1
            tracks = some_tracks(self.problem, self.best, size, chance)
            if len(tracks) == sum(bool(talks) for talks in self.problem.talks_of):
                return
            before = self.price
            answer = self.solve_part(tracks)
            idle = 0 if self.price < before else idle + 1
            size *= GROW if answer.is_optimal else 1 / GROW

    def look_again(self, looks):
        """All at once, from the best plan on: in turn without its dearest breach, and without only what costs as
        much as the whole plan, which loses nothing better and so raises the bound."""
        dearest = max((broken.cost for broken in broken_wishes(self.problem, self.best)), default=0)
        without_dearest = looks % 2 == 1 and max(LOW, self.bound) < dearest
        self.pooled = None
        self.solve_alike(
            dearest if without_dearest else int(self.price),
            PROOF * (1 + looks // 2) * self.clock.seconds,
        )

    def solve_part(self, tracks):
        part = Neighbourhood(self.problem, self.best, tracks)
        hard = min(self.hard, self.price + 1)
        timetable = Timetable(
            part.problem, single_rooms(part.problem), hard=hard, unplaced=self.unplaced
        )
        timetable.hint(part.start())
        answer = self.run_model(timetable, ONE_PART, min(HANDS, self.workers))
        if answer:
            rooms = {key[:3]: key[3] for key in timetable.chosen(answer.value)["seat"]}
            self.offer(part.merged(timetable.plan(answer.value, rooms)), "part")
        return answer
