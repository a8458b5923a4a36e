"""Calendars (RFC 5545): entries that move and cancel, lines that every client can read."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from forums.models import Slot, StreamLink
from forums.operations.forums import cancel_forum, place_part, withdraw_publication
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    SpeakerFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory
from waic.lib import clock, pagecache

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

ALL = "/2024/programme/schedule.ics"


@pytest.fixture
def forum():
    """A forum with one timed session."""
    forum = published_forum(RoomFactory(), title_zh="示例论坛", title_en="Sample forum")
    timed_session(forum, room=RoomFactory(), title_zh="示例演讲", title_en="Sample talk")
    return forum


def fetch(client, address=ALL):
    pagecache._bump_now()
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return response.content


def entries(client, address=ALL):
    return list(Calendar.from_ical(fetch(client, address)).walk("VEVENT"))


def entry(client, address=ALL):
    (only,) = entries(client, address)
    return only


# --- Form ---------------------------------------------------------------------------------------


def test_the_head_says_what_it_is_and_how_often_to_come_back(client, forum):
    calendar = Calendar.from_ical(fetch(client))
    shown = {name: str(calendar.get(name)) for name in ("VERSION", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "X-PUBLISHED-TTL")}  # fmt: skip
    assert shown == {
        "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH", "NAME": "示例大会", "X-WR-CALNAME": "示例大会", "X-PUBLISHED-TTL": "PT30M",
    }  # fmt: skip
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(minutes=30)
    assert str(calendar["SOURCE"]).endswith(ALL)


def test_times_name_a_zone_that_is_in_the_file(client, forum):
    raw = fetch(client).decode()
    (zone,) = Calendar.from_ical(raw).walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    (standard,) = zone.walk("STANDARD")
    assert (standard["TZNAME"], standard["TZOFFSETFROM"].td, standard["TZOFFSETTO"].td) == (
        "CST", timedelta(hours=8), timedelta(hours=8),
    )  # fmt: skip
    assert "DTSTART;TZID=Asia/Shanghai:20240705T100000" in raw
    assert "DTEND;TZID=Asia/Shanghai:20240705T103000" in raw
    assert entry(client)["DTSTART"].dt == at("10:00").astimezone(ZoneInfo("Asia/Shanghai"))


def test_lines_are_short_octets_with_crlf_and_escapes(client, forum):
    session = forum.sessions.get()
    session.title_zh = "示例：逗号,分号;反斜杠\\" + "很长的题目" * 30
    session.abstract_zh = "第一行\n第二行, 以及更多😀" * 20
    session.save()
    raw = fetch(client)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        assert not line.startswith(b"\t")
        line.decode()  # no character is cut in two
    only = entry(client)
    assert str(only["SUMMARY"]) == session.title_zh
    assert session.abstract_zh in str(only["DESCRIPTION"])


def test_every_entry_has_what_clients_insist_on(client, forum):
    published_forum(None)
    for item in entries(client):
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "SEQUENCE", "LAST-MODIFIED", "URL"):  # fmt: skip
            assert str(item[name]), name
    assert "会议室待定" in [str(item["LOCATION"]) for item in entries(client)]


def test_an_entry_says_what_where_and_who(client, forum):
    guest = ParticipationFactory(
        forum=forum, session=forum.sessions.get(), speaker__name_zh="示例嘉宾"
    )
    only = entry(client)
    slot = Slot.objects.get()
    assert str(only["LOCATION"]) == str(slot.room)
    assert str(only["UID"]) == f"{slot.uuid}@127.0.0.1"
    assert "示例论坛" in str(only["DESCRIPTION"])
    assert guest.speaker.name_zh in str(only["DESCRIPTION"])
    assert [str(c) for c in only["CATEGORIES"].cats] == ["行业论坛", "示例论坛"]
    assert str(only["URL"]).endswith(f"/2024/sessions/{slot.session.code}/")
    assert str(entry(client, f"/en{ALL}")["SUMMARY"]) == "Sample talk"


def test_a_forum_without_agenda_is_an_entry_itself(client):
    forum = published_forum(RoomFactory())
    placed(forum, None, "14:00", "17:00")
    both = entries(client, f"/2024/forums/{forum.code}.ics")
    assert [str(e["SUMMARY"]) for e in both] == [forum.title_zh] * 2
    assert len({str(e["UID"]) for e in both}) == 2


# --- Moving and cancelling ----------------------------------------------------------------------


def facts(item):
    return str(item["UID"]), int(item["SEQUENCE"]), str(item["STATUS"])


def test_a_moved_session_is_the_same_entry_with_a_higher_number(client, forum):
    uid, number, status = facts(entry(client))
    assert (number, status) == (0, "CONFIRMED")
    slot = Slot.objects.get()
    slot.starts_at, slot.ends_at = at("11:00"), at("11:30")
    slot.save()
    assert facts(entry(client)) == (uid, 1, "CONFIRMED")
    slot.room = RoomFactory()
    slot.save()
    assert facts(entry(client)) == (uid, 2, "CONFIRMED")


def test_a_changed_text_changes_the_stamp_and_not_the_number(client, forum):
    Slot.objects.update(changed_at=at("01:00"))
    type(forum.sessions.get()).objects.update(changed_at=at("01:00"))
    before = entry(client)
    session = forum.sessions.get()
    session.title_zh = "示例：改名"
    session.save()
    after = entry(client)
    assert facts(before) == facts(after)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["LAST-MODIFIED"].dt == after["DTSTAMP"].dt


@pytest.mark.parametrize("cancel", ["slot", "forum"])
def test_a_cancelled_session_stays_and_says_so(client, forum, cancel):
    uid = str(entry(client)["UID"])
    if cancel == "slot":
        slot = Slot.objects.get()
        slot.state = "cancelled"
        slot.save()
    else:
        cancel_forum(forum, reason="示例原因")
    for address in (ALL, f"/2024/forums/{forum.code}.ics"):
        only = entry(client, address)
        assert facts(only) == (uid, 1, "CANCELLED")
        assert str(only["SUMMARY"]) == "[已取消] 示例演讲"
    assert str(entry(client, f"/en{ALL}")["SUMMARY"]) == "[cancelled] Sample talk"


def test_a_cancelled_forum_without_agenda_stays_too(client):
    with clock.frozen_at(at("07:00")):
        forum = published_forum(RoomFactory())
        type(forum).objects.update(changed_at=at("07:00"))
    before = entry(client)
    cancel_forum(forum, reason="示例原因")
    after = entry(client)
    assert str(after["STATUS"]) == "CANCELLED"
    assert str(after["UID"]) == str(before["UID"])
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_a_moved_forum_without_agenda_raises_its_number(client):
    forum = published_forum(RoomFactory())
    before = entry(client)
    part = forum.parts.get()
    part.ends_at = at("13:00")
    place_part(part)
    after = entry(client)
    assert str(after["UID"]) == str(before["UID"])
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_what_was_never_public_or_was_taken_back_is_not_there(client, forum):
    for hidden in (ForumFactory(), ForumFactory(state="review"), ForumFactory(state="cancelled")):
        placed(hidden)
        assert client.get(f"/2024/forums/{hidden.code}.ics").status_code == 404
    withdraw_publication(forum, reason="示例原因")
    assert entries(client) == []
    assert client.get(f"/2024/forums/{forum.code}.ics").status_code == 404


# --- One guest, one room ------------------------------------------------------------------------


@pytest.fixture
def guest():
    return SpeakerFactory(name_zh="示例嘉宾")


def of(guest):
    return f"/2024/speakers/{guest.code}.ics"


def summaries(client, address):
    return sorted(str(e["SUMMARY"]) for e in entries(client, address))


def test_a_guests_calendar_has_their_sessions_and_their_forums(client, guest, forum):
    named = timed_session(forum, "11:00", title_zh="示例：有名字")
    ParticipationFactory(forum=forum, speaker=guest, session=named)
    other = published_forum(None, "14:00", "15:00")
    timed_session(other, "14:00", title_zh="示例：整场")
    ParticipationFactory(forum=other, speaker=guest)
    plain = published_forum(None, "16:00", "17:00", title_zh="示例：无议程")
    ParticipationFactory(forum=plain, speaker=guest)
    published_forum(None, title_zh="示例：与其无关")
    assert summaries(client, of(guest)) == ["示例：整场", "示例：无议程", "示例：有名字"]


def test_a_guest_learns_that_their_only_forum_is_cancelled(client, guest, forum):
    ParticipationFactory(forum=forum, speaker=guest)
    assert str(entry(client, of(guest))["STATUS"]) == "CONFIRMED"
    cancel_forum(forum, reason="示例原因")
    assert str(entry(client, of(guest))["STATUS"]) == "CANCELLED"


def test_a_company_and_a_guest_of_drafts_have_no_calendar(client, guest):
    ParticipationFactory(forum=ForumFactory(), speaker=guest)
    company = ParticipationFactory(speaker__is_person=False).speaker
    elsewhere = ParticipationFactory(forum__edition=EditionFactory(year=2025)).speaker
    for person in (guest, company, elsewhere):
        assert client.get(of(person)).status_code == 404


def test_a_rooms_calendar_has_what_happens_in_it(client, forum):
    slot = Slot.objects.get()
    published_forum(RoomFactory())
    address = f"/2024/halls/{slot.room.code}.ics"
    assert summaries(client, address) == ["示例演讲"]
    calendar = Calendar.from_ical(fetch(client, address))
    assert str(calendar["X-WR-CALNAME"]) == str(slot.room)
    assert client.get(f"/2025/halls/{slot.room.code}.ics").status_code == 404
    assert client.get("/2024/halls/ZZZZZZ.ics").status_code == 404


def test_a_session_given_twice_has_two_entries(client, forum):
    SlotFactory(session=forum.sessions.get(), starts_at=at("11:00"))
    assert len({str(e["UID"]) for e in entries(client)}) == 2


def test_a_session_without_a_slot_is_no_entry(client, forum):
    SessionFactory(forum=forum)
    assert len(entries(client)) == 1


def test_an_entry_says_where_on_earth_and_where_to_watch(client, forum):
    venue = Slot.objects.get().room.venue
    type(venue).objects.filter(pk=venue.pk).update(latitude="31.18", longitude="121.49")
    where = {"forum": forum, "session": forum.sessions.get()}
    for kind in ("live", "replay"):
        url = f"https://{kind}.example.com/?a=1,2;b"
        StreamLink.objects.create(**where, kind=kind, url=url, title_zh='示例"直播"')
    only = entry(client)
    assert only["GEO"].to_ical() == "31.18;121.49"
    assert str(only["CONFERENCE"]) == "https://live.example.com/?a=1,2;b"
    assert only["CONFERENCE"].params["LABEL"] == "示例'直播'"
    with clock.frozen_at(at("20:00")):
        assert str(entry(client)["CONFERENCE"]) == "https://live.example.com/?a=1,2;b"
