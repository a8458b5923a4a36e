"""Rows of forums: what a cell may hold, which forum is meant, what stays."""

from datetime import datetime, timedelta

import pytest

from forums.imports.columns import FORUM_COLUMNS
from forums.models import Forum, ForumKind, ForumPart, RuleLevel, RuleSetting, Speaker
from tests.forums.imports.sending import HEAD, ROW, confirm, counts, faults, import_, send
from tests.lib.factories import EditionFactory
from tests.lib.tables import xlsx_bytes
from waic.accounts.models import Organisation
from waic.lib import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("类型", "产业论坛", "行业论坛"),
        ("会议室", "金亭", "金厅"),
        ("场馆", "示例中欣", "示例中心"),
        ("日期", "下周四", "2024-07-04"),
        ("日期", "2025-07-04", "2024"),
        ("开始时间", "一点半", "13:30"),
        ("结束时间", "13:00", ""),
        ("结束时间", "", ""),
        ("嘉宾", "甲 | 乙 | 丙 | 丁", "|"),
        ("嘉宾", "示例嘉宾 | 院长\n示例嘉宾 | 主任", "同一人"),
        ("论坛名称", "长" * 301, "300"),
    ],
)
def test_bad_cell_is_named_by_row_and_column(desk, column, value, says):
    row = list(ROW)
    row[HEAD.index(column)] = value
    shown = send(desk, [HEAD, row])
    fault = shown.context["preview"].rows[0].faults[0]
    names = {c.name: c for c in FORUM_COLUMNS}
    assert column in names[fault.column].heads
    assert says in fault.text
    assert fault.text in shown.content.decode().replace("&lt;", "<")
    assert shown.context["preview"].rows[0].number == 2


def test_new_forum_needs_title_and_kind(desk):
    shown = send(desk, [["论坛名称", "日期"], ["示例论坛", "7月4日"]])
    assert [column for column, _text in faults(shown)] == ["kind"]


def test_taken_room_is_refused_by_the_name_of_the_other_forum(desk):
    import_(desk, [HEAD, ROW])
    shown = send(desk, [HEAD, ["示例二", *ROW[1:7], "", ""]])
    [(column, text)] = faults(shown)
    assert column == "room"
    assert "示例论坛" in text


def test_two_rows_of_one_file_cannot_have_one_room(desk):
    shown = send(desk, [HEAD, ROW, ["示例二", *ROW[1:7], "", ""]])
    assert [column for column, _text in faults(shown)] == ["room"]


def test_the_same_forum_twice_in_a_file_is_refused_by_row(desk):
    [(_column, text)] = faults(send(desk, [HEAD, ROW, ROW]))
    assert "2" in text


def test_code_of_another_edition_is_not_known(desk, edition):
    other = EditionFactory(year=2025, is_current=False)
    kind = ForumKind.objects.create(edition=other, key="industry", name_zh="行业论坛", name_en="x")
    foreign = Forum.objects.create(edition=other, kind=kind, title_zh="别届")
    shown = send(desk, [["编号", "论坛名称"], [foreign.code, "改名"]])
    assert [column for column, _text in faults(shown)] == ["code"]


def test_empty_cell_leaves_and_dash_empties(desk):
    import_(desk, [[*HEAD, "英文名称", "主题"], [*ROW, "Sample forum", "示例主题"]])
    import_(desk, [["论坛名称", "英文名称", "主题"], ["示例论坛", "", "-"]])
    forum = Forum.objects.get()
    assert (forum.title_en, forum.theme) == ("Sample forum", "")


def test_organisations_are_replaced_and_guests_only_added(desk):
    import_(desk, [HEAD, ROW])
    import_(
        desk,
        [
            ["论坛名称", "主办单位", "嘉宾"],
            ["示例论坛", "示例单位乙；示例单位丙", "另一位 | 教授 | 示例大学"],
        ],
    )
    forum = Forum.objects.get()
    hosts = forum.forum_organisations.order_by("order").values_list(
        "organisation__name_zh", flat=True
    )
    assert list(hosts) == ["示例单位乙", "示例单位丙"]
    assert set(forum.participations.values_list("speaker__name_zh", flat=True)) == {
        "示例嘉宾",
        "另一位",
    }
    assert Organisation.objects.filter(name_zh="示例单位乙").count() == 1


def test_forum_with_several_parts_keeps_them(desk):
    import_(desk, [HEAD, ROW])
    forum = Forum.objects.get()
    later = forum.starts_at + timedelta(days=1)
    ForumPart.objects.create(forum=forum, starts_at=later, ends_at=later + timedelta(hours=1))
    assert counts(send(desk, [HEAD, ROW])) == {"same": 1}
    shown = send(desk, [["论坛名称", "开始时间"], ["示例论坛", "09:00"]])
    assert [column for column, _text in faults(shown)] == ["start"]


def test_seats_do_not_fall_below_what_is_booked(desk):
    import_(desk, [[*HEAD, "座位"], [*ROW, "20"]])
    Forum.objects.update(seats_taken=12)
    [(column, text)] = faults(send(desk, [["论坛名称", "座位"], ["示例论坛", "10"]]))
    assert column == "seats"
    assert "12" in text
    import_(desk, [["论坛名称", "座位"], ["示例论坛", "12"]])
    assert Forum.objects.get().seats_taken == 12


def test_venue_and_room_in_one_word_and_a_span_of_time_are_understood(desk):
    import_(
        desk,
        [
            ["论坛名称", "类型", "日期", "时间", "地点"],
            ["示例论坛", "industry", "2024-07-05", "9:00-11:30", "示例中心金厅"],
        ],
    )
    part = ForumPart.objects.get()
    assert (part.room.name_zh, part.starts_at.astimezone(clock.ZONE).hour) == ("金厅", 9)


def test_excel_dates_times_and_full_width_text_are_read(desk):
    when = datetime(2024, 7, 4)
    rows = [
        ["论坛名称", "类型", "日期", "开始时间", "结束时间"],
        ["　ＡＩ论坛：示例　", "行业论坛", when, when.replace(hour=9).time(), "１１：００"],
    ]
    shown = send(desk, None, name="rows.xlsx", data=xlsx_bytes(rows))
    confirm(desk, shown)
    forum = Forum.objects.get()
    assert forum.title_zh == "AI论坛：示例"
    assert forum.ends_at == datetime(2024, 7, 4, 11, 0, tzinfo=clock.ZONE)


def test_one_person_under_two_names_in_one_cell_is_refused_by_both(desk, edition):
    Speaker.objects.create(edition=edition, name_zh="示例嘉宾", name_en="Sample Guest")
    shown = send(desk, [HEAD, [*ROW[:8], "示例嘉宾 | 院长\nSample Guest | Dean"]])
    assert faults(shown) == [
        ("guests", "“示例嘉宾 | 院长”与“Sample Guest | Dean”是同一人，请只保留其中一行。")
    ]


# --- What the rules say -------------------------------------------------------------------------


def notes(shown):
    return {row.number: row.notes for row in shown.context["preview"].rows if row.notes}


def test_what_a_file_causes_is_said_at_its_row_before_it_is_written(desk, edition):
    head, first = [*HEAD, "语言"], [*ROW[:6], "金厅", "", "示例嘉宾", "zh"]
    import_(desk, [head, first])
    second = ["示例二", *ROW[1:6], "银厅", "", "示例嘉宾", "en"]
    shown = send(desk, [head, first, second, ["示例三", "行业论坛", *[""] * 8]])
    assert notes(shown) == {
        3: ["“示例二”使用语言 en，尚未安排口译。", "示例嘉宾 同时在“示例论坛”和“示例二”（7月4日 13:30–17:00）。"],
    }  # fmt: skip
    assert "其中 1 行有备注" in shown.text
    confirm(desk, shown)
    assert Forum.objects.count() == 3


def test_what_an_edition_refuses_to_save_is_a_fault_of_its_row(desk, edition):
    RuleSetting.objects.create(edition=edition, rule="person-twice", level=RuleLevel.BLOCK_SAVE)
    rows = [["示例二", *ROW[1:6], "银厅", "", "示例嘉宾"], [*ROW[:8], "示例嘉宾"]]
    shown = send(desk, [HEAD, *rows])
    assert counts(shown) == {"faulty": 1, "new": 1}
    [(_column, text)] = faults(shown)
    assert text.startswith("示例嘉宾 同时在")
    confirm(desk, shown)
    assert not Forum.objects.exists()
