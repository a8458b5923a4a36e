"""What two releases differ in, or one and the draft."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from forums.admin.asked import edition_asked_for
from forums.admin.release_texts import shown_difference
from forums.releases.people import difference_of
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of


class CompareMixin:
    """For the admin of releases: the page that compares two."""

    def compare_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = edition_asked_for(request)
        releases = list(edition.releases.with_content().latest_first()[:200])
        start, end = _chosen(request.GET.get("from"), releases), _chosen(request.GET.get("to"), releases)  # fmt: skip
        if start is None and releases:
            start = releases[min(1, len(releases) - 1)] if end else releases[0]
        after = content_of(end) if end else draft_of(edition)
        forums = difference_of(edition, content_of(start), after) if start else []
        return self._page(
            request, "forums/desk/release_compare.html", _("Differences"), edition=edition, releases=releases, start=start, end=end,
            **shown_difference(forums),
        )  # fmt: skip


def _chosen(number, releases):
    return next((r for r in releases if str(r.number) == number), None)
