"""Merging two entries of one person: the preview, the step, the record that takes it back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from forums.models import Speaker, SpeakerMerge
from forums.models.merge import MERGE
from forums.oddities import likely_duplicates
from forums.operations import merge_comparing, merging
from waic.editions.models import Edition
from waic.lib.admin import ReadOnlyAdmin


class MergingMixin:
    """For the list of guests: likely duplicates, and the page on which two become one."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("duplicates/", wrap(self.duplicates_view), name="forums_speaker_duplicates"),
            path("merge/", wrap(self.merge_view), name="forums_speaker_merge"),
            *super().get_urls(),
        ]

    @action(description=gettext_lazy("Likely duplicates"), url_path="duplicates-button", permissions=["change"])  # fmt: skip
    def show_duplicates(self, request):
        return HttpResponseRedirect(reverse("admin:forums_speaker_duplicates"))

    def duplicates_view(self, request):
        """Groups of people who may be one."""
        self._check(request)
        edition = Edition.objects.current()
        context = {"title": _("Likely duplicates"), "groups": likely_duplicates(edition) if edition else [], "edition": edition}  # fmt: skip
        return self._page(request, "forums/desk/duplicates.html", context)

    def merge_view(self, request):
        """GET shows both field by field and what becomes of what both have; POST merges."""
        self._check(request)
        kept, gone = (self._asked_for(request, name) for name in ("kept", "gone"))
        refusal = ""
        try:
            merge_comparing.check_mergeable(kept, gone)
            if request.method == "POST":
                return self._merge(request, kept, gone)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        differences = merge_comparing.differences(kept, gone)
        context = {
            "title": _("Merge two entries"), "kept": kept, "gone": gone, "refusal": refusal,
            "rows": [(d, request.POST.get(d.name, d.take)) for d in differences],
            "moves": [] if refusal else merge_comparing.belongings(gone),
            "turned": f"?kept={gone.pk}&gone={kept.pk}", "back": reverse("admin:forums_speaker_duplicates"),
            "conflicts": [] if refusal else merge_comparing.conflicts(kept, gone),
        }  # fmt: skip
        return self._page(request, "forums/desk/merge.html", context, 400 if refusal else 200)

    def _merge(self, request, kept, gone):
        chosen = {name: request.POST[name] for name in merge_comparing.CHOSEN if request.POST.get(name) in ("kept", "gone")}  # fmt: skip
        record = merging.merge_speakers(kept, gone, chosen=chosen, by=request.user)
        done = _("%(gone)s is now part of %(kept)s.") % {"gone": gone.code, "kept": kept.code}
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:forums_speakermerge_change", args=[record.pk]))

    def _asked_for(self, request, name):
        raw = request.POST.get(name) or request.GET.get(name, "")
        pk = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 12 else 0
        return get_object_or_404(Speaker.objects.select_related("edition", "user"), pk=pk)

    def _check(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _page(self, request, template, context, status=200):
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, whole, status=status)


@admin.register(SpeakerMerge)
class SpeakerMergeAdmin(ReadOnlyAdmin):
    """Merges on record; one is taken back by its step."""

    list_display = ["gone", "kept", "shown_state", "by", "merged_at", "undone_at"]
    list_filter = ["kept__edition", "state"]
    search_fields = [
        "kept__name_zh",
        "kept__name_en",
        "gone__name_zh",
        "gone__name_en",
        "=gone__code",
    ]
    fields = readonly_fields = ["gone", "kept", "state_name", "by", "merged_at", "undone_at"]
    workflow = MERGE
    step_operations: dict = {"undo": merging.undo_merge}
    step_notes = {"undo": gettext_lazy("Both entries are there again as before; a letter withdrawn by the merge stays withdrawn.")}  # fmt: skip

    def has_step_permission(self, request, obj=None, name=None):
        return request.user.has_perm("forums.change_speaker")
