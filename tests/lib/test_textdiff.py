"""Where two texts differ: in pieces one can read, bounded, and never as markup of the text's own."""

import pytest

from waic.lib.textdiff import LONGEST_SAME, marked, pieces


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "示例", [("new", "示例")]),
        ("示例", "", [("gone", "示例")]),
        ("示例", "示例", [("same", "示例")]),
        ("示例论坛旧名", "示例论坛新名", [("same", "示例论坛"), ("gone", "旧"), ("new", "新"), ("same", "名")]),
        ("a sample talk", "a simple talk", [("same", "a "), ("gone", "sample"), ("new", "simple"), ("same", " talk")]),
        ("论坛甲乙丙丁", "完全是另一段话", [("gone", "论坛甲乙丙丁"), ("new", "完全是另一段话")]),
    ],
)  # fmt: skip
def test_words_and_characters_are_the_pieces(before, after, found):
    assert pieces(before, after) == found


def test_what_is_long_and_the_same_is_folded_and_what_is_too_long_is_told_whole():
    same = "甲" * (LONGEST_SAME + 1)
    [(kind, folded), *rest] = pieces(f"{same}乙", f"{same}丙")
    assert (kind, len(folded) < LONGEST_SAME, rest) == ("same", True, [("gone", "乙"), ("new", "丙")])  # fmt: skip
    one, other = "甲乙" * 2000, "丙甲" * 2000
    assert [kind for kind, _text in pieces(one, other)] == ["gone", "new"]


def test_markup_of_a_text_stays_text():
    assert marked(pieces("<b>", "<i>")) == "&lt;<del>b</del><ins>i</ins>&gt;"
