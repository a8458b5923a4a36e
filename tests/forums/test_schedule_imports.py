"""The agenda from tables, and whole schedules of pretalx and frab, through the desk's pages."""

import json
from datetime import date, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse

from forums.feeds.schedule import json_document, xml_document
from forums.imports.place import KnownPlaces
from forums.imports.schedule_files import is_schedule, schedule_of
from forums.models import Forum, ForumKind, Participation, Session, SessionKind, Slot, Speaker
from forums.operations.forums import publish_forum
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    PartFactory,
    RoomFactory,
    SessionFactory,
    SpeakerFactory,
    VenueFactory,
)
from tests.lib.factories import EditionFactory, UserFactory
from tests.lib.tables import csv_bytes, upload
from waic.lib import clock

pytestmark = pytest.mark.django_db
HEAD = ["论坛", "环节", "形式", "开始", "结束", "嘉宾"]
ROW = ["示例论坛", "示例演讲", "圆桌", "9:00", "9:40", "示例嘉宾 | 院长 | 示例大学"]


def at(day, hour, minute=0):
    return datetime(2024, 7, day, hour, minute, tzinfo=clock.ZONE)


@pytest.fixture
def edition():
    edition = EditionFactory(year=2024, starts_on=date(2024, 7, 4), ends_on=date(2024, 7, 6))
    venue = VenueFactory(edition=edition)
    for name, english in (("金厅", "Gold Hall"), ("银厅", "Silver Hall")):
        RoomFactory(venue=venue, name_zh=name, name_en=english)
    ForumKindFactory(edition=edition, key="industry")
    return edition


@pytest.fixture
def forum(edition):
    """A forum on two mornings in the gold hall; another edition has one of the same name."""
    ForumFactory(edition=EditionFactory(year=2023), title_zh="示例论坛")
    forum = ForumFactory(
        edition=edition, kind=ForumKind.objects.get(edition=edition), title_zh="示例论坛"
    )
    for day in (4, 5):
        PartFactory(forum=forum, room=gold(), starts_at=at(day, 9), ends_at=at(day, 12))
    return forum


def gold():
    return RoomFactory._meta.model.objects.get(name_zh="金厅")


@pytest.fixture
def desk(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return client


def page(model, name="import_rows", **kwargs):
    return reverse(f"admin:forums_{model}_{name}", kwargs=kwargs)


def send(client, data, model="session", name="rows.csv"):
    """Upload a file; the preview, or the upload page that says why there is none."""
    answer = client.post(page(model), {"scope": "2024", "file": upload(data, name)})
    return client.get(answer.headers["Location"]) if answer.status_code == 302 else answer


def bring(client, data, model="session", name="rows.csv"):
    """Upload, confirm, and the page of what was done."""
    shown = send(client, data, model, name)
    assert shown.context["preview"].is_possible, [
        row.faults for row in shown.context["preview"].rows
    ]
    return client.post(shown.wsgi_request.path, {"do": "import"}, follow=True)


def rows(*changes):
    """One row for each dict of changed cells; one plain row without any."""
    body = [
        [change.get(head, cell) for head, cell in zip(HEAD, ROW, strict=True)]
        for change in changes or ({},)
    ]
    return csv_bytes([HEAD, *body])


# --- Tables -------------------------------------------------------------------------------------


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


# --- Schedules ----------------------------------------------------------------------------------


def pretalx(**changes):
    """A schedule as pretalx exports it; the second event says no zone."""
    talk = {
        "guid": "5b6b3c8e-0000-5000-8000-000000000001", "id": 1, "date": "2024-07-04T01:00:00+00:00", "start": "09:00", "duration": "00:40",
        "room": "Gold Hall", "slug": "x-1-a", "title": "Sample talk", "subtitle": "", "track": "Sample track", "type": "Talk", "language": "en",
        "abstract": "What it is about.", "persons": [{"id": 1, "public_name": "Sample Guest"}, {"id": 2, "name": "示例嘉宾"}], **changes,
    }  # fmt: skip
    panel = {
        **talk,
        "id": 2,
        "date": None,
        "start": "10:00",
        "duration": "1:00",
        "title": "示例圆桌",
        "type": "Panel",
        "persons": [],
        "abstract": "内容",
    }
    day = {"index": 1, "date": "2024-07-04", "rooms": {"Gold Hall": [talk, panel]}}
    return json.dumps(
        {"schedule": {"version": "1", "conference": {"title": "示例大会", "days": [day]}}}
    ).encode()


FRAB = """<?xml version="1.0" encoding="UTF-8"?>
<schedule><conference><title>示例大会</title></conference>
<day index="1" date="2024-07-04"><room name="银厅"><event guid="a" id="7">
<date>2024-07-04T14:00:00+08:00</date><start>14:00</start><duration>00:30</duration><room>银厅</room><title>示例 &amp; 报告</title>
<track/><type>lecture</type><language>zh</language><abstract/><description>说明</description>
<persons><person id="3">示例嘉宾</person></persons></event></room></day></schedule>"""


def test_a_schedule_of_pretalx_becomes_forums_and_their_agenda(desk, edition):
    bring(desk, pretalx(), "forum", "schedule.json")
    forum = Forum.objects.get()
    assert (forum.title_zh, forum.title_en, forum.starts_at, forum.ends_at) == (
        "Sample track",
        "Sample track",
        at(4, 9),
        at(4, 11),
    )
    assert forum.parts.get().room == gold()
    bring(desk, pretalx(), "session", "schedule.json")
    talk, panel = Session.objects.order_by("order")
    assert (talk.title_zh, talk.kind, talk.language, talk.abstract_en) == (
        "Sample talk",
        "speech",
        "en",
        "What it is about.",
    )
    assert (panel.title_zh, panel.title_en, panel.kind, panel.abstract_zh) == (
        "示例圆桌",
        "",
        "panel",
        "内容",
    )
    assert [s.slots.get().starts_at for s in (talk, panel)] == [at(4, 9), at(4, 10)]
    assert [p.speaker.name_en or p.speaker.name_zh for p in talk.participations.all()] == [
        "Sample Guest",
        "示例嘉宾",
    ]
    for model in ("forum", "session"):
        again = send(desk, pretalx(), model, "schedule.json").context["preview"]
        assert {row.kind for row in again.rows} == {"same"}


def test_a_schedule_of_frab_is_read(desk, edition):
    bring(desk, FRAB.encode(), "forum", "schedule.xml")
    bring(desk, FRAB.encode(), "session", "schedule.xml")
    session = Session.objects.get()
    assert (session.forum.title_zh, session.title_zh, session.abstract_zh) == (
        "示例大会",
        "示例 & 报告",
        "说明",
    )
    assert session.slots.get().room.name_zh == "银厅"


def test_our_own_feeds_are_read_back(forum):
    """What the site publishes, another edition of it can read."""
    session = SessionFactory(forum=forum, title_zh="示例演讲")
    Slot.objects.create(session=session, room=gold(), starts_at=at(4, 9), ends_at=at(4, 9, 30))
    Participation.objects.create(
        forum=forum,
        session=session,
        speaker=SpeakerFactory(edition=forum.edition, name_zh="示例嘉宾"),
    )
    publish_forum(forum, by=UserFactory())
    from forums.feeds.schedule import _days

    days = _days(forum.edition)
    for data in (
        json.dumps(json_document(forum.edition, days)),
        "".join(xml_document(forum.edition, days)),
    ):
        _type, _title, events = schedule_of(data.encode())
        talk = next(event for event in events if event.title == "示例演讲")
        assert (talk.starts, talk.ends, talk.people) == (at(4, 9), at(4, 9, 30), ["示例嘉宾"])
        assert KnownPlaces(forum.edition).room(talk.room, None) == gold()


def test_a_track_in_two_rooms_is_two_forums(desk, edition):
    document = json.loads(pretalx())
    rooms = document["schedule"]["conference"]["days"][0]["rooms"]
    rooms["Silver Hall"] = [{**rooms["Gold Hall"][0], "room": "Silver Hall"}]
    bring(desk, json.dumps(document).encode(), "forum", "schedule.json")
    assert sorted(Forum.objects.values_list("title_zh", flat=True)) == [
        "Sample track · 07-04 Gold Hall",
        "Sample track · 07-04 Silver Hall",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"{}", b"{", b"<html></html>", b"<schedule>", b"<schedule/>", b'{"schedule": {"conference": {"days": 5}}}', b"[" * 5,
        b"{" * 100_000, b'<!DOCTYPE x [<!ENTITY a "b">]><schedule>&a;</schedule>', "<schedule/>".encode("utf-16-le"),
        pretalx(duration="soon"), pretalx(date="yesterday"), pretalx(duration="999999999:00"), pretalx(date="9999-12-31T23:59:00+00:00"),
    ],
)  # fmt: skip
def test_what_is_no_schedule_gets_a_sentence(desk, edition, data):
    answer = send(desk, data, "session", "schedule.json")
    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]


def test_unknown_room_is_told_by_its_row(desk, edition):
    shown = send(desk, pretalx(room="没有的厅"), "forum", "schedule.json").context["preview"]
    assert [fault.column for row in shown.rows for fault in row.faults] == ["room"]


def test_a_table_is_no_schedule():
    assert not is_schedule(csv_bytes([HEAD, ROW]))
    assert is_schedule(b"\xef\xbb\xbf \n{")
    with pytest.raises(ValidationError):
        schedule_of(b"{}")


def test_only_the_programme_desk_imports(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="exhibition"))
    client.force_login(person)
    assert client.get(page("session")).status_code in (302, 403)
