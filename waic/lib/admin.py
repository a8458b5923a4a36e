"""What the ground keeps for every room, to be looked at and never edited: steps, files, jobs."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from waic.lib.desk import DeskAdmin
from waic.lib.models import JobRun, StepRecord, StoredFile


class ReadOnlyAdmin(DeskAdmin):
    """Rows that the product writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(StepRecord)
class StepRecordAdmin(ReadOnlyAdmin):
    list_display = [
        "taken_at",
        "content_type",
        "object_id",
        "in_words",
        "by",
        "reason",
    ]
    list_select_related = ["content_type", "by"]
    list_filter = ["step", "content_type"]
    search_fields = ["reason", "by__email", "=object_id"]
    date_hierarchy = "taken_at"
    fields = ["taken_at", "what", "in_words", "by", "reason"]
    readonly_fields = ["what", "in_words"]

    @admin.display(description=_("step"), ordering="step")
    def in_words(self, record):
        """The step as its desk calls it: "Approve: Submitted → Approved"."""
        desk = admin.site._registry.get(record.content_type.model_class())
        return desk.describe_step(record) if hasattr(desk, "describe_step") else str(record)

    @admin.display(description=_("of"))
    def what(self, record):
        """The row the step was taken with, linked to its admin page where it has one."""
        model = record.content_type.model_class()
        if model is None or not admin.site.is_registered(model):
            return str(record.object or record.object_id)
        address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[record.object_id])  # fmt: skip
        return format_html('<a href="{}">{}</a>', address, record.object or record.object_id)


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """Names and sizes only: what is inside is for the desk it was sent to."""

    list_display = ["name", "kind", "media_type", "size", "is_public", "uploaded_by", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    list_filter = ["kind", "media_type", "is_public"]
    search_fields = ["name", "sha256", "uploaded_by__email"]
    fields = [
        "name",
        "kind",
        "media_type",
        "size",
        "sha256",
        "is_public",
        "uploaded_by",
        "uploaded_at",
    ]


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "shown_state", "done", "total", "requested_by", "requested_at"]
    list_select_related = ["requested_by"]
    list_filter = ["state", "kind"]
    search_fields = ["title", "requested_by__email"]
    fields = [
        "title",
        "kind",
        "state",
        "done",
        "total",
        "note",
        "errors",
        "attempts",
        "requested_by",
        "requested_at",
        "started_at",
        "ended_at",
    ]
