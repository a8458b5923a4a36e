"""What an edition sets for its stage."""

from django.contrib import admin

from forums.models import StageRules
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin


@admin.register(StageRules)
class StageRulesAdmin(DeskAdmin):
    list_display = ["edition", "slides_due_at"]
    list_select_related = ["edition"]
    search_fields = ["edition__year", "edition__name_zh"]

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }
