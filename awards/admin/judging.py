"""Judges, what they were given, and their reviews."""

from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from awards.models import (
    Assignment,
    Judge,
    Review,
)
from waic.lib.desk import DeskAdmin


@admin.register(Judge)
class JudgeAdmin(DeskAdmin):
    list_display = ["user", "call", "most_entries", "assigned"]
    list_filter = ["call__edition", "call__award"]
    list_select_related = ["user", "call__award", "call__edition"]
    search_fields = ["user__email", "user__name"]
    autocomplete_fields = ["user"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(assigned_count=Count("assignments"))

    @admin.display(description=_("assigned"), ordering="assigned_count")
    def assigned(self, judge):
        return judge.assigned_count


@admin.register(Assignment)
class AssignmentAdmin(DeskAdmin):
    list_display = ["dossier", "judge", "stage", "handed_in"]
    list_filter = ["stage__call__award", "stage__call__edition"]
    list_select_related = [
        "dossier",
        "judge__user",
        "stage__call__award",
        "stage__call__edition",
        "review",
    ]
    search_fields = ["dossier__code", "judge__user__email"]
    autocomplete_fields = ["dossier", "judge", "stage"]

    @admin.display(description=_("handed in"), boolean=True)
    def handed_in(self, assignment):
        return bool(getattr(assignment, "review", None) and assignment.review.handed_in_at)


@admin.register(Review)
class ReviewAdmin(DeskAdmin):
    list_display = ["assignment", "total", "handed_in_at"]
    list_select_related = ["assignment__dossier", "assignment__judge__user"]
    readonly_fields = ["assignment", "scores", "total", "comment", "handed_in_at"]
    search_fields = ["assignment__dossier__code"]

    def has_add_permission(self, request):
        return False
