"""The rules of the programme, and where leaders are expected."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forums.admin.rule_levels import LevelsForm, rows_of
from forums.models import ProtocolItem, RuleSetting
from forums.operations.levels import set_levels
from forums.releases.checking import blocking_findings
from forums.releases.snapshot import draft_of
from forums.rules import settings_of
from forums.rules.engine import rules
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin


@admin.register(RuleSetting)
class RuleSettingAdmin(DeskAdmin):
    """All rules of an edition with what each does; the rows are where it departs from the usual."""

    change_list_template = "forums/desk/rules.html"
    list_display = ["rule_name", "edition", "level", "shown_number"]
    list_filter = ["edition", "level"]
    list_select_related = ["edition"]
    readonly_fields = ["edition", "rule_name", "level", "shown_number"]
    fields = readonly_fields

    @admin.display(description=_("rule"), ordering="rule")
    def rule_name(self, setting):
        known = rules().get(setting.rule)
        return known.label if known else setting.rule

    @admin.display(description=_("parameter"), ordering="number")
    def shown_number(self, setting):
        known = rules().get(setting.rule)
        return f"{setting.number} {known.number_label}" if known and setting.number is not None else ""  # fmt: skip

    def has_add_permission(self, request):
        return False  # every rule stands on the page, with a row or without

    def has_delete_permission(self, request, obj=None):
        return False  # its history would go as well

    def changelist_view(self, request, extra_context=None):
        """GET shows every rule of an edition (?edition__id__exact=); POST gives them other levels."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = _edition_of(request)
        if edition is None:
            return super().changelist_view(request, extra_context)
        form = LevelsForm(
            settings=settings_of(edition), may_change=self.has_change_permission(request)
        )
        if request.method == "POST":
            form = self._save(request, edition)
            if form is None:
                return HttpResponseRedirect(request.get_full_path())
        context = {
            "edition": edition, "editions": Edition.objects.filter(is_archive=False), "form": form,
            "may_change": self.has_change_permission(request), "rows": rows_of(form, edition, settings_of(edition)),
        }  # fmt: skip
        response = super().changelist_view(request, {**(extra_context or {}), **context})
        if found := (getattr(response, "context_data", None) or {}).get("cl"):
            found.full_result_count = (
                found.result_count
            )  # the head of the page says nothing of filtered rows
        if form.is_bound and response.status_code == 200:
            response.status_code = 400
        return response

    def _save(self, request, edition):
        """None when the levels are saved; else the form with what is wrong, ready to be sent again."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = LevelsForm(request.POST, settings=settings_of(edition))
        if not form.is_valid():
            return form
        try:
            changed = set_levels(edition, form.wanted(), by=request.user)
        except ValidationError as refusal:
            return form.renewed(refusal, settings_of(edition))
        self._tell(request, edition, len(changed))
        return None

    def _tell(self, request, edition, count):
        words = ngettext("%(count)d rule changed.", "%(count)d rules changed.", count)
        messages.success(request, words % {"count": count})
        if stops := len(blocking_findings(edition, draft_of(edition))):
            words = ngettext(
                "%(count)d thing in the draft now stops a release.", "%(count)d things in the draft now stop a release.", stops
            )  # fmt: skip
            messages.warning(request, words % {"count": stops})


def _edition_of(request):
    """The edition of the address, or the current one."""
    wanted = request.GET.get("edition__id__exact", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        return Edition.objects.filter(pk=wanted).first()
    return Edition.objects.current()


@admin.register(ProtocolItem)
class ProtocolItemAdmin(DeskAdmin):
    """Where leaders are expected; the rules keep stages out of their way."""

    list_display = ["title_zh", "edition", "hall", "starts_at", "ends_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "hall"]
    search_fields = ["title_zh", "title_en", "people__name_zh", "people__name_en"]
    autocomplete_fields = ["people"]
