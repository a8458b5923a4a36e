"""The planner: small problems whose best plan is known, and rules that are never broken."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forums.planner.greedy import first_plan
from forums.planner.neighbourhood import Neighbourhood
from forums.planner.plan import Place, Plan
from forums.planner.problem import BAN, Block, Prices, Problem, Room, Stay, Talk, Track
from forums.planner.search import _Looks, _Search, solve
from forums.planner.solver import Clock
from forums.planner.wishes import Wish, broken_wishes, faults, price_of
from tests.forums.every_plan import all_plans, keeps_rules

ALL_ON = Prices(
    extra_room=2, parallel=3, gap=5, order=7, chairs=11, people_block=13, people_slot=17,
    audience_block=19, audience_slot=23,
)  # fmt: skip


def blocks(*slots, apart=1):
    """Blocks one after the other, with a slot between two."""
    starts = [sum(slots[:n]) + n * apart for n in range(len(slots))]
    return tuple(
        Block(f"B{n}", count, start)
        for n, (count, start) in enumerate(zip(slots, starts, strict=True))
    )


def problem_with(agenda, *, slots=(2, 2), rooms=2, **more):
    """Tracks as lists of (length, people); `more` goes to the Problem."""
    talks = tuple(
        Talk(f"T{t}.{n}", t, length, people=frozenset(people))
        for t, track in enumerate(agenda)
        for n, (length, people) in enumerate(track)
    )
    more.setdefault("tracks", tuple(Track(f"Track {t}") for t in range(len(agenda))))
    return Problem(
        talks=talks,
        blocks=blocks(*slots),
        rooms=tuple(Room(f"R{n}", f"H{n}") for n in range(rooms)),
        **more,
    )


def solved(problem, **options):
    outcome = solve(problem, **{"seconds": 10, "workers": 1, **options})
    assert list(faults(problem, outcome.plan)) == []
    return outcome


def found(problem, plan):
    return [(broken.wish, broken.cost) for broken in broken_wishes(problem, plan)]


# --- Prices -------------------------------------------------------------------------------------


def test_a_plan_is_priced_wish_by_wish():
    problem = problem_with(
        [[(1, ["a"]), (1, ["b"])], [(1, ["a"])]],
        tracks=(Track("One", frozenset("z")), Track("Two", frozenset("z"))),
        prices=ALL_ON,
        track_block={(0, 1): 100},
        track_room={(1, 1): 200},
        block_room={(1, 0): 300},
        talk_block={(2, 0): 400},
        talk_room={(0, 0): 500},
        similar={(0, 1): 600},
    )
    plan = Plan({0: Place(0, 0, 0), 1: Place(1, 0, 0), 2: Place(0, 1, 0)})
    assert found(problem, plan) == [
        (Wish.SIMILAR, 600), (Wish.TALK_ROOM, 500), (Wish.TALK_BLOCK, 400), (Wish.BLOCK_ROOM, 300),
        (Wish.TRACK_ROOM, 200), (Wish.TRACK_BLOCK, 100), (Wish.PEOPLE_SLOT, 17),
        (Wish.PEOPLE_BLOCK, 13), (Wish.CHAIRS, 11),
    ]  # fmt: skip
    assert price_of(problem, plan) == 2141


def test_a_track_across_rooms_and_blocks_is_priced():
    talks = [Talk(f"T{n}", 0, order=order) for n, order in enumerate((1, 3, 2))]
    problem = replace(problem_with([[]], slots=(1, 1, 1), prices=ALL_ON), talks=tuple(talks))
    plan = Plan({0: Place(0, 0, 0), 1: Place(2, 0, 0), 2: Place(2, 1, 0)})
    # T1 and T2 come second and third but wish the other way round, and they run at once.
    assert found(problem, plan) == [
        (Wish.ORDER, 7), (Wish.ORDER, 7), (Wish.ORDER, 7), (Wish.GAP, 5), (Wish.PARALLEL, 3),
        (Wish.EXTRA_ROOM, 2),
    ]  # fmt: skip


def test_what_a_plan_must_not_do_is_named():
    problem = problem_with(
        [[(2, ["a"])], [(1, ["a"])]], away={"a": ((3, 4),)}, walks={("H0", "H1"): 2}
    )
    assert [line.split(":")[0] for line in faults(problem, Plan())] == ["unplaced", "unplaced"]
    same = Plan({0: Place(0, 0, 0), 1: Place(0, 0, 1)})
    assert list(faults(problem, same)) == [
        "two tracks in (0, 0)",
        "talks 0 and 1 at once in (0, 0)",
    ]
    out = Plan({0: Place(0, 0, 1), 1: Place(1, 0, 1)})
    assert "talk 0 runs out of block 0" in list(faults(problem, out))
    early = Plan({0: Place(0, 0, 0), 1: Place(1, 1, 0)})
    assert found(problem, early) == [(Wish.AWAY, BAN), (Wish.WALK, BAN)]
    fine = Plan({0: Place(0, 0, 0), 1: Place(1, 1, 1)})
    assert list(faults(problem, fine)) == []


# --- Known optima -------------------------------------------------------------------------------


def test_similar_tracks_come_one_after_the_other():
    problem = problem_with([[(2, [])], [(2, [])]], similar={(0, 1): 9})
    outcome = solved(problem)
    assert (outcome.price, outcome.bound, outcome.is_optimal) == (0, 0, True)
    assert {place.block for place in outcome.plan.values()} == {0, 1}


def test_the_cheaper_of_two_evils_is_taken():
    # One block only: at once in two rooms; somebody has the room that does not suit.
    problem = problem_with(
        [[(2, [])], [(2, [])]], slots=(2,), similar={(0, 1): 9}, track_room={(0, 0): 4, (1, 0): 6}
    )
    outcome = solved(problem)
    assert (outcome.price, outcome.bound) == (13, 13)
    assert outcome.plan == {0: Place(0, 0, 0), 1: Place(0, 1, 0)}


def test_a_track_keeps_room_blocks_and_order():
    talks = tuple(Talk(f"T{n}", 0, order=n + 1) for n in range(4))
    problem = replace(
        problem_with([[]], slots=(2, 2, 2), prices=ALL_ON, block_room={(0, 0): 1}), talks=talks
    )
    outcome = solved(problem)
    assert (outcome.price, outcome.bound) == (0, 0)
    assert [*outcome.plan.running_order(problem)[0]] == [0, 1, 2, 3]


def test_a_person_is_in_one_place_at_a_time_and_walks():
    prices = Prices(people_slot=BAN)
    problem = problem_with(
        [[(1, ["a"])], [(1, ["a"])]], slots=(3,), prices=prices, walks={("H0", "H1"): 1},
        track_room={(0, 1): 5, (1, 0): 5},
    )  # fmt: skip
    outcome = solved(problem)
    assert outcome.price == 0
    assert sorted(place.slot for place in outcome.plan.values()) == [0, 2]
    # With a longer walk than the block allows they share a room, which is one track's alone: nothing fits.
    far = replace(problem, walks={("H0", "H1"): 2})
    outcome = solve(far, seconds=10, workers=1)
    assert [broken.wish for broken in broken_wishes(far, outcome.plan)] == [Wish.UNPLACED]


def test_a_walk_is_kept_also_where_being_in_two_places_is_free():
    problem = problem_with(
        [[(2, ""), (1, "a")], [(2, "a")]], slots=(2, 1), prices=Prices(extra_room=1)
    )
    problem = replace(problem, blocks=blocks(2, 1, apart=0), walks={("H0", "H1"): 1})
    assert solved(problem).price == 1


@pytest.mark.parametrize(("pause", "price"), [(0, 0), (1, 0), (2, BAN)])
def test_a_room_is_changed_over_between_two_tracks(pause, price):
    problem = problem_with(
        [[(2, "")], [(1, "")]], slots=(2, 1), rooms=1, prices=Prices(turnover=BAN)
    )
    problem = replace(problem, talks=tuple(replace(talk, pause=pause) for talk in problem.talks))
    plan = Plan({0: Place(0, 0, 0), 1: Place(1, 0, 0)})  # with a slot in between
    assert price_of(problem, plan) == price
    assert [b.tracks for b in broken_wishes(problem, plan)] == ([(0, 1)] if price else [])
    same = replace(problem, talks=tuple(replace(talk, track=0) for talk in problem.talks))
    assert price_of(same, plan) == 0
    longer = replace(problem, blocks=blocks(2, 2))
    assert solved(longer).plan[1] == Place(1, 0, 1 if price else solved(longer).plan[1].slot)


@pytest.mark.parametrize(("stay", "slots"), [(Stay(0, -3, 1), {1, 2, 3}), (Stay(0, 4, 6), {0, 1, 2}), (Stay(0, 3, 6), {0, 1})])  # fmt: skip
def test_a_track_leaves_time_before_and_after_what_stays(stay, slots):
    problem = problem_with([[(1, "")]], slots=(4,), rooms=1, prices=Prices(turnover=7), stays=(stay,))  # fmt: skip
    problem = replace(problem, talks=(replace(problem.talks[0], pause=1),))
    free = {n for n in range(4) if not price_of(problem, Plan({0: Place(0, 0, n)}))}
    assert free == slots
    assert solved(problem).plan[0].slot in slots


def test_somebody_away_for_half_a_block_speaks_in_the_other_half():
    problem = problem_with([[(1, ["a"])], [(1, ["b"])]], slots=(2,), away={"a": ((0, 1),)})
    outcome = solved(problem)
    assert outcome.plan[0].slot == 1


def test_what_cannot_be_placed_is_left_out_and_said():
    problem = problem_with([[(2, [])], [(2, [])], [(3, [])]], slots=(2,), rooms=1)
    outcome = solve(problem, seconds=10, workers=1)
    assert len(outcome.plan) == 1
    assert [b.wish for b in broken_wishes(problem, outcome.plan)] == [Wish.UNPLACED] * 2


def test_nothing_to_plan_is_planned():
    outcome = solve(Problem((), (), (), ()), seconds=1, workers=1)
    assert (outcome.plan, outcome.price, outcome.bound) == ({}, 0, 0)


# --- Against brute force ------------------------------------------------------------------------


@st.composite
def small_problems(draw):
    """Two or three talks in up to three tracks, two blocks, two rooms, any wishes and rules."""
    small = st.integers(0, 9)
    people = st.frozensets(st.sampled_from("ab"), max_size=1)
    tracks = draw(st.integers(1, 3))
    two, track = st.integers(0, 1), st.integers(0, tracks - 1)
    talks = tuple(
        Talk(f"T{n}", draw(st.integers(0, tracks - 1)), draw(st.integers(1, 2)), 0, draw(people), draw(people), draw(two))
        for n in range(draw(st.integers(2, 3)))
    )  # fmt: skip
    pairs = list(combinations(range(tracks), 2))
    cost = st.one_of(small, st.sampled_from([BAN]))
    prices = Prices(
        extra_room=draw(small), parallel=draw(small), gap=draw(small), chairs=draw(small),
        people_block=draw(small), people_slot=draw(st.sampled_from([0, BAN])), audience_block=draw(small), turnover=draw(st.sampled_from([0, 5, BAN])),
    )  # fmt: skip
    return Problem(
        talks=talks,
        tracks=tuple(Track(f"Track {t}", draw(people)) for t in range(tracks)),
        blocks=blocks(2, draw(st.integers(1, 2)), apart=draw(two)),
        rooms=(Room("R0", "H0"), Room("R1", "H1")),
        prices=prices,
        track_block=draw(st.dictionaries(st.tuples(track, two), small, max_size=2)),
        block_room=draw(st.dictionaries(st.tuples(two, two), cost, max_size=2)),
        talk_block=draw(st.dictionaries(st.tuples(st.integers(0, len(talks) - 1), two), small, max_size=2)),
        talk_room=draw(st.dictionaries(st.tuples(st.integers(0, len(talks) - 1), two), small, max_size=2)),
        similar={pair: draw(small) for pair in pairs},
        away=draw(st.dictionaries(st.sampled_from("ab"), st.sampled_from([((0, 1),), ((1, 4),)]), max_size=1)),
        walks=draw(st.sampled_from([{}, {("H0", "H1"): 1}])),
        stays=draw(st.sampled_from([(), (Stay(0, -2, 1),), (Stay(1, 4, 6, 0), Stay(0, 5, 7))])),
    )  # fmt: skip


@settings(max_examples=12, deadline=None, derandomize=True)
@given(small_problems())
def test_small_problems_are_solved_as_brute_force_solves_them(problem):
    outcome = solve(problem, seconds=20, workers=1)
    best = min((price_of(problem, plan) for plan in all_plans(problem)), default=None)
    if best is None:
        assert len(outcome.plan) < len(problem.talks)
    else:
        assert list(faults(problem, outcome.plan)) == []
        assert keeps_rules(problem, [outcome.plan[i] for i in range(len(problem.talks))])
        assert (outcome.price, outcome.bound) == (best, best)
        assert best <= price_of(problem, first_plan(problem))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(small_problems(), st.randoms(use_true_random=False))
def test_a_part_costs_what_it_costs_in_the_whole(problem, chance):
    """Solving a part and putting it back changes the price by as much as the part's price changed."""
    plans = list(all_plans(replace(problem, walks={}, away={})))
    without = replace(problem, prices=replace(problem.prices, turnover=0))
    if without.is_timed or not plans:
        return
    plan = chance.choice(plans)
    part = Neighbourhood(problem, plan, {problem.talks[0].track})
    others = [p for p in plans if all(p[i] == plan[i] for i in plan if i not in part.talk_number)]
    other = chance.choice(others)
    moved = Plan({n: other[i] for i, n in part.talk_number.items()})
    assert part.merged(moved) == other
    change = price_of(part.problem, moved) - price_of(part.problem, part.start())
    assert change == price_of(problem, other) - price_of(problem, plan)


# --- How it is run ------------------------------------------------------------------------------


def busy_problem(tracks=14):
    """Too much to finish at once: every track has a rival and a person in another."""
    people = [[f"p{t % 5}"] for t in range(tracks)]
    return problem_with(
        [[(1, people[t]), (1, []), (1 + t % 2, [])] for t in range(tracks)],
        slots=(4, 3, 4, 3), rooms=5, prices=ALL_ON,
        similar={(s, t): (s * t) % 5 for s, t in combinations(range(tracks), 2) if (s * t) % 5},
        track_room={(t, r): (t * r) % 4 for t in range(tracks) for r in range(5) if (t * r) % 4},
    )  # fmt: skip


@pytest.mark.parametrize("looks", [0, 3])
def test_stop_gives_back_the_best_so_far(looks):
    problem, steps, asked = busy_problem(), [], []

    def stop():
        asked.append(True)
        return len(asked) > looks

    outcome = solved(problem, seconds=60, progress=steps.append, stop=stop)
    assert outcome.is_stopped
    assert outcome.price == price_of(problem, outcome.plan) == steps[-1].price
    assert steps == outcome.steps
    assert [step.price for step in steps] == sorted((s.price for s in steps), reverse=True)
    assert outcome.bound <= outcome.price


def test_a_plan_to_start_from_is_never_made_worse():
    problem = busy_problem()
    start = solved(problem, seconds=2).plan
    outcome = solve(problem, seconds=1, workers=1, start=start, stop=lambda: True)
    assert outcome.price == price_of(problem, start)
    assert outcome.steps[0].stage == "start"


def test_one_worker_and_one_seed_give_one_plan():
    problem = problem_with(
        [[(1, ["a"]), (1, [])], [(2, ["a"])], [(1, ["b"])]], prices=replace(ALL_ON, people_slot=0, audience_slot=0)
    )  # fmt: skip
    one, other = (solved(problem, seed=5) for _n in range(2))
    assert one.plan == other.plan
    assert (one.price, one.bound) == (other.price, other.bound)


class Spent(Clock):
    """A clock that says how much of its time is gone."""

    spent = 0.0


@pytest.mark.parametrize(("price", "after", "looks"), [(40, 40, [0, 1]), (80, 60, [0, 0, 1]), (80, 30, [0, 1])])  # fmt: skip
def test_a_look_at_everything_comes_early_where_parts_are_slow(monkeypatch, price, after, looks):
    """It takes the place of the first planned one when it brought the price below half of what greed found."""
    search, seen = _Search(problem_with([[(1, "")]]), Spent(100), 1, 1, None), []
    search.price = 100
    turns = _Looks(search)

    def look(_self, number):
        seen.append((search.clock.spent, number))
        search.price = after

    monkeypatch.setattr(_Search, "look_again", look)
    search.price = price
    for spent in range(0, 71, 2):
        search.clock.spent = spent
        turns.take(0)
    assert [number for _spent, number in seen] == looks
    assert [spent for spent, _number in seen] == {40: [22, 62], 60: [4, 22, 62], 30: [4, 62]}[after]
