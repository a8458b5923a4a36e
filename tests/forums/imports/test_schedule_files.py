"""Whole schedules of pretalx and frab, through the desk's pages."""

import json

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from forums.feeds.schedule import json_document, xml_document
from forums.imports.place import KnownPlaces
from forums.imports.schedule_files import is_schedule, schedule_of
from forums.models import Forum, Participation, Session, Slot
from forums.operations.forums import publish_forum
from tests.forums.factories import SessionFactory, SpeakerFactory
from tests.forums.imports.agendas import HEAD, ROW, at, bring, gold, page, send
from tests.lib.factories import UserFactory
from tests.lib.tables import csv_bytes

pytestmark = pytest.mark.django_db


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
