"""Arrivals on record. Taps are made on the page for the speakers' room."""

from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from forums.models import ARRIVAL, Arrival
from forums.operations import arrivals as operations
from waic.lib.admin import ReadOnlyAdmin


@admin.register(Arrival)
class ArrivalAdmin(ReadOnlyAdmin):
    """Who came when; who tapped is in the history."""

    list_display = ["speaker", "date", "shown_state", "arrived_at"]
    list_filter = ["speaker__edition", "date", "state"]
    list_select_related = ["speaker"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "=speaker__code"]
    fields = readonly_fields = ["speaker", "date", "state_name", "arrived_at"]
    workflow = ARRIVAL
    step_operations: dict = {"undo": operations.undo_arrival}
    step_notes = {"undo": _("The guest is looked for again.")}
    actions_list = ["at_the_door"]

    def has_step_permission(self, request, obj=None, name=None):
        return request.user.has_perm("forums.change_arrival")

    @action(description=_("Arrivals of today"), url_path="door")
    def at_the_door(self, request):
        return redirect("forums:arrivals")
