"""Long work of the programme desk."""

from forums.models import PlanRun
from forums.operations import planning
from waic.lib.jobs import Stopped, job


@job(planning.JOB)
def plan_schedule(progress, *, run, version):
    """Look for a timetable; the run keeps it. `version` tells one start of the run from the next."""
    row = PlanRun.objects.select_related("edition", "job").filter(pk=run).first()
    if row is None:
        raise Stopped
    return planning.work(row, progress, version=version)
