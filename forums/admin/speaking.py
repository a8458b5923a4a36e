"""Consents on record, and travel: for the programme desk alone, each look written down first."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.utils.translation import gettext as _

from forums.models import Consent, Travel
from forums.operations.speaking import record_opening
from waic.lib.admin import ReadOnlyAdmin


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Every answer as it was given."""

    list_display = ["speaker", "kind", "is_given", "answered_at", "by"]
    list_filter = ["speaker__edition", "kind", "is_given"]
    list_select_related = ["speaker", "by"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "=speaker__code"]
    fields = readonly_fields = ["speaker", "kind", "is_given", "answered_at", "by"]


@admin.register(Travel)
class TravelAdmin(ReadOnlyAdmin):
    """The list says who wrote something; what it is shows on the page, and looking is on record."""

    list_display = ["speaker", "changed_at"]
    list_filter = ["speaker__edition"]
    list_select_related = ["speaker"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "=speaker__code"]
    fields = readonly_fields = [
        "speaker", "arrives_at", "arrives_by", "departs_at", "departs_by", "hotel", "contact", "changed_at",
    ]  # fmt: skip

    def has_view_permission(self, request, obj=None):
        """A right to all of the programme's data is not enough: one works at its desk."""
        works_there = request.user.groups.filter(name="programme").exists()
        return super().has_view_permission(request, obj) and (works_there or request.user.is_superuser)  # fmt: skip

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        travel = self.get_object(request, unquote(object_id))
        if travel is not None and self.has_view_permission(request, travel):
            record_opening(travel, by=request.user)
        return super().change_view(request, object_id, form_url, extra_context)

    def describe_step(self, record):
        return _("Travel data opened") if record.step == "open" else super().describe_step(record)
