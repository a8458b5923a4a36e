"""Runs and proposals for the tests of planning, without a solver."""

from forums.models import PlanMove, PlanRun, PlanState
from forums.operations.planning import start_run
from tests.forums.factories import at
from tests.lib.factories import UserFactory
from waic.lib import jobs


def queued(edition, by=None, **asked):
    return start_run(edition, by=by or UserFactory(), **{"seconds": 5, **asked})


def ready(edition, *moves):
    """A run with a proposal of (part or forum, room, start, end)."""
    run = PlanRun.objects.create(edition=edition, state=PlanState.READY, price_before=20, price=5, bound=4)  # fmt: skip
    for what, room, starts, ends in moves:
        is_new = not hasattr(what, "forum_id")
        part = None if is_new else what
        PlanMove.objects.create(
            run=run, forum=what if is_new else part.forum, part=part, is_new=is_new, room=room,
            starts_at=at(starts), ends_at=at(ends), from_room=part and part.room,
            from_starts_at=part and part.starts_at, from_ends_at=part and part.ends_at,
        )  # fmt: skip
    return run


def worked(run):
    """The run after its job has been at work in this process."""
    jobs.run(run.job_id)
    run.refresh_from_db()
    return run
