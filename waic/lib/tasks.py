"""Wake-ups of the ground: long jobs and the nightly look at the invariants. The rows are the truth."""

import structlog
from celery import shared_task

log = structlog.get_logger(__name__)


@shared_task
def run_job(pk):
    """Run one job if it is still free."""
    from waic.lib import jobs

    return jobs.run(pk)


@shared_task
def sweep_jobs():
    """Every minute: jobs whose wake-up or worker was lost, and results that are too old to keep."""
    from waic.lib import jobs

    return jobs.sweep()


@shared_task
def forget_answers():
    """Every hour: kept answers to writes with a key that are older than a day."""
    from waic.lib import idempotency

    return idempotency.forget_answers()


@shared_task
def check_invariants():
    """Every night: every data rule that does not hold goes to the log as an error."""
    from waic.lib import invariants

    count = 0
    for rule, trouble in invariants.broken():
        count += 1
        log.error("invariant_broken", rule=str(rule), trouble=str(trouble))
    return count
