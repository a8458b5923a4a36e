"""The desk's pages of releases: what would be announced, who would hear of it, what two releases differ in, going back."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from forums.admin.asked import edition_asked_for
from forums.admin.release_texts import MOST_CHANGES, shown_difference, shown_readers
from forums.models import Release, ReleasePolicy
from forums.operations import releasing, restoring
from forums.releases import telling
from forums.releases.checking import blocking_findings
from forums.releases.numbering import number_entries
from forums.releases.people import difference_of
from forums.releases.preview import draft_page
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of
from waic.lib import clock
from waic.lib.desk import DeskAdmin
from waic.lib.templatetags.look import moment
from waic.lib.text import localized

CONFLICTS = ("stale", "unchanged", "busy")


class ReleaseForm(forms.Form):
    """Notes of a release, whether people are told, and what makes a second click harmless."""

    note_zh = forms.CharField(
        label=_("Note in Chinese"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )  # fmt: skip
    note_en = forms.CharField(
        label=_("Note in English"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )  # fmt: skip
    tells = forms.BooleanField(
        label=_("Tell the people concerned"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget(),
        help_text=_("By mail after the quiet period. While mails of an earlier release wait, this one is told with them in any case."),
    )  # fmt: skip
    expects = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    request = forms.UUIDField(widget=forms.HiddenInput)


@admin.register(Release)
class ReleaseAdmin(DeskAdmin):
    """Releases are made on their own page and never changed."""

    list_display = [
        "number",
        "edition",
        "released_at",
        "released_by",
        "note",
        "slot_count",
        "mails",
    ]
    list_display_links = ["number"]
    list_filter = ["edition"]
    list_select_related = ["edition", "released_by"]
    actions_list = ["open_draft", "open_compare"]
    fields = readonly_fields = [
        "number", "edition", "released_at", "released_by", "restores", "note_zh", "note_en", "slot_count", "mails",
    ]  # fmt: skip
    change_form_template = "forums/desk/release.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content", "restores__content")

    def has_add_permission(self, request):
        return False  # a release is made of the draft

    def has_delete_permission(self, request, obj=None):
        return False  # history is not rewritten

    def has_change_permission(self, request, obj=None):
        # Nothing of a release is edited; who may change releases may make one and go back to one.
        return False

    def may_release(self, request):
        return request.user.has_perm("forums.add_release")

    def get_urls(self):
        def page(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"forums_release_{name}")

        return [
            page("draft/", self.draft_view, "draft"),
            page("draft/<int:year>/programme/", self.preview_view, "preview"),
            page("draft/<int:year>/forums/<code:code>/", self.preview_view, "preview_forum"),
            page("compare/", self.compare_view, "compare"),
            page("<int:pk>/back/", self.back_view, "back"),
            *super().get_urls(),
        ]

    @action(description=_("Release the programme"), url_path="open-draft")
    def open_draft(self, request):
        return HttpResponseRedirect(reverse("admin:forums_release_draft"))

    @action(description=_("Compare releases"), url_path="open-compare")
    def open_compare(self, request):
        return HttpResponseRedirect(reverse("admin:forums_release_compare"))

    @admin.display(description=_("note"))
    def note(self, release):
        return Truncator(localized(release, "note")).chars(60)

    @admin.display(description=_("mails"))
    def mails(self, release):
        """Whether and when people are told of it."""
        if release.tell_at is None:
            return _("nobody is told")
        if release.told_at is None:
            return _("wait until %s") % moment(release.tell_at)
        return _("sent %s") % moment(release.told_at)

    # --- The draft ------------------------------------------------------------------------------

    def draft_view(self, request):
        """GET shows what a release would announce; POST makes it."""
        if not self.may_release(request):
            raise PermissionDenied
        edition = edition_asked_for(request)
        form = ReleaseForm(request.POST or None, initial=self._promise(edition))
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
                    status = _show_refusal(form, refusal)
            if status == 409:
                form = self._renewed(form, edition)
        context = self._draft_context(edition)
        return self._page(request, "forums/desk/release_draft.html", _("Release the programme"), form=form, edition=edition, status=status, **context)  # fmt: skip

    def _promise(self, edition):
        return {"expects": releasing.next_number(edition), "request": uuid.uuid4()}

    def _renewed(self, form, edition):
        """The same form, with what was typed, for the number a release would have by now."""
        again = ReleaseForm({**form.data.dict(), **self._promise(edition)})
        again.full_clean()
        for name, errors in form.errors.items():
            again.add_error(None if name == "__all__" else name, list(errors))
        return again

    def _made(self, request, release):
        text = _("Release %(number)d is public. Mails: %(when)s.")
        when = moment(release.tell_at) if release.tell_at else _("none")
        self.message_user(
            request, text % {"number": release.number, "when": when}, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:forums_release_change", args=[release.pk]))

    def _draft_context(self, edition):
        newest = releasing.current_release(edition)
        content = draft_of(edition)
        before = content_of(newest)
        number_entries(content, before, clock.now())
        return {
            "newest": newest, "is_first": not before, "is_same": releasing.is_same(before, content), "findings": blocking_findings(edition, content),
            "forum_count": len(content["forums"]), "quiet": releasing.quiet_period(edition) // timedelta(minutes=1),
            "next_number": newest.number + 1 if newest else 1,
            "compare": reverse("admin:forums_release_compare") + f"?year={edition.year}",
            **shown_difference(difference_of(edition, before, content) if before else []),
            **shown_readers(edition, telling.untold(edition, content)),
        }  # fmt: skip

    def preview_view(self, request, year, code=None):
        """The draft as the public page will look; nobody keeps it."""
        if not self.may_release(request):
            raise PermissionDenied
        return draft_page(request, year, code)

    # --- Two releases ---------------------------------------------------------------------------

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

    # --- Going back -----------------------------------------------------------------------------

    def back_view(self, request, pk):
        """Make a release the current one again, or take the draft back to it; GET shows what either would change."""
        if not self.may_release(request):
            raise PermissionDenied
        release = Release.objects.with_content().select_related("edition").filter(pk=pk).first()
        if release is None:
            raise Http404
        edition = release.edition
        form = ReleaseForm(request.POST or None, initial=self._promise(edition))
        status = 200
        if request.method == "POST":
            if "draft" in request.POST:
                return self._restore(request, release)
            status = 400
            if form.is_valid():
                try:
                    return self._made(request, releasing.roll_back(release, by=request.user, **form.cleaned_data))  # fmt: skip
                except ValidationError as refusal:
                    status = _show_refusal(form, refusal)
            if status == 409:
                form = self._renewed(form, edition)
        return self._back_page(request, release, form, status)

    def _back_page(self, request, release, form, status):
        edition, content = release.edition, content_of(release)
        newest = releasing.current_release(edition)
        plan = restoring.plan_restoration(release)
        return self._page(
            request, "forums/desk/release_back.html", _("Go back to release %d") % release.number, status=status, form=form, edition=edition,
            release=release, newest=newest, plan=plan, is_current=newest.pk == release.pk,
            public=shown_difference(difference_of(edition, content_of(newest), content)),
            findings=blocking_findings(edition, content),
            draft=shown_difference(difference_of(edition, draft_of(edition), content)),
            **shown_readers(edition, telling.untold(edition, content)),
        )  # fmt: skip

    def _restore(self, request, release):
        try:
            plan = restoring.restore_draft(release)
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

    def _page(self, request, template, title, status=200, **context):
        page = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, template, page, status=status)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_release"] = self.may_release(request)
        if obj is not None and obj.number > 1:
            query = f"?year={obj.edition.year}&from={obj.number - 1}&to={obj.number}"
            context["compare"] = reverse("admin:forums_release_compare") + query
        return super().render_change_form(request, context, add, change, form_url, obj)


def _chosen(number, releases):
    return next((r for r in releases if str(r.number) == number), None)


def _show_refusal(form, refusal):
    """Put the sentences on the form; the status of the answer."""
    form.add_error(None, refusal.messages)
    return 409 if getattr(refusal, "code", None) in CONFLICTS else 400


@admin.register(ReleasePolicy)
class ReleasePolicyAdmin(DeskAdmin):
    list_display = ["edition", "quiet_minutes"]
    list_select_related = ["edition"]
