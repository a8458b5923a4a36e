"""Rules with a level per edition, run over a programme; what a move would break and mend."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from forums.models import RuleLevel, RuleSetting

# Where a broken rule is usually mended: by moving the forum, or on its own page.
MOVE, FORUM = "move", "forum"

_WEIGHT = {level: weight for weight, level in enumerate(RuleLevel.values)}


@dataclass(frozen=True)
class Finding:
    """One broken rule.

    `about` identifies it across two states of a programme: the rule and the rows it is about, not their times.
    """

    rule: str
    level: str
    sentence: str
    about: tuple
    forums: tuple = ()
    people: tuple = ()

    @property
    def remedy(self):
        """What to do about it."""
        return str(_rules[self.rule].remedy)

    @property
    def blocks_saving(self):
        return self.level == RuleLevel.BLOCK_SAVE

    @property
    def blocks_release(self):
        return self.level in (RuleLevel.BLOCK_SAVE, RuleLevel.BLOCK_RELEASE)


@dataclass(frozen=True)
class Rule:
    """A rule: its name, its usual level and parameter, the function that looks, and what to do about a finding."""

    key: str
    label: object
    level: str
    find: Callable
    remedy: object
    mended_on: str = MOVE
    number: int | None = None
    number_label: object = ""


@dataclass(frozen=True)
class Setting:
    level: str
    number: int | None


_rules: dict[str, Rule] = {}


def rule(key, label, level, *, remedy, mended_on=MOVE, number=None, number_label=""):
    """Register `find(programme, number)`, which yields (sentence, about, forums, people) of what is broken."""

    def register(find):
        _rules[key] = Rule(key, label, level, find, remedy, mended_on, number, number_label)
        return find

    return register


def rules():
    """Every rule by its key, in the order they are shown."""
    from forums.rules import content, people, rooms  # noqa: F401 (register themselves)

    return _rules


def settings_of(edition):
    """{rule: Setting} of an edition: its own rows, the usual ones for the rest."""
    own = {s.rule: s for s in RuleSetting.objects.filter(edition=edition)}
    found = {}
    for key, known in rules().items():
        row = own.get(key)
        number = row.number if row and row.number is not None else known.number
        found[key] = Setting(row.level if row else known.level, number)
    return found


def check(programme, settings):
    """Findings of a programme, the weightiest first. Rules without a setting are left out."""
    found = [
        Finding(key, settings[key].level, str(sentence), (key, *about), forums, people)
        for key, known in rules().items()
        if key in settings and settings[key].level != RuleLevel.OFF
        for sentence, about, forums, people in known.find(programme, settings[key].number)
    ]
    return sorted(found, key=lambda f: (_WEIGHT[f.level], list(_rules).index(f.rule), f.sentence))


@dataclass(frozen=True)
class Difference:
    """What a change causes and what it mends."""

    caused: tuple
    mended: tuple


def compare(before, after, settings):
    """The Difference between two programmes."""
    old = {f.about: f for f in check(before, settings)}
    new = {f.about: f for f in check(after, settings)}
    return Difference(
        caused=tuple(f for about, f in new.items() if about not in old),
        mended=tuple(f for about, f in old.items() if about not in new),
    )


def refuse_saving(difference):
    """ValidationError for each finding of a change that this edition does not let pass: what is wrong, what to do."""
    blocking = [f for f in difference.caused if f.blocks_saving]
    if blocking:
        raise ValidationError(
            [ValidationError(f"{f.sentence} {f.remedy}", code=f.rule) for f in blocking]
        )
