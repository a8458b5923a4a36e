"""The visitor desk. Lists here are large: no counts of everything, no history triggers."""

from django.contrib import admin
from django.db import connection
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from waic.lib.desk import DeskAdmin
from waic.visitors.models import DayQuota, Gate, Registration, Scan, Ticket, TicketType
from waic.visitors.operations import renew_code, void_ticket


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

    @admin.display(description=_("left"))
    def left(self, quota):
        return quota.left

    def get_readonly_fields(self, request, obj=None):
        return ["edition", "date", "taken"] if obj and obj.taken else ["taken"]

    def get_object(self, request, object_id, from_field=None):
        # Saving writes the whole row, and visitors take tickets meanwhile: their count must not be written over.
        if request.method == "POST" and connection.in_atomic_block:
            self._lock(object_id)
        return super().get_object(request, object_id, from_field)

    def has_delete_permission(self, request, obj=None):
        # Its tickets would count nowhere.
        return super().has_delete_permission(request, obj) and not (obj and obj.taken)


class TicketInline(TabularInline):
    """To look at: a ticket holds a place of its day, so it is issued and voided by operations alone."""

    model = Ticket
    fields = readonly_fields = ["ticket_type", "date", "state", "revision", "issued_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False


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
    search_fields = ["registration__name", "registration__email"]
    fields = readonly_fields = [
        "registration",
        "ticket_type",
        "date",
        "state",
        "revision",
        "uuid",
        "issued_at",
    ]
    actions = ["void_selected", "renew_selected"]

    def has_add_permission(self, request):
        return False  # a ticket is taken through take_ticket

    def has_delete_permission(self, request, obj=None):
        return False  # and voided through void_ticket

    @admin.action(description=_("Void selected tickets"), permissions=["change"])
    def void_selected(self, request, queryset):
        self._each(request, queryset, void_ticket, _("Tickets voided: %d"))

    @admin.action(description=_("Revoke the codes of selected tickets"), permissions=["change"])
    def renew_selected(self, request, queryset):
        self._each(request, queryset, renew_code, _("Tickets with a new code: %d"))

    def _each(self, request, queryset, operation, sentence):
        changed = [ticket for ticket in queryset if operation(ticket)]
        for ticket in changed:
            self.log_change(request, ticket, str(sentence % 1))
        self.message_user(request, sentence % len(changed))


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

    def has_delete_permission(self, request, obj=None):
        return False  # what happened at the gate stays on record
