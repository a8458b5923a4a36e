"""Every rule, case by case; and each rule made wrong is caught by one of its cases."""

import pytest

from tests.forums.rule_cases import CASES, WRONG
from tests.forums.ruling import is_right, listed, make_wrong, said


@pytest.mark.parametrize(("rule", "case"), listed(CASES))
def test_rule_case_by_case(rule, case):
    assert said(rule, case) == tuple(sorted(case.expected, key=repr))


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: f"{w.rule}: {w.new}")
def test_the_cases_catch_a_wrong_rule(monkeypatch, wrong):
    make_wrong(monkeypatch, wrong)
    assert not all(is_right(wrong.rule, case) for case in CASES[wrong.rule])
