"""The agenda from tables: written once, moved, told apart, and what is refused."""

import pytest

from forums.models import Participation, RuleSetting, Session, SessionKind, Slot, Speaker
from tests.forums.factories import ForumFactory, SessionFactory
from tests.forums.imports.agendas import at, bring, gold, rows, send
from tests.lib.tables import csv_bytes

pytestmark = pytest.mark.django_db


def test_agenda_is_written_once(desk, forum):
    bring(desk, rows())
    session = Session.objects.get()
    slot = session.slots.get()
    assert (session.forum, session.title_zh, session.kind, session.order) == (
        forum,
        "示例演讲",
        SessionKind.PANEL,
        1,
    )
    assert (slot.starts_at, slot.ends_at, slot.room) == (at(4, 9), at(4, 9, 40), gold())
    part = Participation.objects.get()
    assert (part.session, part.speaker.name_zh, part.title_zh, part.affiliation_zh) == (
        session,
        "示例嘉宾",
        "院长",
        "示例大学",
    )
    again = send(desk, rows())
    assert [row.kind for row in again.context["preview"].rows] == ["same"]


def test_change_moves_the_slot_and_keeps_the_rest(desk, forum):
    bring(desk, rows())
    bring(desk, rows({"开始": "10:00", "结束": "10:30", "嘉宾": "示例嘉宾二"}))
    slot = Slot.objects.get()
    assert (slot.starts_at, slot.ends_at, slot.sequence) == (at(4, 10), at(4, 10, 30), 1)
    assert sorted(Speaker.objects.values_list("name_zh", flat=True)) == ["示例嘉宾", "示例嘉宾二"]
    assert Participation.objects.filter(session__slots=slot).count() == 2


def test_day_and_room_of_a_session(desk, forum):
    data = csv_bytes(
        [
            ["论坛", "环节", "日期", "时间", "会议室"],
            ["示例论坛", "示例", "7月5日", "9:00-9:30", "银厅"],
        ]
    )
    bring(desk, data)
    slot = Slot.objects.get()
    assert (slot.starts_at, slot.ends_at, slot.room.name_zh) == (at(5, 9), at(5, 9, 30), "银厅")


def test_one_title_twice_is_told_apart_by_its_time(desk, forum):
    first, second = SessionFactory.create_batch(2, forum=forum, title_zh="茶歇")
    for session, hour in ((first, 9), (second, 10)):
        Slot.objects.create(session=session, starts_at=at(4, hour), ends_at=at(4, hour, 15))
    head = ["论坛", "环节", "开始", "结束"]
    bring(desk, csv_bytes([head, ["示例论坛", "茶歇", "10:00", "10:20"]]))
    assert second.slots.get().ends_at == at(4, 10, 20)
    told = send(desk, csv_bytes([head, ["示例论坛", "茶歇", "11:00", "11:20"]]))
    assert first.code in str(told.context["preview"].rows[0].faults)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"论坛": "没有这个论坛"}, "forum"),
        ({"环节": "名" * 301}, "title_zh"),
        ({"形式": "歌舞"}, "kind"),
        ({"开始": "25:00"}, "start"),
        ({"结束": "8:59"}, "end"),
        ({"结束": ""}, "end"),
        ({"嘉宾": "a | b | c | d"}, "guests"),
    ],
)
def test_bad_cell_is_told_by_row_and_column_and_nothing_is_written(desk, forum, change, column):
    shown = send(desk, rows({"环节": "好的一行"}, change))
    faults = [
        (row.number, fault.column) for row in shown.context["preview"].rows for fault in row.faults
    ]
    assert faults == [(3, column)]
    assert not shown.context["preview"].is_possible
    assert not Session.objects.exists()


def test_day_without_a_part_is_refused(desk, forum):
    shown = send(
        desk,
        csv_bytes([["论坛", "环节", "日期", "时间"], ["示例论坛", "示例", "7月6日", "9:00-9:30"]]),
    )
    assert "2024-07-06" in str(shown.context["preview"].rows[0].faults)


def test_code_of_another_forums_session_stays_where_it_is(desk, forum):
    other = SessionFactory(
        forum=ForumFactory(edition=forum.edition, kind=forum.kind, title_zh="另一论坛")
    )
    shown = send(desk, csv_bytes([["编号", "论坛", "环节"], [other.code, "示例论坛", "改名"]]))
    assert [fault.column for fault in shown.context["preview"].rows[0].faults] == ["forum"]


@pytest.mark.parametrize("level", ["warn", "block_save"])
def test_an_agenda_longer_than_its_forum_is_said_at_its_row(desk, forum, edition, level):
    RuleSetting.objects.create(edition=edition, rule="outside-forum", level=level)
    data = rows({}, {"环节": "示例长谈", "开始": "9:40", "结束": "12:30"})
    [short, long] = send(desk, data).context["preview"].rows
    sentence = "“示例长谈”（7月4日 09:40–12:30）超出“示例论坛”的时间。"
    assert (short.notes, short.faults) == ([], [])
    if level == "warn":
        assert (long.kind, long.notes) == ("new", [sentence])
    else:
        assert (long.kind, [fault.text for fault in long.faults]) == ("faulty", [sentence])
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("level", "faults", "notes"), [("block_save", [1, 0], 0), ("warn", [0, 0], 1)]
)
def test_what_no_row_speaks_of_is_said_all_the_same(
    desk, forum, edition, monkeypatch, level, faults, notes
):
    RuleSetting.objects.create(edition=edition, rule="sessions-overlap", level=level)
    monkeypatch.setattr("forums.imports.ruled.Ruled._places", lambda self, rows: {})
    data = rows({}, {"环节": "示例长谈", "开始": "9:20", "结束": "11:30"})
    preview = send(desk, data).context["preview"]
    assert [len(row.faults) for row in preview.rows] == faults
    assert len([note for note in preview.notes if "示例长谈" in str(note)]) == notes
    assert preview.is_possible is (level == "warn")
