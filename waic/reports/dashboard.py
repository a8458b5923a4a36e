"""What Unfold asks for: the sidebar, the badge of the environment, the figures of the front page."""

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.reports import desks  # noqa: F401 (registers the reports)
from waic.reports.attention import waiting_of
from waic.reports.registry import reports_for
from waic.reports.targets import figures_of

ICONS = {"forums": "event", "exhibitors": "storefront", "awards": "trophy", "visitors": "confirmation_number", "editions": "calendar_month",
         "accounts": "group", "notifications": "mail", "lib": "build", "auth": "group", "django_celery_beat": "schedule"}  # fmt: skip


def environment(request):
    """[text, colour] of the badge beside the title; nothing in production."""
    if settings.DEMO:
        return [_("Demo edition"), "warning"]
    if settings.LOCAL:
        return [_("Development"), "info"]
    return None


def navigation(request):
    """The sidebar: what this person may see, grouped by package, reports first."""
    groups = []
    if reports_for(request.user):
        groups.append(
            {
                "title": _("Reports"),
                "items": [
                    {
                        "title": r.title,
                        "icon": "bar_chart",
                        "link": reverse("reports:report", args=[r.key]),
                    }
                    for r in reports_for(request.user)
                ],
            }
        )
    for app in admin.site.get_app_list(request):
        items = [
            {
                "title": m["name"],
                "icon": ICONS.get(app["app_label"], "list"),
                "link": m["admin_url"],
            }
            for m in app["models"]
            if m["admin_url"]
        ]
        groups.append({"title": app["name"], "collapsible": True, "items": items})
    return groups


def dashboard(request, context):
    """Figures against the edition's targets and what waits, only of desks the person works at."""
    raw = request.GET.get("year", "")
    edition = (
        Edition.objects.filter(year=int(raw)).first() if raw.isdecimal() and len(raw) < 6 else None
    )
    edition = edition or Edition.objects.current()
    context |= {
        "edition": edition,
        "editions": Edition.objects.filter(is_archive=False),
        "figures": [],
        "waiting": [],
        "now": clock.local_now(),
    }
    if edition:
        context |= {
            "figures": figures_of(request.user, edition),
            "waiting": waiting_of(request.user, edition),
        }
    return context
