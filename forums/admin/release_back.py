"""Going back: an older release becomes the current one again, or the draft goes back to it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forums.admin.release_form import ReleaseForm, promise, renewed, show_refusal
from forums.admin.release_texts import (
    MOST_CHANGES,
    shown_difference,
    shown_readers,
    shown_refusals,
    shown_restoration,
)
from forums.models import Release
from forums.operations import releasing, restoring
from forums.releases import telling
from forums.releases.people import difference_of
from forums.releases.shown import content_of


class BackMixin:
    """For the admin of releases: the page that goes back to one."""

    def back_view(self, request, pk):
        """Make a release the current one again, or take the draft back to it; GET shows what either would change."""
        if not self.may_release(request):
            raise PermissionDenied
        release = Release.objects.with_content().select_related("edition").filter(pk=pk).first()
        if release is None:
            raise Http404
        edition = release.edition
        form = ReleaseForm(request.POST or None, initial=promise(edition))
        status = 200
        if request.method == "POST":
            if "draft" in request.POST:
                return self._restore(request, release)
            status = 400
            if form.is_valid():
                try:
                    return self._made(request, releasing.roll_back(release, by=request.user, **form.cleaned_data))  # fmt: skip
                except ValidationError as refusal:
                    status = show_refusal(form, refusal)
            if status == 409:
                form = renewed(form, edition)
        return self._back_page(request, release, form, status)

    def _back_page(self, request, release, form, status):
        edition, content = release.edition, content_of(release)
        newest = releasing.current_release(edition)
        plan = restoring.plan_restoration(release)
        return self._page(
            request, "forums/desk/release_back.html", _("Go back to release %d") % release.number, status=status, form=form, edition=edition,
            release=release, newest=newest, plan=plan, is_current=newest.pk == release.pk,
            public=shown_difference(difference_of(edition, content_of(newest), content)),
            draft=shown_restoration(plan),
            **shown_refusals(edition, content, request.get_full_path()),
            **shown_readers(edition, telling.untold(edition, content)),
        )  # fmt: skip

    def _restore(self, request, release):
        try:
            plan = restoring.restore_draft(release, by=request.user)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return HttpResponseRedirect(request.path)
        done = _(
            "The draft is as in release %(number)d: %(moves)d places and times, %(titles)d titles."
        )
        words = {"number": release.number, "moves": len(plan.moves), "titles": len(plan.titles)}
        self.log_change(request, release, done % words)
        self.message_user(request, done % words, messages.SUCCESS)
        for text in plan.sentences[:MOST_CHANGES]:
            self.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:forums_release_change", args=[release.pk]))
