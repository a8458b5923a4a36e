"""The rules of the programme, and where leaders are expected."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from forums.models import (
    ProtocolItem,
    RuleSetting,
)
from forums.rules.engine import rules
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin


class RuleSettingForm(forms.ModelForm):
    """Which rule, by its name in the reader's language."""

    rule = forms.ChoiceField(label=_("Rule"))

    class Meta:
        model = RuleSetting
        fields = ["edition", "rule", "level", "number"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(key, rule.label) for key, rule in rules().items()]


@admin.register(RuleSetting)
class RuleSettingAdmin(DeskAdmin):
    """Where an edition departs from the usual levels."""

    form = RuleSettingForm
    list_display = ["rule_name", "edition", "level", "shown_number"]
    list_filter = ["edition", "level"]
    list_select_related = ["edition"]

    @admin.display(description=_("rule"), ordering="rule")
    def rule_name(self, setting):
        known = rules().get(setting.rule)
        return known.label if known else setting.rule

    @admin.display(description=_("parameter"), ordering="number")
    def shown_number(self, setting):
        known = rules().get(setting.rule)
        return f"{setting.number} {known.number_label}" if known and setting.number is not None else ""  # fmt: skip

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }


@admin.register(ProtocolItem)
class ProtocolItemAdmin(DeskAdmin):
    """Where leaders are expected; the rules keep stages out of their way."""

    list_display = ["title_zh", "edition", "hall", "starts_at", "ends_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "hall"]
    search_fields = ["title_zh", "title_en", "people__name_zh", "people__name_en"]
    autocomplete_fields = ["people"]
