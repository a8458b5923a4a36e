"""Runs of the planner: asked for, stopped, started again, come to an end. A run is a row; the job only works on it."""

import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forums.models import PlanMove, PlanRun, PlanState, PlanTrouble, PlanWish
from forums.planner import apart
from forums.planner.programme import Programme
from forums.planner.proposal import proposal_of
from forums.workflow import PLAN
from waic.lib import jobs

JOB = "plan-schedule"
PULSE = 1.0  # seconds between two looks at the row, and between two lines of progress


@transaction.atomic
def start_run(edition, *, by, seconds=60, seed=1):
    """Queue a run; the row. ValidationError when the numbers are out of bounds or one is at work for the edition."""
    run = PlanRun(edition=edition, seconds=seconds, seed=seed, requested_by=by)
    run.full_clean()
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        run.validate_constraints()
        raise ValidationError(_("The planner is at work already."), code="at_work") from error
    return _queue(run, by)


def _queue(run, by):
    title = _("Plan of %(edition)s") % {"edition": run.edition}
    run.job = jobs.start(JOB, title=title, params={"run": run.pk, "version": run.version}, by=by)
    run.save(update_fields=["job"])
    return run


@transaction.atomic
def stop_run(run, *, by=None, reason="", version=None):
    """Enough: a run that is looking ends with the best so far, one that waits is given up."""
    if run.state == PlanState.QUEUED:
        PLAN.take(run, "give_up", by=by, reason=reason, version=version)
        if run.job:
            jobs.cancel(run.job)
        return run
    return PLAN.take(run, "stop", by=by, reason=reason, version=version)


@transaction.atomic
def start_again(run, *, by=None, reason="", version=None):
    """Once more, from the programme as it is now: for a run that failed, was given up or lost its worker."""
    if run.is_at_work:
        if not run.is_lost:
            raise ValidationError(_("This run is still at work."), code="not_allowed")
        fail_run(run, PlanTrouble.LOST)
    if run.job:
        jobs.cancel(run.job)
    if PlanRun.objects.at_work().filter(edition=run.edition).exists():
        raise ValidationError(
            _("The planner is at work for this edition already. Wait for it or stop it."), code="at_work"
        )  # fmt: skip
    fresh = {"trouble": "", "price": None, "bound": None, "price_before": None, "spent": None, "progress": []}  # fmt: skip
    PLAN.take(run, "again", by=by, reason=reason, version=version, **fresh)
    return _queue(run, by or run.requested_by)


def fail_run(run, trouble):
    """Say why there is no proposal; nothing of the programme was touched."""
    return PLAN.take(run, "fail", trouble=trouble)


# --- The job ------------------------------------------------------------------------------------


def work(run, progress, *, version):
    """Look for a plan and keep it as a proposal. `progress` is the job's; its end or a wish to stop ends the search.

    ValidationError when the run is not waiting for this start of it any more.
    """
    if run.is_at_work and progress.run.attempts > 1 and run.state != PlanState.QUEUED:
        # Another worker had begun and was lost. What ended it may end this one too, so a person decides.
        _give_in(run, PlanTrouble.LOST)
    PLAN.take(run, "begin", version=version)
    progress.total = run.seconds
    programme = Programme(run.edition)
    if not programme.items or not programme.rooms or not programme.blocks:
        return _give_in(run, PlanTrouble.EMPTY)
    watch = _Watch(run, progress)
    try:
        outcome = apart.solve_apart(
            programme.problem, start=programme.current, seconds=run.seconds, seed=run.seed,
            workers=settings.PLANNER_WORKERS, memory=settings.PLANNER_MEMORY_MB,
            progress=watch.note, stop=watch.is_enough,
        )  # fmt: skip
    except apart.Broken:
        return _give_in(run, PlanTrouble.MEMORY)
    keep_proposal(run, proposal_of(programme, outcome), watch.steps)
    return None


def _give_in(run, trouble):
    fail_run(run, trouble)
    raise ValidationError(PlanTrouble(trouble).label)


class _Watch:
    """Between the solver and the row: writes the steps, reads the wish to stop."""

    def __init__(self, run, progress):
        self.run, self.progress = run, progress
        self.steps, self.looked, self.began = [], 0.0, time.monotonic()
        self.enough = False

    def note(self, step):
        if step.price is not None:
            self.steps.append([step.seconds, step.price, step.bound])

    def is_enough(self):
        now = time.monotonic()
        if not self.enough and now - self.looked >= PULSE:
            self.looked = now
            self._show(now - self.began)
            self.enough = self.progress.stopped.is_set() or not self._still_running()
        return self.enough

    def _show(self, spent):
        self.progress.done = min(int(spent), self.run.seconds)
        shown = {"progress": self.steps, "spent": round(spent, 1)}
        if self.steps:
            _s, price, bound = self.steps[-1]
            shown |= {"price": price, "bound": min(price, bound)}
        PlanRun.objects.filter(pk=self.run.pk, state=PlanState.RUNNING).update(**shown)

    def _still_running(self):
        return PlanRun.objects.filter(pk=self.run.pk, state=PlanState.RUNNING).exists()


@transaction.atomic
def keep_proposal(run, proposal, steps):
    """The proposal as rows, and the run's end."""
    outcome = proposal.outcome
    PLAN.take(
        run, "finish", price_before=proposal.price_before, price=outcome.price, bound=outcome.bound,
        spent=round(outcome.seconds, 1), is_stopped=outcome.is_stopped, staying=len(proposal.staying),
        progress=[*steps, [round(outcome.seconds, 1), outcome.price, outcome.bound]],
    )  # fmt: skip
    run.moves.all().delete()
    run.wishes.all().delete()
    PlanMove.objects.bulk_create(_row(run, move) for move in proposal.moves)
    PlanWish.objects.bulk_create(
        PlanWish(run=run, wish=row["wish"], cost=row["cost"], about=row) for row in proposal.told
    )
    return run


def _row(run, move):
    part = move.part
    return PlanMove(
        run=run, forum=move.forum, part=part, is_new=part is None,
        from_room=part and part.room, from_starts_at=part and part.starts_at, from_ends_at=part and part.ends_at,
        room=move.room, starts_at=move.starts_at, ends_at=move.ends_at,
    )  # fmt: skip
