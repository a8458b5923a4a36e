"""The draft before its release: what it would announce, what stands in its way, whom it would tell; and its preview."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forums.admin.asked import edition_asked_for
from forums.admin.release_form import ReleaseForm, promise, renewed, show_refusal
from forums.admin.release_texts import shown_difference, shown_readers, shown_refusals
from forums.operations import releasing
from forums.releases import telling
from forums.releases.numbering import number_entries
from forums.releases.people import difference_of
from forums.releases.preview import draft_page
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of
from waic.lib import clock


class DraftMixin:
    """For the admin of releases: the page that makes one."""

    def draft_view(self, request):
        """GET shows what a release would announce; POST makes it."""
        if not self.may_release(request):
            raise PermissionDenied
        edition = edition_asked_for(request)
        form = ReleaseForm(request.POST or None, initial=promise(edition))
        status = 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    release = releasing.release_programme(
                        edition, by=request.user, **form.cleaned_data
                    )
                    return self._made(request, release)
                except ValidationError as refusal:
                    status = show_refusal(form, refusal)
            if status == 409:
                form = renewed(form, edition)
        context = self._draft_context(edition, request.get_full_path())
        return self._page(request, "forums/desk/release_draft.html", _("Release the programme"), form=form, edition=edition, status=status, **context)  # fmt: skip

    def _draft_context(self, edition, here):
        newest = releasing.current_release(edition)
        content = draft_of(edition)
        before = content_of(newest)
        number_entries(content, before, clock.now())
        return {
            "newest": newest, "is_first": not before, "is_same": releasing.is_same(before, content),
            "forum_count": len(content["forums"]), "quiet": releasing.quiet_period(edition) // timedelta(minutes=1),
            "next_number": newest.number + 1 if newest else 1,
            "compare": reverse("admin:forums_release_compare") + f"?year={edition.year}",
            **shown_refusals(edition, content, here),
            **shown_difference(difference_of(edition, before, content) if before else []),
            **shown_readers(edition, telling.untold(edition, content)),
        }  # fmt: skip

    def preview_view(self, request, year, code=None):
        """The draft as the public page will look; nobody keeps it."""
        if not self.may_release(request):
            raise PermissionDenied
        return draft_page(request, year, code)
