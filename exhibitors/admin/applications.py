"""Applications at the exhibition desk."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminSelectWidget

from exhibitors import completeness
from exhibitors.admin.booths import AllocationInline, tell_new_booths
from exhibitors.imports import ExhibitorImport
from exhibitors.models import (
    APPLICATION,
    Allocation,
    Application,
    Exhibit,
)
from exhibitors.operations import deciding
from exhibitors.operations.publishing import forget_applications, forget_exhibits, refresh
from waic.editions.models import Hall
from waic.lib import places
from waic.lib.desk import DeskAdmin
from waic.lib.files import serve
from waic.lib.imports.desk import ImportMixin

ORIGINS = {
    "local": _("Shanghai"),
    "domestic": _("Elsewhere in China"),
    "abroad": _("Abroad"),
    "unknown": _("Not said"),
}


class OriginFilter(admin.SimpleListFilter):
    title = _("origin")
    parameter_name = "origin"

    def lookups(self, request, model_admin):
        return list(ORIGINS.items())

    def queryset(self, request, queryset):
        return (
            queryset.with_origin().filter(origin=self.value())
            if self.value() in ORIGINS
            else queryset
        )


class HallFilter(admin.SimpleListFilter):
    title = _("hall")
    parameter_name = "hall"

    def lookups(self, request, model_admin):
        return [
            (h.pk, f"{h.venue.edition.year} {h.key}")
            for h in Hall.objects.filter(booths__isnull=False)
            .select_related("venue__edition")
            .distinct()
        ]

    def queryset(self, request, queryset):
        raw = self.value() or ""
        return (
            queryset.filter(
                allocations__booth__hall=int(raw), allocations__released_at=None
            ).distinct()
            if raw.isdigit()
            else queryset
        )


class ExhibitInline(TabularInline):
    model = Exhibit
    fields = ["name_zh", "name_en", "category", "is_highlight", "order"]
    extra = 0
    show_change_link = True
    tab = True


@admin.register(Application)
class ApplicationAdmin(ImportMixin, DeskAdmin):
    import_class = ExhibitorImport
    actions_list = ["import_rows"]
    list_display = [
        "shown_name",
        "edition",
        "kind",
        "block",
        "origin",
        "shown_state",
        "complete",
        "stands",
        "submitted_at",
    ]
    list_filter = ["edition", "state", "block", "kind", OriginFilter, HallFilter]
    list_select_related = ["edition", "block", "organisation", "licence", "logo"]
    search_fields = [
        "name_zh",
        "name_en",
        "code",
        "organisation__credit_code",
        "contact_email",
        "exhibits__name_zh",
    ]
    date_hierarchy = "submitted_at"
    workflow = APPLICATION
    step_operations = {
        "approve": deciding.approve_application, "ask_for_changes": deciding.ask_for_changes,
        "decline": deciding.decline_application, "reopen": deciding.reopen_application,
    }  # fmt: skip
    inlines = [ExhibitInline, AllocationInline]
    autocomplete_fields = ["organisation"]
    readonly_fields = [
        "code",
        "state_name",
        "submitted_at",
        "decided_at",
        "licence_link",
        "missing",
        "started_by",
        "source",
    ]
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "organisation"),
                    ("name_zh", "name_en"),
                    ("state_name", "submitted_at", "decided_at"),
                    "missing",
                    "licence_link",
                )
            },
        ),
        (
            _("Profile"),
            {
                "fields": (
                    ("kind", "block", "category"),
                    ("country", "city"),
                    "website",
                    "profile_zh",
                    "profile_en",
                    "area_wanted",
                    "remarks",
                ),
                "classes": ["tab"],
            },
        ),
        (
            _("Contact"),
            {
                "fields": (
                    "contact_name",
                    "contact_email",
                    "contact_phone",
                    "started_by",
                    "code",
                    "source",
                ),
                "classes": ["tab"],
            },
        ),
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "country":
            choices = [("", "—"), *places.country_choices()]
            label = capfirst(db_field.verbose_name)
            return forms.ChoiceField(
                label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        current = Allocation.objects.filter(released_at=None).select_related("booth")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("allocations", current, to_attr="current_stands"), "exhibits__first_launch"
            )
        )

    def get_urls(self):
        return [
            path(
                "<int:pk>/licence/",
                self.admin_site.admin_view(self.licence_view),
                name="exhibitors_application_licence",
            ),
            *super().get_urls(),
        ]

    def licence_view(self, request, pk):
        """The licence as an attachment, for the exhibition desk."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        application = get_object_or_404(Application.objects.select_related("licence"), pk=pk)
        if application.licence is None:
            raise Http404
        return serve(application.licence)

    def save_formset(self, request, form, formset, change):
        if formset.model is Exhibit:
            forget_exhibits([f.instance for f in formset.deleted_forms if f.instance.pk])
        super().save_formset(request, form, formset, change)
        tell_new_booths(formset)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        refresh(form.instance)

    def delete_model(self, request, obj):
        forget_applications([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        forget_applications(queryset)
        super().delete_queryset(request, queryset)

    @admin.display(description=_("exhibitor"), ordering="sort_key")
    def shown_name(self, application):
        return str(application)

    @admin.display(description=_("origin"))
    def origin(self, application):
        return ORIGINS[places.origin(application.country, application.city)]

    @admin.display(description=_("complete"))
    def complete(self, application):
        return f"{completeness.share(application, completeness.gaps(application))} %"

    @admin.display(description=_("booths"))
    def stands(self, application):
        return ", ".join(a.booth.number for a in application.current_stands) or "—"

    @admin.display(description=_("missing"))
    def missing(self, application):
        return " ".join(str(g.sentence) for g in completeness.gaps(application)) or _("Nothing")

    @admin.display(description=_("business licence"))
    def licence_link(self, application):
        if application.licence is None:
            return "—"
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:exhibitors_application_licence", args=[application.pk]),
            application.licence.name,
        )
