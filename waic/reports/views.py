"""Reports for desks: a table, a chart, exports."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from waic.editions.models import Edition
from waic.lib import clock, jobs
from waic.reports import desks  # noqa: F401 (registers the reports)
from waic.reports.registry import report_for, reports_for

FORMS = ("csv", "xlsx")

# The chart, in units of its view box: height of a row, where bars begin, the longest bar.
ROW, AXIS, LONGEST = 26, 190, 270


def _edition(request):
    raw = request.GET.get("year") or request.POST.get("year") or ""
    return (
        Edition.objects.filter(year=int(raw)).first()
        if raw.isdecimal() and len(raw) < 6
        else Edition.objects.current()
    )


def _report(request, key):
    try:
        return report_for(request.user, key)
    except KeyError:
        raise Http404 from None


def report_list(request):
    context = {
        **admin.site.each_context(request),
        "title": _("Reports"),
        "reports": reports_for(request.user),
        "edition": _edition(request),
    }
    return TemplateResponse(request, "reports/list.html", context)


def report_page(request, key):
    """The report of an edition: finding, chart, table."""
    report, edition = _report(request, key), _edition(request)
    if edition is None:
        raise Http404
    page = Paginator(report.rows(edition), 50).get_page(request.GET.get("page"))
    bars = drawn(report.bars(edition))
    context = {
        **admin.site.each_context(request),
        "title": report.title,
        "report": report,
        "edition": edition,
        "editions": Edition.objects.filter(is_archive=False),
        "page_obj": page,
        "rows": [report.row(o) for o in page],
        "finding": report.finding(edition),
        "bars": bars,
        "chart_height": max(ROW, len(bars) * ROW),
        "now": clock.local_now(),
    }
    return TemplateResponse(request, "reports/report.html", context)


def drawn(bars):
    """Where each bar of the chart lies: a row below the other, the longest as long as there is room for."""
    most = max((bar.value for bar in bars), default=1)
    lengths = [round(bar.value * LONGEST / most) for bar in bars]
    return [
        {"bar": bar, "y": n * ROW, "width": length, "end": AXIS + length + 8}
        for n, (bar, length) in enumerate(zip(bars, lengths, strict=True))
    ]


@require_POST
def report_export(request, key):
    """Start an export and show its progress."""
    report, edition, form = _report(request, key), _edition(request), request.POST.get("form")
    if edition is None or form not in FORMS:
        raise Http404
    title = f"{report.title} {edition.year} ({form.upper()})"
    run = jobs.start(
        "report-export",
        title=title,
        params={"report": key, "year": edition.year, "form": form},
        by=request.user,
    )
    return redirect(reverse("jobs:progress", args=[run.uuid]))
