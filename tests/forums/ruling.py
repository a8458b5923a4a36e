"""Programmes as plain facts for the tests of the rules, a table of cases per rule, and rules made wrong on purpose."""

import ast
import inspect
import textwrap
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import NamedTuple

from forums.models import ForumState
from forums.rules import Programme, check
from forums.rules.engine import Setting, rules
from forums.rules.facts import ForumFacts, Item, Place, Span
from tests.forums.factories import at

A, B, C, D = 1, 2, 3, 4  # forums
HALL_1, HALL_2 = 21, 22
SMALL, LARGE, POSTERS, NEXT_DOOR = 31, 32, 33, 34
ANNA, BO = 41, 42
PLACES = (
    Place(SMALL, "Small room", 11, HALL_1, 50, False),
    Place(LARGE, "Large room", 11, HALL_2, 500, False),
    Place(POSTERS, "Posters", 11, HALL_1, None, True),
    Place(NEXT_DOOR, "Next door", 12, HALL_2, 500, False),
)
WALKS = {frozenset((HALL_1, HALL_2)): 10}

# How a second stretch of time can lie to one from 10:00 to 12:00, and whether the two are at once.
SHAPES = {
    "identical": ("10:00", "12:00", True),
    "nested": ("10:30", "11:00", True),
    "around": ("09:00", "13:00", True),
    "beginning together": ("10:00", "10:05", True),
    "ending together": ("11:55", "12:00", True),
    "over the end": ("11:59", "13:00", True),
    "over the beginning": ("09:00", "10:01", True),
    "touching after": ("12:00", "13:00", False),
    "touching before": ("09:00", "10:00", False),
    "apart": ("14:00", "15:00", False),
}


# --- Facts --------------------------------------------------------------------------------------


def forum(pk, **facts):
    usual = {
        "code": f"F{pk}", "title": f"Forum {pk}", "has_english": True, "state": ForumState.PUBLISHED, "theme": "",
        "language": "zh", "interpretation": "", "seats": 0, "seats_taken": 0, "is_online": False,
    }  # fmt: skip
    return ForumFacts(pk, **{**usual, **facts})


def part(pk, forum, starts="10:00", ends="12:00", room=LARGE):
    return Item("part", pk, forum, room, at(starts), at(ends))


def slot(pk, forum, starts, ends, room=LARGE, session=None):
    return Item("slot", pk, forum, room, at(starts), at(ends), f"Session {pk}", session or pk)


def span(starts, ends, person=ANNA, **more):
    return Span(person, at(starts), at(ends), **more)


def programme(*items, forums=(), **facts):
    """The plan of these items; forums that nothing is said about are bland ones."""
    used = {i.forum: forum(i.forum) for i in items} | {f.pk: f for f in forums}
    return Programme(
        edition=None,
        forums=used,
        parts=tuple(i for i in items if i.kind == "part"),
        slots=tuple(i for i in items if i.kind == "slot"),
        places={place.pk: place for place in PLACES},
        people_of=facts.pop("people_of", {}),
        names={ANNA: "Anna Sample", BO: "Bo Sample"},
        **facts,
    )


def on_lists(*forums, person=ANNA):
    """`people_of` for one person on the lists of these forums."""
    return {(pk, None): {person} for pk in forums}


def usual():
    return {key: Setting(known.level, known.number) for key, known in rules().items()}


# --- Cases --------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A programme and what one rule has to say about it: the rows it is about, in any order."""

    name: str
    plan: Programme
    expected: tuple = ()
    number: int | None = None


def shaped(plan_of, about):
    """A case for every shape: `plan_of(starts, ends)` breaks the rule for `about` when the two are at once."""
    return [
        Case(name, plan_of(starts, ends), (about,) if is_broken else ())
        for name, (starts, ends, is_broken) in SHAPES.items()
    ]


def said(rule, case):
    """What the rule says about the case's programme."""
    setting = usual()[rule]
    if case.number is not None:
        setting = replace(setting, number=case.number)
    plan = replace(case.plan)  # a fresh one remembers nothing of an earlier look
    return tuple(sorted((f.about[1:] for f in check(plan, {rule: setting})), key=repr))


def is_right(rule, case):
    return said(rule, case) == tuple(sorted(case.expected, key=repr))


def listed(tables):
    """[(rule, case)] with readable ids, for parametrize."""
    import pytest

    return [
        pytest.param(rule, case, id=f"{rule}: {case.name}")
        for rule, cases in tables.items()
        for case in cases
    ]


# --- Rules made wrong ---------------------------------------------------------------------------


class Wrong(NamedTuple):
    """A rule with one place of its code changed: `where` is module.function or module.Class.name in forums.rules."""

    rule: str
    where: str
    old: str
    new: str


def make_wrong(monkeypatch, wrong):
    """Put the changed code in the place of the right one, for the length of a test."""
    module, *path = wrong.where.split(".")
    module = import_module(f"forums.rules.{module}")
    owner = getattr(module, path[0]) if len(path) == 2 else module
    right = vars(owner)[path[-1]]
    code = right.func if isinstance(right, cached_property) else right
    changed = _changed(module, code, wrong)
    if isinstance(right, cached_property):
        changed = cached_property(changed)
        changed.__set_name__(owner, path[-1])
    if owner is not module:
        return monkeypatch.setattr(owner, path[-1], changed)
    for name in ("reading", "rooms", "people", "content"):
        user = import_module(f"forums.rules.{name}")
        if vars(user).get(path[-1]) is right:
            monkeypatch.setattr(user, path[-1], changed)
    for key, known in rules().items():
        if known.find is right:
            monkeypatch.setitem(rules(), key, replace(known, find=changed))
    return None


def _changed(module, function, wrong):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []  # it is registered already
    source = ast.unparse(tree)
    assert source.count(wrong.old) == 1, f"{wrong.where} does not say {wrong.old} once"
    tree = ast.parse(source.replace(wrong.old, wrong.new))
    names: dict = {}
    exec(compile(tree, wrong.where, "exec"), vars(module), names)
    return names[function.__name__]
