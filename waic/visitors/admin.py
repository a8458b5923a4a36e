"""The visitor desk. Lists here are large: no counts of everything, no history triggers."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from waic.lib.desk import DeskAdmin
from waic.visitors.models import DayQuota, Gate, Registration, Scan, Ticket, TicketType


@admin.register(TicketType)
class TicketTypeAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "edition", "price", "is_public", "order"]
    list_filter = ["edition", "is_public"]
    list_select_related = ["edition"]
    search_fields = ["name_zh", "name_en", "key"]


@admin.register(DayQuota)
class DayQuotaAdmin(DeskAdmin):
    list_display = ["date", "edition", "capacity", "taken", "left"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    readonly_fields = ["taken"]

    @admin.display(description=_("left"))
    def left(self, quota):
        return quota.left


class TicketInline(TabularInline):
    model = Ticket
    fields = ["ticket_type", "date", "state", "revision"]
    extra = 0


@admin.register(Registration)
class RegistrationAdmin(DeskAdmin):
    list_display = [
        "name",
        "email",
        "organisation",
        "country",
        "city",
        "edition",
        "registered_at",
        "is_sample",
    ]
    list_filter = ["edition", "is_sample", "country"]
    list_select_related = ["edition"]
    search_fields = ["name", "email", "code"]
    raw_id_fields = ["user"]
    inlines = [TicketInline]


@admin.register(Ticket)
class TicketAdmin(DeskAdmin):
    list_display = ["registration", "ticket_type", "date", "state", "issued_at"]
    list_filter = ["state", "date"]
    list_select_related = ["registration", "ticket_type"]
    search_fields = ["registration__name", "registration__email", "uuid"]
    raw_id_fields = ["registration"]


@admin.register(Gate)
class GateAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "venue"]
    list_filter = ["venue__edition"]
    list_select_related = ["venue"]
    search_fields = ["name_zh", "name_en"]


@admin.register(Scan)
class ScanAdmin(DeskAdmin):
    list_display = ["scanned_at", "gate", "verdict", "ticket", "scanned_by"]
    list_filter = ["verdict", "gate", "day"]
    list_select_related = ["gate", "ticket__registration", "scanned_by"]
    fields = readonly_fields = [
        "gate",
        "ticket",
        "verdict",
        "day",
        "device",
        "scanned_by",
        "scanned_at",
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
