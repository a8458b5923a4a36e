"""What an edition sets for its stage."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from forums.models import StageRules
from waic.editions.admin import LinesField
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin


class StageRulesForm(forms.ModelForm):
    stream_hosts = LinesField(
        label=_("sites of streams"), required=False, max_length=3000,
        help_text=StageRules._meta.get_field("stream_hosts").help_text,
    )  # fmt: skip


@admin.register(StageRules)
class StageRulesAdmin(DeskAdmin):
    form = StageRulesForm
    list_display = ["edition", "slides_due_at", "live_minutes", "arrival_minutes"]
    list_select_related = ["edition"]
    search_fields = ["edition__year", "edition__name_zh"]

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }
