"""Speakers from a table: who is meant, and where they are announced."""

import pytest
from django.core.exceptions import ValidationError

from forums.imports.forum import ForumImport
from forums.imports.speaker import SpeakerImport
from forums.models import Speaker
from tests.forums.imports.sending import HEAD, ROW, confirm, counts, faults, import_, send
from tests.lib.factories import OrganisationFactory, UserFactory
from tests.lib.tables import csv_bytes

pytestmark = pytest.mark.django_db


PERSON = ["姓名", "职务", "单位"]


def test_speakers_are_told_apart_by_affiliation(desk):
    import_(desk, [PERSON, ["示例", "教授", "甲大学"]], "speaker")
    shown = send(desk, [PERSON, ["示例", "教授", "乙大学"]], "speaker")
    row = shown.context["preview"].rows[0]
    assert row.kind == "new"
    assert Speaker.objects.get().code in row.notes[0]
    confirm(desk, shown)
    assert Speaker.objects.count() == 2
    shown = send(desk, [["姓名", "简介"], ["示例", "…"]], "speaker")
    assert "甲大学" in faults(shown)[0][1]


def test_speaker_is_changed_by_code_and_the_same_file_twice_changes_nothing(desk):
    import_(desk, [PERSON, ["示例", "教授", "甲大学"]], "speaker")
    code = Speaker.objects.get().code
    rows = [["编号", *PERSON], [code.lower(), "示例改", "院长", "乙大学"]]
    import_(desk, rows, "speaker")
    speaker = Speaker.objects.get()
    assert (speaker.code, speaker.name_zh, speaker.affiliation_zh) == (code, "示例改", "乙大学")
    assert counts(send(desk, rows, "speaker")) == {"same": 1}


def test_one_person_in_two_forums_is_one_speaker_with_two_announcements(desk):
    import_(desk, [HEAD, [*ROW[:8], ""], ["示例二", "行业论坛", *[""] * 7]])
    rows = [
        [*PERSON, "论坛", "角色", "荣誉"],
        ["示例", "教授", "甲大学", "示例论坛", "主持", "图灵奖"],
        ["示例", "院长", "甲大学", "示例二", "演讲", "中国科学院院士"],
    ]  # fmt: skip
    import_(desk, rows, "speaker")
    speaker = Speaker.objects.get()
    announced = speaker.participations.order_by("pk").values_list(
        "forum__title_zh", "title_zh", "role"
    )
    assert list(announced) == [("示例论坛", "教授", "moderator"), ("示例二", "院长", "speaker")]
    assert set(speaker.honours.values_list("kind", flat=True)) == {"turing", "academician"}
    assert counts(send(desk, rows, "speaker")) == {"same": 2}


def test_rows_that_contradict_each_other_are_refused(desk):
    import_(desk, [HEAD, [*ROW[:8], ""]])
    rows = [
        ["姓名", "单位", "国家", "论坛"],
        ["示例", "甲大学", "中国", ""],
        ["示例", "甲大学", "法国", "示例论坛"],
    ]
    assert [column for column, _text in faults(send(desk, rows, "speaker"))] == ["country"]


@pytest.mark.parametrize(
    ("head", "cell", "column"),
    [("论坛", "没有的论坛", "forum"), ("角色", "主持", "role"), ("荣誉", "三好学生", "honours"), ("邮箱", "not an address", "email"),
     ("国家", "亚特兰蒂斯", "country"), ("编号", "ZZZZZZ", "code")],
)  # fmt: skip
def test_bad_cell_of_a_speaker_is_named(desk, head, cell, column):
    assert [c for c, _text in faults(send(desk, [["姓名", head], ["示例", cell]], "speaker"))] == [
        column
    ]


def test_latin_name_becomes_the_english_one(desk):
    import_(desk, [PERSON, ["Sample Guest", "Professor", "Sample University"]], "speaker")
    speaker = Speaker.objects.get()
    assert (speaker.name_zh, speaker.name_en) == ("", "Sample Guest")


def test_import_stops_at_the_rules_of_the_model(edition):
    work = SpeakerImport("2024", UserFactory())
    with pytest.raises(ValidationError):
        work.save(Speaker(edition=edition))


def test_number_of_queries_does_not_grow_with_what_is_known(desk, django_assert_max_num_queries):
    """A row that is there already costs its savepoint and no look into the database."""
    rows = [HEAD, *([f"示例{n}", "行业论坛", "7月4日", *[""] * 6] for n in range(30))]
    import_(desk, rows)
    for n in range(30):
        OrganisationFactory(name_zh=f"示例背景{n}")
    work = ForumImport("2024", desk.person)
    with django_assert_max_num_queries(2 * 30):
        assert work.carry_out(csv_bytes(rows)).counts["same"] == 30
