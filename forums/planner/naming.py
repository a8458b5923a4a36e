"""Real rooms for a solution that pooled alike ones."""

from collections import defaultdict

from forums.planner.solver import Clock, run

SECONDS = 2.0


def name_rooms(seats, groups, *, workers, seed):
    """(track, block, lane) → room: as few rooms for each track as can be, out of its groups; None if time is up."""
    from ortools.sat.python import cp_model

    model, named, home, taken = cp_model.CpModel(), {}, {}, defaultdict(list)
    for t, b, lane, g in sorted(seats):
        for r in groups[g]:
            here = named[t, b, lane, r] = model.new_bool_var("")
            if (t, r) not in home:
                home[t, r] = model.new_bool_var("")
            model.add_implication(here, home[t, r])
            taken[b, r].append(here)
        model.add_exactly_one(named[t, b, lane, r] for r in groups[g])
    for literals in taken.values():
        model.add_at_most_one(literals)
    model.minimize(sum(home.values()))
    clock = Clock(SECONDS)  # also when the time is up: a plan without rooms is none
    answer = run(model, clock=clock, seconds=SECONDS, workers=workers, seed=seed)
    return answer and {key[:3]: key[3] for key, here in named.items() if answer.value(here)}
