"""A person's own long jobs at /admin/jobs/: the list, one with its bar, its result, stopping it."""

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from waic.lib import files, jobs
from waic.lib.imports import running
from waic.lib.models import JobState

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def own(request, uuid):
    """The person's job; somebody else's and nobody's look the same."""
    return get_object_or_404(request.user.jobs.select_related("result"), uuid=uuid)


def job_list(request):
    rows = request.user.jobs.select_related("result")[:50]
    context = {**admin.site.each_context(request), "title": _("My jobs"), "jobs": rows}
    return render(request, "admin/jobs/list.html", context)


def progress(request, uuid):
    """The page of one job; asked by htmx, only the part that changes."""
    run = own(request, uuid)
    if run.kind in (running.CHECK, running.IMPORT):
        return redirect(running.page_of(run))  # an import has a page of its own
    context = {"job": run, "is_over": run.state in ENDED, "percent": percent(run)}
    if request.headers.get("HX-Request"):
        return render(request, "admin/jobs/_job.html", context)
    context = {**admin.site.each_context(request), **context, "title": run.title}
    return render(request, "admin/jobs/job.html", context)


def percent(run):
    """Whole per cent, or None when nobody knows how much there is."""
    return None if not run.total else round(100 * run.done / run.total)


def result(request, uuid):
    run = own(request, uuid)
    if run.result is None:
        raise Http404
    return files.serve(run.result)


@require_POST
@transaction.atomic
def cancel(request, uuid):
    run = own(request, uuid)
    if jobs.cancel(run):
        messages.success(request, _("Stopped. Nothing more will be done."))
    else:
        messages.info(request, _("It had come to its end already."))
    return redirect("jobs:progress", uuid=uuid)


@require_POST
@transaction.atomic
def again(request, uuid):
    run = own(request, uuid)
    if not jobs.again(run):
        messages.info(request, _("It runs already."))
    return redirect("jobs:progress", uuid=uuid)
