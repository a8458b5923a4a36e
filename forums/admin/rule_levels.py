"""All rules of an edition on one page: what each does, its number, how many breaches there are now."""

from collections import Counter
from dataclasses import replace

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from forums.models import RuleLevel
from forums.operations.levels import Wanted, in_words
from forums.rules import Programme, check
from forums.rules.engine import Setting, rules

MOST_NUMBER = 24 * 60


class LevelsForm(forms.Form):
    """Level and number of every rule, each with the setting that was seen (`seen-KEY`)."""

    def __init__(self, data=None, *, settings, may_change=True):
        super().__init__(data)
        for key, rule in rules().items():
            setting = settings[key]
            self.fields[f"level-{key}"] = forms.ChoiceField(
                label=rule.label, choices=RuleLevel, initial=setting.level, widget=UnfoldAdminSelectWidget
            )  # fmt: skip
            self.fields[f"seen-{key}"] = forms.CharField(
                initial=_as_text(setting), widget=forms.HiddenInput
            )
            if rule.number is not None:
                self.fields[f"number-{key}"] = forms.IntegerField(
                    label=rule.number_label, min_value=0, max_value=MOST_NUMBER, initial=setting.number,
                    widget=UnfoldAdminIntegerFieldWidget,
                )  # fmt: skip
        for field in self.fields.values():
            field.disabled = not may_change

    def wanted(self):
        """{rule: Wanted} of a valid form."""
        data = self.cleaned_data
        return {
            key: Wanted(_seen(data[f"seen-{key}"]), Setting(data[f"level-{key}"], data.get(f"number-{key}")))
            for key in rules()
        }  # fmt: skip

    def renewed(self, refusal, settings):
        """The same form with sentences by rule beside the levels, and with what was seen as it is by now."""
        overtaken = refusal.error_dict
        seen = {f"seen-{key}": _as_text(settings[key]) for key in overtaken}
        again = LevelsForm({**self.data.dict(), **seen}, settings=settings)
        again.full_clean()
        for key, errors in overtaken.items():
            again.add_error(f"level-{key}", errors)
        return again


def _as_text(setting):
    return f"{setting.level}:{setting.number}"


def _seen(text):
    level, _colon, number = text.partition(":")
    return Setting(level, int(number) if number.isdecimal() else None)


def rows_of(form, edition, settings):
    """[{rule, level, seen, number, usual, found}] for the page; `found` counts breaches also of rules that are off."""
    found = Counter(finding.rule for finding in check(Programme.of(edition), _all_on(settings)))
    return [
        {
            "rule": rule, "level": form[f"level-{key}"], "seen": form[f"seen-{key}"],
            "number": form[f"number-{key}"] if rule.number is not None else None,
            "usual": in_words(key, Setting(rule.level, rule.number)), "found": found[key],
        }
        for key, rule in rules().items()
    ]  # fmt: skip


def _all_on(settings):
    return {key: replace(setting, level=RuleLevel.WARN) for key, setting in settings.items()}
