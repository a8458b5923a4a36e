"""Seats that visitors took."""

from django.contrib import admin

from forums.models import (
    Booking,
)
from waic.lib.desk import DeskAdmin


@admin.register(Booking)
class BookingAdmin(DeskAdmin):
    list_display = ["visitor", "forum", "status", "booked_at"]
    list_filter = ["status", "forum__edition"]
    list_select_related = ["visitor", "forum"]
    search_fields = ["visitor__email", "forum__title_zh"]
    fields = readonly_fields = ["visitor", "forum", "status", "booked_at"]

    def has_add_permission(self, request):
        return False  # a seat is taken through book_seat

    def has_delete_permission(self, request, obj=None):
        return False
