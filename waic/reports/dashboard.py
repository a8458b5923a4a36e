"""What Unfold asks for: the sidebar, the badge of the environment, the figures of the front page."""

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.models import Entry, EntryState
from exhibitors.models import Application, ApplicationState, ClaimState, FirstLaunch
from forums.models import Forum, ForumState, Invitation
from waic.editions.models import Edition
from waic.lib.models import JobRun
from waic.notifications.models import Message, MessageState
from waic.reports import desks  # noqa: F401 (registers the reports)
from waic.reports.facts import BY_KEY
from waic.reports.registry import reports_for
from waic.visitors.models import Registration

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
        Edition.objects.filter(year=int(raw)).first() if raw.isdigit() and len(raw) < 6 else None
    )
    edition = edition or Edition.objects.current()
    context |= {
        "edition": edition,
        "editions": Edition.objects.filter(is_archive=False),
        "figures": [],
        "waiting": [],
    }
    if edition:
        context |= {
            "figures": _figures(request.user, edition),
            "waiting": [w for w in _waiting(request.user, edition) if w["count"]],
        }
    return context


FIGURE_RIGHTS = {
    "guests": "forums.view_speaker", "laureates": "forums.view_speaker", "academicians": "forums.view_speaker", "exhibitors": "exhibitors.view_exhibit",
    "exhibits": "exhibitors.view_exhibit", "sail_entries": "awards.view_entry", "youth_papers": "awards.view_entry", "visitors": "visitors.view_registration",
    "area": "editions.view_edition",
}  # fmt: skip


def _figures(user, edition):
    """[{name, value, target, percent}] of the targets the person's desk is concerned with."""
    found = []
    for target in edition.targets.all():
        if not user.has_perm(FIGURE_RIGHTS.get(target.key, "editions.change_edition")):
            continue
        value = _value(target.key, edition)
        if value is not None:
            found.append(
                {
                    "name": str(target),
                    "value": value,
                    "target": target.value,
                    "percent": min(100, round(100 * value / target.value)) if target.value else 100,
                }
            )
    return found


def _value(key, edition):
    if key in BY_KEY:
        return BY_KEY[key].value(edition)
    if key == "visitors":
        return Registration.objects.filter(edition=edition).count()
    return edition.floor_area if key == "area" else None


def _waiting(user, edition):
    """What needs attention, each with the list where it is dealt with."""
    for right, words, rows, link in _attention(edition):
        if user.has_perm(right):
            yield {"words": words, "count": rows.count(), "link": link}


def _attention(edition):
    def changelist(name, query):
        return f"{reverse(f'admin:{name}_changelist')}?{query}"

    of = f"edition__id__exact={edition.pk}"
    forums = Forum.objects.of_edition(edition)
    yield (
        "exhibitors.change_application",
        _("Applications to decide"),
        Application.objects.filter(state=ApplicationState.SUBMITTED),
        changelist("exhibitors_application", "state__exact=submitted"),
    )
    yield (
        "exhibitors.change_firstlaunch",
        _("First launches to confirm"),
        FirstLaunch.objects.filter(state=ClaimState.CLAIMED),
        changelist("exhibitors_firstlaunch", "state__exact=claimed"),
    )
    yield (
        "forums.change_forum",
        _("Forums handed in"),
        forums.filter(state=ForumState.REVIEW),
        changelist("forums_forum", f"{of}&state__exact=review"),
    )
    yield (
        "forums.change_forum",
        _("Published forums without a room"),
        forums.published().filter(is_online=False).exclude(parts__room__isnull=False),
        changelist("forums_forum", f"{of}&missing=room"),
    )
    yield (
        "forums.change_invitation",
        _("Invitations without an answer"),
        Invitation.objects.filter(forum__edition=edition, state__in=["sent", "opened"]),
        changelist("forums_invitation", "state__exact=sent"),
    )
    yield (
        "awards.change_entry",
        _("Drafts of entries"),
        Entry.objects.filter(call__edition=edition, state=EntryState.DRAFT),
        changelist("awards_entry", "state__exact=draft"),
    )
    yield (
        "notifications.view_message",
        _("Messages that could not be sent"),
        Message.objects.filter(state=MessageState.FAILED),
        changelist("notifications_message", "state__exact=failed"),
    )
    yield (
        "lib.view_jobrun",
        _("Jobs that failed"),
        JobRun.objects.filter(state="failed"),
        reverse("jobs:list"),
    )
