"""Exhibits and their first launches at the exhibition desk."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from exhibitors.models import ClaimState, Exhibit, FirstLaunch
from exhibitors.operations import deciding
from exhibitors.operations.publishing import forget_exhibits, refresh
from waic.lib.desk import DeskAdmin


class LaunchInline(TabularInline):
    model = FirstLaunch
    extra = 0


@admin.register(Exhibit)
class ExhibitAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "application", "category", "is_highlight"]
    list_filter = ["application__edition", "is_highlight", "category"]
    list_select_related = ["application__organisation"]
    search_fields = ["name_zh", "name_en", "code", "application__name_zh"]
    autocomplete_fields = ["application"]
    readonly_fields = ["picture"]
    inlines = [LaunchInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        refresh(form.instance.application)

    def delete_model(self, request, obj):
        forget_exhibits([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        forget_exhibits(queryset.select_related("application__edition", "picture"))
        super().delete_queryset(request, queryset)


@admin.register(FirstLaunch)
class FirstLaunchAdmin(DeskAdmin):
    list_display = ["exhibit", "scope", "launch_at", "shown_state", "remark"]
    list_filter = ["exhibit__application__edition", "state", "scope"]
    list_select_related = ["exhibit__application"]
    search_fields = ["exhibit__name_zh", "exhibit__name_en"]
    autocomplete_fields = ["exhibit"]
    actions = ["confirm_selected"]

    @admin.action(description=_("Confirm the selected first launches"), permissions=["change"])
    def confirm_selected(self, request, queryset):
        count = 0
        for launch in queryset:
            try:
                count += deciding.decide_launch(launch, state=ClaimState.CONFIRMED)
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        self.message_user(request, _("First launches confirmed: %d") % count)
