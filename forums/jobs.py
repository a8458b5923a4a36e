"""Long work of the programme desk."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.models import PlanRun
from forums.operations import booklets as printing
from forums.operations import planning, sending, slides_zip
from forums.printed.booklet import LANGUAGES
from forums.printed.signs import signs_pdf
from waic.editions.models import Edition
from waic.lib import files
from waic.lib.jobs import Stopped, job

BOOKLETS, SIGNS = printing.JOB, "signs"


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


@job(BOOKLETS, atomic=True)
def booklets(progress, *, year, publish=()):
    """Booklets of an edition in both languages; they stay until newer ones are made. Those in `publish` are published."""
    progress.total = len(LANGUAGES)
    edition = Edition.objects.get(year=year)
    step = lambda note: progress.step(note=note)  # noqa: E731
    printing.make_booklets(edition, by=progress.by, publish=publish, done=step)
    progress.note = (
        _("The booklets are published again.")
        if publish
        else _("Both booklets are under “Booklets”. Look at them, then publish.")
    )


@job(SIGNS, atomic=True)
def signs(progress, *, year, day="", venue="", rooms=None, paper="a3"):
    """Signs of the rooms of a day (or all) in a venue (or all), or of some rooms by code, as one PDF."""
    progress.total = 1
    edition = Edition.objects.get(year=year)
    chosen = date.fromisoformat(day) if day else None
    data = signs_pdf(edition, date=chosen, venue=venue or None, rooms=rooms, paper=paper)
    if data is None:
        raise ValidationError(_("Nothing has a room there yet, so there is no sign to print."))
    progress.step()
    name = f"waic-{year}-signs{'-' + day[5:] if day else ''}-{paper}.pdf"
    return files.store(data, name=name, media_type=files.PDF, kind="signs", by=progress.by)
