"""What a broken rule does in an edition: its level and its number, changed at the desk, each change on record."""

from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import RuleLevel, RuleSetting
from forums.rules import settings_of
from forums.rules.engine import Setting, rules
from waic.editions.models import Edition


@dataclass(frozen=True)
class Wanted:
    """A Setting that somebody wants, and the one they saw."""

    seen: Setting
    setting: Setting


@transaction.atomic
def set_levels(edition, wanted, *, by):
    """Give an edition's rules the wanted settings ({rule: Wanted}); the rules that changed.

    ValidationError `stale` by the rule's key where somebody else gave it another setting meanwhile; nothing is written then.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    now = settings_of(edition)
    changed = {key: one for key, one in wanted.items() if one.setting not in (one.seen, now[key])}
    overtaken = [key for key, one in changed.items() if one.seen != now[key]]
    if overtaken:
        raise ValidationError({key: _stale(key, now[key]) for key in overtaken})
    for key, one in changed.items():
        _keep(edition, key, one.setting, now[key], by)
    return list(changed)


def _stale(key, now):
    words = {"setting": in_words(key, now)}
    return ValidationError(
        _("Somebody else set this to “%(setting)s” meanwhile. Look again, then save."), code="stale", params=words
    )  # fmt: skip


def _keep(edition, key, setting, before, by):
    usual = rules()[key].number
    number = None if setting.number == usual else setting.number
    row, _is_new = RuleSetting.objects.update_or_create(
        edition=edition, rule=key, defaults={"level": setting.level, "number": number}
    )
    words = f"{in_words(key, before)} → {in_words(key, setting)}"
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, words, single_object=True)


def in_words(key, setting):
    """Warn (minutes: 15)"""
    level, known = RuleLevel(setting.level).label, rules()[key]
    if known.number is None:
        return str(level)
    words = {"level": level, "number": setting.number, "unit": known.number_label}
    return _("%(level)s (%(unit)s: %(number)d)") % words
