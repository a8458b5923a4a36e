"""Runs CP-SAT beside the caller: the clock and the caller's wish to stop are looked at a few times a second."""

import math
import threading
import time
from dataclasses import dataclass, field

# Seconds between two looks at the clock and at `stop`.
GLANCE = 0.1


@dataclass
class Clock:
    """How long there is, and whether somebody said stop."""

    seconds: float
    stop: object = None
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False

    @property
    def spent(self):
        return time.monotonic() - self.began

    @property
    def left(self):
        return 0 if self.is_over else max(0.0, self.seconds - self.spent)

    @property
    def is_over(self):
        self.stopped = self.stopped or bool(self.stop and self.stop())
        return self.stopped or self.spent >= self.seconds


@dataclass
class Answer:
    """What the solver knows of one model: `value` reads a solution's variable, `bound` is a floor of its costs."""

    value: object = None
    cost: float = math.inf
    bound: float = 0.0
    is_optimal: bool = False
    is_impossible: bool = False

    def __bool__(self):
        return self.value is not None


def run(model, *, clock, seconds, workers, seed, on_bound=None, linear=1):
    """Solve for so many seconds at most, less when the clock says so; the best found comes back."""
    from ortools.sat.python import cp_model

    seconds = min(seconds, clock.left)
    if seconds <= 0:
        return Answer()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = linear
    if on_bound:
        solver.best_bound_callback = on_bound
    ends: list = []
    thread = threading.Thread(target=lambda: ends.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(GLANCE)
        if clock.is_over:
            solver.stop_search()
    return _answer(solver, model, solver.status_name(ends[0]) if ends else "UNKNOWN")


def _answer(solver, model, status):
    bound = (
        max(0.0, solver.best_objective_bound)
        if status != "UNKNOWN" or model.has_objective()
        else 0.0
    )
    if status not in ("OPTIMAL", "FEASIBLE"):
        return Answer(bound=bound, is_impossible=status == "INFEASIBLE")
    return Answer(
        value=solver.value,
        cost=solver.objective_value if model.has_objective() else 0.0,
        bound=bound,
        is_optimal=status == "OPTIMAL",
    )
