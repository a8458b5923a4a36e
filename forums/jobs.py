"""Long work of the programme desk."""

from forums.models import PlanRun
from forums.operations import planning, sending, slides_zip
from waic.lib.jobs import Stopped, job


@job(planning.JOB)
def plan_schedule(progress, *, run, version):
    """Look for a timetable; the run keeps it. `version` tells one start of the run from the next."""
    row = PlanRun.objects.select_related("edition", "job").filter(pk=run).first()
    if row is None:
        raise Stopped
    return planning.work(row, progress, version=version)


@job(sending.JOB)
def send_invitations(progress, *, letters, reason):
    """Send approved letters; what could not be sent is named on the job's page."""
    return sending.send_letters(progress, letters, reason)


@job(slides_zip.JOB)
def slides_as_zip(progress, *, contributions):
    """The newest slides of some contributions as one ZIP."""
    return slides_zip.make_zip(contributions, progress)
