"""Releases at the programme desk: their list, and the addresses of the pages that make, compare and bring them back."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from forums.admin.release_back import BackMixin
from forums.admin.release_compare import CompareMixin
from forums.admin.release_draft import DraftMixin
from forums.models import Release, ReleasePolicy
from waic.lib.desk import DeskAdmin
from waic.lib.templatetags.dates import moment
from waic.lib.text import localized


@admin.register(Release)
class ReleaseAdmin(DraftMixin, CompareMixin, BackMixin, DeskAdmin):
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

    def _made(self, request, release):
        text = _("Release %(number)d is public. Mails: %(when)s.")
        when = moment(release.tell_at) if release.tell_at else _("none")
        self.message_user(
            request, text % {"number": release.number, "when": when}, messages.SUCCESS
        )
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


@admin.register(ReleasePolicy)
class ReleasePolicyAdmin(DeskAdmin):
    list_display = ["edition", "quiet_minutes"]
    list_select_related = ["edition"]
