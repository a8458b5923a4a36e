"""A run of the planner: asked for once, worked on in a child of its own, stopped, lost, started again."""

import threading
import time
from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from forums.models import ForumPart, PlanRun, PlanState, PlanTrouble
from forums.operations import planning
from forums.planner import apart
from forums.planner.plan import Plan
from forums.planner.problem import Block, Prices, Problem, Room, Talk, Track
from forums.planner.search import Outcome, Step, solve
from forums.workflow import PLAN
from tests.forums.factories import DAY, ForumFactory, PartFactory, RoomFactory, VenueFactory, at
from tests.forums.planning import queued, worked
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock, jobs
from waic.lib.models import JobRun, JobState, StepRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def weeks_before(monkeypatch):
    monkeypatch.setattr(jobs, "wake_up", lambda pk: None)
    with clock.frozen_at(at("09:00", DAY - timedelta(days=30))), translation.override("en"):
        yield


@pytest.fixture
def edition():
    """Two forums of one theme at once, and a second room."""
    edition = EditionFactory(starts_on=DAY, ends_on=DAY, exhibition_ends_on=None)
    venue = VenueFactory(edition=edition)
    for _n in range(2):
        PartFactory(forum__edition=edition, forum__theme="robots", room=RoomFactory(venue=venue))
    PartFactory(forum__edition=EditionFactory(year=2031))
    return edition


def in_process(problem, *, memory, **options):
    """What solve_apart answers, without the child."""
    return solve(problem, **{**options, "seconds": 2, "workers": 1})


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(apart, "solve_apart", in_process)


# --- The child ----------------------------------------------------------------------------------


def hard_problem(talks=40):
    """One that takes longer than a test: many talks of shared people, prices everywhere."""
    return Problem(
        talks=tuple(Talk(f"T{n}", n, 3, people=frozenset({f"p{n % 7}", f"q{n % 5}"})) for n in range(talks)),
        tracks=tuple(Track(f"F{n}") for n in range(talks)),
        blocks=tuple(Block(f"B{n}", 6, n * 8) for n in range(6)),
        rooms=tuple(Room(f"R{n}", f"H{n % 3}") for n in range(8)),
        prices=Prices(people_slot=7, people_block=3, extra_room=2),
        similar={(s, t): 1 + (s * t) % 9 for t in range(talks) for s in range(t)},
        walks={("H0", "H1"): 1},
    )  # fmt: skip


def test_the_child_answers_what_the_search_answers():
    problem = Problem(
        talks=(Talk("a", 0, 2), Talk("b", 1, 2)), tracks=(Track("A"), Track("B")),
        blocks=(Block("B", 2, 0), Block("C", 2, 3)), rooms=(Room("R"),), talk_block={(0, 0): 5},
    )  # fmt: skip
    steps = []
    found = apart.solve_apart(problem, seconds=10, workers=1, progress=steps.append)
    here = solve(problem, seconds=10, workers=1)
    assert (found.plan, found.price, found.bound) == (here.plan, here.price, here.bound)
    assert steps == found.steps != []


def test_a_child_that_is_stopped_answers_the_best_so_far():
    began = time.monotonic()
    found = apart.solve_apart(hard_problem(), seconds=60, workers=1, stop=lambda: time.monotonic() > began + 2)  # fmt: skip
    assert found.is_stopped
    assert len(found.plan) == 40
    assert found.seconds < 50


@pytest.mark.parametrize("memory", [60])
def test_a_child_without_memory_is_broken_and_its_worker_lives(memory):
    with pytest.raises(apart.Broken):
        apart.solve_apart(hard_problem(), seconds=10, workers=1, memory=memory)


def test_a_child_that_is_killed_is_broken(monkeypatch):
    children = []
    real = apart.subprocess.Popen

    def started(*args, **kwargs):
        children.append(real(*args, **kwargs))
        return children[-1]

    monkeypatch.setattr(apart.subprocess, "Popen", started)
    with pytest.raises(apart.Broken):
        apart.solve_apart(
            hard_problem(), seconds=30, workers=1, progress=lambda step: children[0].kill()
        )


# --- Asking -------------------------------------------------------------------------------------


def test_a_run_is_a_row_and_a_job(edition):
    person = UserFactory()
    run = queued(edition, person, seconds=30, seed=7)
    job = JobRun.objects.get()
    assert (run.edition, run.seconds, run.seed, run.requested_by) == (edition, 30, 7, person)
    assert (run.state, run.job, job.kind, job.params) == (
        PlanState.QUEUED, job, "plan-schedule", {"run": run.pk, "version": 1},
    )  # fmt: skip


@pytest.mark.parametrize("asked", [{"seconds": 4}, {"seconds": 301}, {"seed": -1}, {"seed": 10**7}])
def test_numbers_out_of_bounds_are_refused(edition, asked):
    with pytest.raises(ValidationError) as refusal:
        queued(edition, **asked)
    assert list(refusal.value.message_dict) == list(asked)
    assert not PlanRun.objects.exists()


def test_one_run_at_a_time_for_an_edition(edition):
    queued(edition)
    with pytest.raises(ValidationError, match="at work for this edition already"):
        queued(edition)
    queued(EditionFactory(year=2031))
    assert PlanRun.objects.count() == JobRun.objects.count() == 2


# --- Working ------------------------------------------------------------------------------------


def test_a_run_ends_with_a_proposal_and_moves_nothing(edition, here):
    before = list(ForumPart.objects.order_by("pk").values_list("room", "starts_at", "ends_at"))
    run = worked(queued(edition))
    assert (run.state, run.price_before, run.is_stopped, run.staying) == ("ready", 20, False, 0)
    assert run.bound <= run.price < 20
    [move] = run.moves.all()
    assert (move.forum.edition, move.old != move.new, move.state) == (edition, True, "proposed")
    assert sum(wish.cost for wish in run.wishes.all()) == run.price
    assert run.progress[-1][1:] == [run.price, run.bound]
    assert run.job.state == JobState.DONE
    assert list(ForumPart.objects.order_by("pk").values_list("room", "starts_at", "ends_at")) == before  # fmt: skip
    assert [r.step for r in StepRecord.objects.of(run).order_by("pk")] == ["begin", "finish"]


def test_a_run_works_in_a_child_of_its_own(edition):
    run = worked(queued(edition))
    assert (run.state, run.moves.count()) == ("ready", 1)


def test_a_wish_to_stop_takes_the_best_so_far(edition, monkeypatch):
    """The desk presses the button in another window while the solver is at work."""

    def solver(problem, *, progress, stop, start, **options):
        progress(Step("start", 0.5, 20, 3))
        assert not stop()
        shown = PlanRun.objects.get()
        assert (shown.price, shown.bound, shown.progress) == (20, 3, [[0.5, 20, 3]])
        planning.stop_run(PlanRun.objects.get(), by=UserFactory())
        monkeypatch.setattr(planning, "PULSE", 0)
        assert stop()
        return Outcome(Plan(start), 20, 3, 1.5, is_stopped=True)

    monkeypatch.setattr(apart, "solve_apart", solver)
    run = worked(queued(edition))
    assert (run.state, run.is_stopped, run.price, run.bound) == ("ready", True, 20, 3)


def test_a_run_that_waits_is_given_up_with_its_job(edition):
    run = planning.stop_run(queued(edition), by=UserFactory())
    assert (run.state, JobRun.objects.get().state) == ("cancelled", "cancelled")
    queued(edition)


def test_an_edition_without_rooms_says_so():
    run = worked(queued(EditionFactory(year=2031)))
    assert (run.state, run.trouble) == ("failed", PlanTrouble.EMPTY)
    assert run.job.errors[0]["text"] == str(PlanTrouble.EMPTY.label)


def test_a_child_that_broke_down_is_said(edition, monkeypatch):
    def broken(*args, **options):
        raise apart.Broken

    monkeypatch.setattr(apart, "solve_apart", broken)
    run = worked(queued(edition))
    assert (run.state, run.trouble, run.job.state) == ("failed", PlanTrouble.MEMORY, JobState.FAILED)  # fmt: skip


# --- Lost and started again ---------------------------------------------------------------------


def lost(edition):
    """A run whose worker was killed in the middle: the rows are as that worker left them."""
    run = queued(edition)
    jobs.claim(run.job_id)
    PLAN.take(run, "begin")
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run.refresh_from_db()
    return run


def test_a_run_whose_worker_was_killed_says_so_before_anybody_sweeps(edition):
    assert lost(edition).is_lost
    queued(EditionFactory(year=2031))
    assert [run.is_lost for run in PlanRun.objects.order_by("pk")] == [True, False]


def test_the_sweeper_ends_a_lost_run_and_does_not_calculate_again(edition):
    run = worked(lost(edition))
    assert (run.state, run.trouble, run.job.state) == ("failed", PlanTrouble.LOST, JobState.FAILED)


def test_a_lost_run_is_started_again_and_its_old_job_does_nothing(edition, here):
    run = lost(edition)
    old = run.job_id
    run = planning.start_again(run, by=UserFactory())
    assert (run.state, run.trouble, run.progress, run.job_id != old) == ("queued", "", [], True)
    jobs.run(old)
    run.refresh_from_db()
    assert run.state == "queued"
    assert worked(run).state == "ready"


def test_a_run_at_work_is_not_started_again(edition):
    with pytest.raises(ValidationError) as refusal:
        planning.start_again(queued(edition), by=UserFactory())
    assert refusal.value.code == "not_allowed"


def test_a_failed_run_waits_while_another_is_at_work(edition):
    run = worked(lost(edition))
    queued(edition)
    with pytest.raises(ValidationError) as refusal:
        planning.start_again(run, by=UserFactory())
    assert refusal.value.code == "at_work"


# --- Steps --------------------------------------------------------------------------------------

ALLOWED = {
    ("queued", "begin"): "running", ("running", "stop"): "stopping", ("running", "finish"): "ready",
    ("stopping", "finish"): "ready", ("queued", "fail"): "failed", ("running", "fail"): "failed",
    ("stopping", "fail"): "failed", ("queued", "give_up"): "cancelled", ("failed", "again"): "queued",
    ("cancelled", "again"): "queued", ("ready", "accept"): "accepted", ("accepted", "accept"): "accepted",
    ("accepted", "undo"): "ready",
}  # fmt: skip


@pytest.mark.parametrize(("state", "step"), product(PlanState.values, [s.name for s in PLAN.steps]))
def test_every_pair_of_state_and_step(state, step):
    run = PlanRun.objects.create(edition=EditionFactory(), state=state)
    if expected := ALLOWED.get((state, step)):
        assert PLAN.take(run, step).state == expected
        return
    with pytest.raises(ValidationError):
        PLAN.take(run, step)


@pytest.mark.django_db(transaction=True)
def test_two_desks_ask_at_once_and_one_run_comes_of_it():
    from django.db import connections

    edition, start, answers = EditionFactory(), threading.Barrier(3, timeout=30), []
    people = [UserFactory() for _n in range(3)]

    def ask(person):
        try:
            start.wait()
            queued(edition, person)
            answers.append("run")
        except ValidationError:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["refused", "refused", "run"]
    assert PlanRun.objects.count() == 1


def test_a_forum_without_a_place_is_proposed_one(edition, here):
    forum = ForumFactory(edition=edition)
    move = worked(queued(edition)).moves.get(forum=forum)
    assert (move.is_new, move.part, move.old) == (True, None, (None, None, None))
