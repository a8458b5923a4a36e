"""Search within Chinese words, titles above text, no query that breaks it."""

import pytest

from tests.lib.factories import EditionFactory
from waic.editions.models import SearchEntry
from waic.editions.search import Findable, forget, index
from waic.lib.search import words

pytestmark = pytest.mark.django_db

ROWS = [
    Findable(
        "forum", "AAAAAA", "具身智能产业发展论坛", "Embodied intelligence forum", body="人形机器人"
    ),
    Findable("forum", "BBBBBB", "大模型安全论坛", "Large model safety", body="也谈具身智能"),
    Findable("speaker", "CCCCCC", "姚期智", "Andrew Yao", "清华大学 教授"),
    Findable("exhibitor", "DDDDDD", "商汤科技", "SenseTime", body="大模型"),
    Findable("exhibit", "EEEEEE", "日日新大模型体系5.0", "", "商汤科技", "SenseTime"),
]


@pytest.fixture(autouse=True)
def entries(db):
    edition = EditionFactory()
    index(edition, ROWS)
    return edition


def found(text):
    return [entry.code for entry in SearchEntry.objects.matching(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("具身智能", "AAAAAA"), ("具身", "AAAAAA"), ("身智", "AAAAAA"), ("姚期智", "CCCCCC"), ("期智", "CCCCCC"), ("SenseTime", "DDDDDD"),
        ("sensetime", "DDDDDD"), ("ＳｅｎｓｅＴｉｍｅ", "DDDDDD"), ("Sense", "DDDDDD"), ("embodied", "AAAAAA"), ("清华", "CCCCCC"), ("大模型 论坛", "BBBBBB"),
    ],
)  # fmt: skip
def test_finds_within_words(text, first):
    assert found(text)[0] == first


def test_titles_come_before_text():
    assert found("具身智能") == ["AAAAAA", "BBBBBB"]
    assert found("大模型")[:2] in (["BBBBBB", "EEEEEE"], ["EEEEEE", "BBBBBB"])
    assert found("大模型")[-1] == "DDDDDD"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "'",
        "a' & b",
        "!:*",
        "\\",
        "%",
        "_",
        "()",
        "🤖",
        "x" * 5000,
        "的",
        "<script>",
        "'; DROP TABLE",
    ],
)
def test_nonsense_breaks_nothing(text):
    assert isinstance(found(text), list)


def test_a_percent_sign_is_no_wildcard():
    assert found("%") == []
    assert found("_") == []


def test_indexing_again_renews_and_forgetting_removes(entries):
    index(entries, [Findable("forum", "AAAAAA", "另一个标题")])
    assert found("具身智能") == ["BBBBBB"]
    assert found("另一个标题") == ["AAAAAA"]
    forget(entries, "forum", ["AAAAAA"])
    assert found("另一个标题") == []


def test_words_are_folded():
    assert "5.0" in words("５．０") or "5" in words("５．０")
    assert words("！？。") == []
