"""Entries: read here and reopened."""

from operator import itemgetter

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from awards import answers as answering
from awards.models import (
    ENTRY,
    Conflict,
    Entry,
    EntryFile,
    EntryMember,
)
from awards.operations import entries, judging
from waic.lib import places
from waic.lib.desk import DeskAdmin
from waic.lib.files import serve
from waic.lib.text import localized


class MemberInline(TabularInline):
    model = EntryMember
    fields = readonly_fields = ["name", "email", "is_lead", "invited_at", "joined_at"]
    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request, obj=None):
        return False


class ConflictInline(TabularInline):
    model = Conflict
    autocomplete_fields = ["judge"]
    extra = 0
    tab = True


class CountryFilter(admin.SimpleListFilter):
    """Countries that entries come from, by name."""

    title = _("country or region")
    parameter_name = "country"

    def lookups(self, request, model_admin):
        codes = Entry.objects.exclude(country="").order_by().values_list("country", flat=True)
        return sorted(((c, places.country_name(c)) for c in codes.distinct()), key=itemgetter(1))

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(DeskAdmin):
    """Entries are read here and reopened; only their applicants write them."""

    list_display = [
        "shown_title",
        "receipt_number",
        "call",
        "track",
        "organisation",
        "shown_country",
        "shown_state",
        "complete",
        "file_count",
        "submitted_at",
    ]
    list_filter = ["state", "call__edition", "call__award", "track", CountryFilter]
    list_select_related = ["call__award", "call__edition", "track", "dossier"]
    search_fields = [
        "title_zh",
        "title_en",
        "organisation",
        "receipt_number",
        "code",
        "members__email",
    ]
    date_hierarchy = "submitted_at"
    workflow = ENTRY
    step_operations = {"reopen": entries.reopen_entry}
    inlines = [MemberInline, ConflictInline]
    actions = ["make_dossiers"]
    fields = readonly_fields = [
        "call", "track", "title_zh", "title_en", "organisation", "shown_country", "state_name", "receipt_number", "submitted_at", "editable_until", "shown_dossier", "shown_answers", "shown_files",
    ]  # fmt: skip

    def get_queryset(self, request):
        files = Prefetch("files", EntryFile.objects.select_related("file", "field"))
        return super().get_queryset(request).prefetch_related(files, "call__fields", "call__tracks")

    def has_add_permission(self, request):
        return False  # an entry is started by its applicant

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        return [
            path(
                "<int:pk>/files/<int:file>/",
                self.admin_site.admin_view(self.file_view),
                name="awards_entry_file",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request, pk, file):
        """A file of an entry, for people who may see entries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return serve(
            get_object_or_404(EntryFile.objects.select_related("file"), entry=pk, pk=file).file
        )

    @admin.display(description=_("title"), ordering="title_zh")
    def shown_title(self, entry):
        return str(entry)

    @admin.display(description=_("country or region"), ordering="country")
    def shown_country(self, entry):
        return places.country_name(entry.country) if entry.country else "—"

    @admin.display(description=_("complete"))
    def complete(self, entry):
        return f"{answering.completeness(entry, list(entry.call.fields.all()), {f.field_id for f in entry.files.all()})} %"

    @admin.display(description=_("files"))
    def file_count(self, entry):
        return len(entry.files.all())

    @admin.display(description=_("answers"))
    def shown_answers(self, entry):
        rows = (
            (localized(f, "label"), answering.shown(f, entry.answers.get(f.key, "")) or "—")
            for f in entry.call.fields.all()
            if f.kind != "file"
        )
        return format_html(
            "<dl>{}</dl>", format_html_join("", "<dt><strong>{}</strong></dt><dd>{}</dd>", rows)
        )

    @admin.display(description=_("files"))
    def shown_files(self, entry):
        rows = (
            (
                reverse("admin:awards_entry_file", args=[entry.pk, f.pk]),
                f.file.name,
                localized(f.field, "label"),
            )
            for f in entry.files.all()
        )
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a> ({})', rows) or "—"

    @admin.display(description=_("dossier for judges"))
    def shown_dossier(self, entry):
        """The way to the blind copy, where the desk provides the redacted paper."""
        if not hasattr(entry, "dossier"):
            return _("None yet; it is made with the action of the list.")
        address = reverse("admin:awards_dossier_change", args=[entry.dossier.pk])
        return format_html('<a href="{}">{}</a>', address, entry.dossier.code)

    @admin.action(description=_("Make blind dossiers"), permissions=["change"])
    def make_dossiers(self, request, queryset):
        made = sum(
            1
            for entry in queryset.filter(submitted_at__isnull=False)
            if judging.make_dossier(entry)
        )
        self.message_user(request, _("Dossiers made: %d") % made)
