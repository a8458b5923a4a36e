"""Levels of the rules, and what a move causes and mends before anybody saves it."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from forums.models import RuleLevel
from forums.rules import check, compare
from forums.rules.engine import Difference, Setting, refuse_saving, rules
from tests.forums.rule_cases import CASES, WRONG
from tests.forums.ruling import LARGE, SMALL, A, B, forum, part, programme, slot, usual

# What a level stops: saving, a release. A rule that is off says nothing at all.
STOPS = {"block_save": {(True, True)}, "block_release": {(False, True)}, "warn": {(False, False)}, "off": set()}  # fmt: skip


def test_every_rule_has_its_cases_and_a_wrong_variant():
    assert set(CASES) == {w.rule for w in WRONG} == set(rules())
    assert all(any(c.expected for c in cases) and not all(c.expected for c in cases) for cases in CASES.values() if len(cases) > 1)  # fmt: skip


@pytest.mark.parametrize("level", RuleLevel.values)
@pytest.mark.parametrize("rule", CASES)
def test_every_rule_at_every_level(rule, level):
    case = next(case for case in CASES[rule] if case.expected)
    number = usual()[rule].number if case.number is None else case.number
    findings = check(case.plan, {rule: Setting(level, number)})
    assert {(f.blocks_saving, f.blocks_release) for f in findings} == STOPS[level]
    assert len(findings) == (0 if level == "off" else len(case.expected))
    caused = Difference(tuple(findings), ())
    if level != RuleLevel.BLOCK_SAVE:
        refuse_saving(caused)
        return
    with pytest.raises(ValidationError) as refusal:
        refuse_saving(caused)
    assert {error.code for error in refusal.value.error_list} == {rule}
    assert refusal.value.messages == [f"{f.sentence} {rules()[rule].remedy}" for f in findings]


@pytest.fixture
def clashing():
    return programme(part(1, A, "10:00", "12:00"), part(2, B, "11:00", "13:00"))


def test_a_rule_that_is_off_says_nothing(clashing):
    settings = usual()
    assert [f.rule for f in check(clashing, settings)] == ["room-taken"]
    settings["room-taken"] = Setting(RuleLevel.OFF, None)
    assert check(clashing, settings) == []


def test_the_weightiest_findings_come_first(clashing):
    plan = replace(clashing, forums={A: forum(A, has_english=False), B: forum(B)})
    assert [f.level for f in check(plan, usual())] == [RuleLevel.BLOCK_SAVE, RuleLevel.WARN]


def test_a_move_says_what_it_causes_and_mends_before_it_is_saved(clashing):
    moved = clashing.moved(part(2, B, "12:00", "13:00", SMALL))
    assert [i.room for i in clashing.parts] == [LARGE, LARGE]  # the plan itself is as it was
    difference = compare(clashing, moved, usual())
    assert ([f.rule for f in difference.mended], difference.caused) == (["room-taken"], ())
    back = compare(moved, clashing, usual())
    assert [f.rule for f in back.caused] == ["room-taken"]


def test_a_finding_keeps_its_identity_when_times_change(clashing):
    later = clashing.moved(part(2, B, "11:30", "13:30"))
    assert compare(clashing, later, usual()).caused == ()


def test_only_what_blocks_saving_refuses(clashing):
    free = clashing.moved(part(2, B, "12:00", "13:00"))
    with pytest.raises(ValidationError) as refusal:
        refuse_saving(compare(free, clashing, usual()))
    assert [e.code for e in refusal.value.error_list] == ["room-taken"]
    refuse_saving(compare(clashing, free, usual()))  # a turnover of no minutes only warns


def test_a_new_item_joins_the_plan():
    plan = programme(part(1, A, "10:00", "12:00"), forums=[forum(B)])
    moved = plan.moved(part(0, B, "10:00", "12:00"), slot(0, B, "10:00", "10:30"))
    assert (len(moved.parts), len(moved.slots)) == (2, 1)
    assert [f.rule for f in check(moved, usual())] == ["room-taken"]


def test_sentences_are_in_the_readers_language(clashing):
    with translation.override("zh-hans"):
        chinese = check(clashing, usual())[0].sentence
    with translation.override("en"):
        english = check(clashing, usual())[0].sentence
    assert "need the same room" in english
    assert "同一会议室" in chinese
