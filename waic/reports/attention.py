"""What waits for a desk. A line is a list and its filters: what is counted is what the link shows."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, ForumPart
from forums.oddities import oddities_of
from forums.operations.arrivals import late_arrivals
from forums.operations.slides import missing_slides
from forums.readiness import least_ready, missing_of
from waic.lib import clock

NEAR = timedelta(days=45)


@dataclass(frozen=True)
class Waiting:
    """Rows of `model` that `filters` leave; `of` is the way from the model to its edition, empty for all editions.

    An exhibitor who applies for next year waits today, whatever edition the desk looks at.
    """

    words: object
    model: str
    right: str
    filters: dict = field(default_factory=dict)
    of: str = ""
    without_room: bool = False

    def query(self, edition):
        """The filters as they stand in the address of the list."""
        return {**({f"{self.of}__id__exact": edition.pk} if self.of else {}), **self.filters}

    def count(self, edition):
        wanted = {
            k: v.split(",") if k.endswith("__in") else v for k, v in self.query(edition).items()
        }
        rows = apps.get_model(self.model)._default_manager.filter(**wanted)
        if self.without_room:
            rows = rows.exclude(pk__in=ForumPart.objects.filter(room__isnull=False).values("forum"))
        return rows.count()

    def link(self, edition):
        page = reverse(f"admin:{self.model.lower().replace('.', '_')}_changelist")
        missing = {"missing": "room"} if self.without_room else {}
        return f"{page}?{urlencode(self.query(edition) | missing)}"


WAITING = (
    # What cannot wait until tomorrow stands first.
    Waiting(
        _("Urgent: guests who declined within a day of their forum"), "forums.ForumTask", "forums.change_forumtask",
        {"state__exact": "open", "is_urgent__exact": 1}, of="forum__edition",
    ),
    Waiting(
        _("Declined keynotes to see to"), "forums.ForumTask", "forums.change_forumtask",
        {"state__exact": "open", "is_urgent__exact": 0}, of="forum__edition",
    ),
    Waiting(
        _("Applications to decide"), "exhibitors.Application", "exhibitors.change_application",
        {"state__exact": "submitted"},
    ),
    Waiting(
        _("First launches to confirm"), "exhibitors.FirstLaunch", "exhibitors.change_firstlaunch",
        {"state__exact": "claimed"},
    ),
    Waiting(
        _("Forums handed in"), "forums.Forum", "forums.change_forum",
        {"state__exact": "review"}, of="edition",
    ),
    Waiting(
        _("Published forums without a room"), "forums.Forum", "forums.change_forum",
        {"state__exact": "published", "is_online__exact": 0}, of="edition", without_room=True,
    ),
    Waiting(
        _("Words of visitors to look at"), "forums.Feedback", "forums.change_feedback",
        {"state__exact": "waiting"}, of="forum__edition",
    ),
    Waiting(
        _("Invitations without an answer"), "forums.Invitation", "forums.change_invitation",
        {"state__in": "sent,opened"}, of="forum__edition",
    ),
    Waiting(
        _("Drafts of entries"), "awards.Entry", "awards.change_entry",
        {"state__exact": "draft"}, of="call__edition",
    ),
    Waiting(
        _("Messages that could not be sent"), "notifications.Message", "notifications.view_message",
        {"state__exact": "failed"},
    ),
    Waiting(_("Jobs that failed"), "lib.JobRun", "lib.view_jobrun", {"state__exact": "failed"}),
)  # fmt: skip


def waiting_of(user, edition):
    """[{words, count, link}] of what the person may mend, without the lists that are empty."""
    found = [
        {"words": line.words, "count": line.count(edition), "link": line.link(edition)}
        for line in WAITING
        if user.has_perm(line.right)
    ]
    if user.has_perm("forums.change_arrival"):
        found.append(_not_here(edition))
    if user.has_perm("forums.change_contribution"):
        found.append(_late_slides(edition))
    if user.has_perm("forums.change_forum"):
        odd = {"words": _("Odd things in the programme"), "count": len(oddities_of(edition))}
        found.append({**odd, "link": f"{reverse('admin:forums_oddities')}?year={edition.year}"})
        found += unready(edition)
    return [line for line in found if line["count"]]


def _not_here(edition):
    words = _("Guests on stage soon who have not arrived")
    link = f"{reverse('forums:arrivals')}?show=late"
    return {"words": words, "count": len(set(late_arrivals(edition).values_list("speaker", flat=True))), "link": link}  # fmt: skip


def _late_slides(edition):
    """Of sessions that are still to come; what is over needs no slides any more."""
    late = missing_slides().filter(
        forum__edition=edition, due__lte=clock.now(), ends__gt=clock.now()
    )
    link = f"{reverse('admin:forums_contribution_changelist')}?forum__edition__id__exact={edition.pk}&slides=late"
    return {"words": _("Slides that are late"), "count": late.count(), "link": link}


def unready(edition):
    """The least ready forums that are still to come, from some weeks before the edition begins."""
    if not edition.starts_on - NEAR <= clock.today() <= edition.last_day:
        return []
    coming = Forum.objects.of_edition(edition).filter(
        Q(starts_at=None) | Q(starts_at__gt=clock.now())
    )
    return [
        {
            "words": _("Points missing before it is ready: %(forum)s") % {"forum": forum},
            "count": len(missing_of(forum)),
            "link": reverse("admin:forums_forum_change", args=[forum.pk]),
        }
        for forum in least_ready(coming)
    ]
