"""The unified social credit code: its shape and its check digit (GB 32100-2015)."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from waic.accounts.credit_code import ALPHABET, check_credit_code, check_digit

EXAMPLE = "91350100M000100Y43"  # the standard's own example


def refusal_of(code):
    try:
        check_credit_code(code)
    except ValidationError as refusal:
        return refusal.code
    return None


codes = st.builds(
    lambda head, region, body: head + region + body + check_digit(head + region + body),
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_the_example_of_the_standard_is_right():
    assert check_digit(EXAMPLE) == "3"
    assert refusal_of(EXAMPLE) is None


@pytest.mark.parametrize("typed", [EXAMPLE.lower(), f" {EXAMPLE}\t"])
def test_case_and_blanks_around_do_not_matter(typed):
    assert refusal_of(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["", EXAMPLE[:-1], EXAMPLE + "0", EXAMPLE.replace("M", "I"), EXAMPLE.replace("M", "O"), "９" + EXAMPLE[1:], "示例" * 9,
     EXAMPLE + "\n" + EXAMPLE, EXAMPLE[:2] + "M" + EXAMPLE[3:], "\0" * 18],
)  # fmt: skip
def test_another_shape_is_told_apart(typed):
    assert refusal_of(typed) == "credit_code_shape"


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code, place, other):
    wrong = code[:place] + other + code[place + 1 :]
    expected = {None} if wrong == code else {"credit_code_check", "credit_code_shape"}
    assert refusal_of(wrong) in expected


@given(codes, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_noticed(code, place):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (refusal_of(wrong) is None) == (wrong == code)
