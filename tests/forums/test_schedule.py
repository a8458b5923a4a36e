"""schedule.json and schedule.xml: valid for their readers, permanent identities, the same bytes for the same data."""

import copy
import json
from datetime import date, datetime, timedelta

import jsonschema
import pytest
from lxml import etree

from forums.models import Forum, Release, Slot
from forums.operations.forums import cancel_forum
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    HonourFactory,
    ParticipationFactory,
    RoomFactory,
    SlotFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.forums.schemas import SCHEDULE_JSON, troubles
from tests.lib.factories import EditionFactory
from waic.lib import clock, pagecache

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

JSON, XML = "/2024/programme/schedule.json", "/2024/programme/schedule.xml"


@pytest.fixture
def programme():
    """Forums with and without agenda, with and without room, in both languages, with awkward characters."""
    room = RoomFactory(capacity=300)
    main = published_forum(room, "09:00", "12:00", title_zh="示例：主论坛 <A&B> “引号”", kind=ForumKindFactory(key="main", is_main=True))  # fmt: skip
    talk = timed_session(main, "09:00", 40, room, title_zh="示例主旨 ]]> & <b>", language="en", abstract_zh="第一段\n第二段")  # fmt: skip
    guest = ParticipationFactory(forum=main, session=talk)
    HonourFactory(speaker=guest.speaker)
    ParticipationFactory(forum=main, session=talk, speaker__is_person=False, speaker__name_zh="示例公司")  # fmt: skip
    SlotFactory(session=talk, room=room, starts_at=at("11:00"))  # the talk is given twice
    timed_session(main, "10:00", 20, room, kind="break", title_en="")
    plain = published_forum(None, "14:00", "15:30", day=date(2024, 7, 4), title_en="")
    ParticipationFactory(forum=plain)
    published_forum(room, "13:00", "13:05")
    placed(ForumFactory(title_zh="示例：草稿"), room, "16:00", "17:00")
    for number in (1, 2):
        Release.objects.create(edition=main.edition, number=number)
    return main


def made_anew(client, address, **headers):
    """Not the copy kept: what a test wrote is not committed, so nothing else leaves it behind."""
    pagecache._bump_now()
    return client.get(address, headers=headers)


def document(client, address=JSON):
    response = made_anew(client, address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


def tree(client, address=XML):
    response = made_anew(client, address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(response.content)


def events(doc):
    return [e for d in doc["schedule"]["conference"]["days"] for room in d["rooms"].values() for e in room]  # fmt: skip


# --- Valid --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_json_is_valid(client, programme, language):
    doc = document(client, language + JSON)
    jsonschema.validate(doc, SCHEDULE_JSON)
    conference = doc["schedule"]["conference"]
    assert (conference["acronym"], conference["daysCount"], len(conference["days"])) == ("waic2024", 3, 3)  # fmt: skip
    assert doc["schedule"]["version"] == "2"
    assert len(events(doc)) == 5
    for name in ("id", "guid", "slug"):
        assert len({e[name] for e in events(doc)}) == 5
    codes = [e["code"] for e in events(doc) if "code" in e]
    assert len(codes) == len(set(codes)) == 4
    names = {room["name"] for room in conference["rooms"]}
    assert names == {name for day in conference["days"] for name in day["rooms"]}
    for day in conference["days"]:
        assert all(e["room"] == name and e["date"][:10] == day["date"] for name, room in day["rooms"].items() for e in room)  # fmt: skip


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_xml_is_valid(client, programme, language):
    root = tree(client, language + XML)
    assert list(troubles(root)) == []
    assert len(root.findall("day")) == 3
    assert len(root.findall("day/room/event")) == 5
    assert root.findtext("version") == "2"


def test_the_two_say_the_same(client, programme):
    from_json = {str(e["id"]): e for e in events(document(client))}
    for event in tree(client).iter("event"):
        twin = from_json[event.get("id")]
        for name in ("date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type", "language", "abstract"):  # fmt: skip
            assert (event.findtext(name) or "") == twin[name], name
        assert (event.get("guid"), event.get("code")) == (twin["guid"], twin.get("code"))
        assert [p.text for p in event.iter("person")] == [p["name"] for p in twin["persons"]]


def test_a_session_says_its_own_language_and_times_are_of_shanghai(client, programme):
    talk = next(e for e in events(document(client)) if e["title"].startswith("示例主旨"))
    assert (talk["date"], talk["start"], talk["duration"]) == ("2024-07-05T09:00:00+08:00", "09:00", "00:40")  # fmt: skip
    assert (talk["language"], talk["title"], talk["subtitle"]) == ("en", "示例主旨 ]]> & <b>", programme.title_zh)  # fmt: skip
    assert [set(p) for p in talk["persons"]] == [{"name", "guid", "code"}]


def test_the_head_of_the_xml_is_where_clients_look_for_it(client, programme):
    head = client.get(XML).content[:1024]
    assert b"<schedule" in head
    assert b"<conference" in head
    assert b"DOCTYPE" not in client.get(XML).content


def test_titles_are_in_the_language_of_the_address(client, programme):
    english = {e["title"] for e in events(document(client, "/en" + JSON))}
    assert programme.sessions.first().title_en in english
    fallen_back = Forum.objects.get(title_en="")
    assert fallen_back.title_zh in english


@pytest.mark.parametrize("address", [JSON, XML, "/2024/programme/schedule.ics", "/2024/rooms.json"])
def test_an_empty_edition_has_empty_feeds(client, address):
    EditionFactory()
    assert client.get(address).status_code == 200
    if address == XML:
        assert list(troubles(tree(client))) == []


# --- What would be wrong is noticed -------------------------------------------------------------


def spoil(**changes):
    def change(doc):
        for event in events(doc)[:1]:
            event.update(changes)

    return change


@pytest.mark.parametrize(
    "change",
    [
        spoil(start="24:00"), spoil(slug=""), spoil(slug="waic2024-"), spoil(duration="24:00"), spoil(seats=3), spoil(url=""), spoil(id=0),
        spoil(date="2024-07-05T09:00+08:00"), spoil(links=[{"url": "https://example.org", "type": "video"}]),
        spoil(persons=[{"id": 1, "name": "示例", "public_name": "示例"}]), lambda doc: events(doc)[0].pop("slug"),
        lambda doc: doc["schedule"].update(rooms=[]), lambda doc: doc["schedule"]["conference"].update(acronym="waic-2024"),
        lambda doc: doc["schedule"]["conference"]["rooms"][0].update(capacity=0),
    ],
)  # fmt: skip
def test_the_json_rules_refuse_what_clients_refuse(client, programme, change):
    doc = copy.deepcopy(document(client))
    change(doc)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(doc, SCHEDULE_JSON)


def text_of(path, value):
    def change(root):
        root.find(path).text = value

    return change


def without(path):
    def change(root):
        found = root.find(path)
        found.getparent().remove(found)

    return change


EVENT = "day/room/event"


@pytest.mark.parametrize(
    "change",
    [
        text_of(f"{EVENT}/date", "2024-07-05T09:00+08:00"), text_of(f"{EVENT}/duration", "30"), text_of(f"{EVENT}/duration", "PT30M"),
        text_of(f"{EVENT}/duration", "24:00"), text_of(f"{EVENT}/slug", ""), text_of(f"{EVENT}/slug", "waic2024-1"), text_of(f"{EVENT}/url", ""),
        text_of("conference/acronym", "WA"), without(f"{EVENT}/abstract"), without(f"{EVENT}/track"), without("version"),
        lambda root: etree.SubElement(root.find("conference"), "venue"), lambda root: etree.SubElement(root.find(EVENT), "seats"),
        lambda root: root.find(EVENT).set("code", "abc"), lambda root: root.find(EVENT).set("id", "0"), lambda root: root.find(f"{EVENT}/room").set("name", "x"),
        lambda root: root.find("day/room").append(copy.deepcopy(root.find(EVENT))), lambda root: root.find("conference/track").set("color", "#fff"),
    ],
)  # fmt: skip
def test_the_xml_rules_refuse_what_clients_refuse(client, programme, change):
    root = tree(client)
    change(root)
    assert list(troubles(root))


# --- Identities ---------------------------------------------------------------------------------


def identities(client):
    return {(e["id"], e["guid"], e["slug"], e.get("code")) for e in events(document(client))}


def test_identities_do_not_depend_on_time_place_or_order(client, programme):
    before = identities(client)
    talk = Slot.objects.filter(session__title_zh__startswith="示例主旨").order_by("pk").first()
    # The talk's first slot becomes its second, in another room, under another title.
    talk.starts_at, talk.ends_at, talk.room = at("11:40"), at("11:55"), RoomFactory()
    talk.save()
    talk.session.title_zh, talk.session.order = "示例：改名", 9
    talk.session.save()
    for part in programme.parts.all():
        part.ends_at += timedelta(minutes=30)
        part.save()
    assert identities(client) == before


@pytest.mark.parametrize("address", [JSON, XML, "/2024/programme/schedule.ics"])
def test_unchanged_data_gives_unchanged_bytes(client, programme, address):
    first = client.get(address)
    with clock.frozen_at(at("08:00") + timedelta(days=2)):
        second = made_anew(client, address)
    assert second.content == first.content
    assert second["ETag"] == first["ETag"]
    assert second["Last-Modified"] == first["Last-Modified"]


@pytest.mark.parametrize("address", [JSON, XML, "/2024/programme/schedule.ics", "/2024/rooms.json"])
def test_feeds_are_validated_zipped_and_open_to_every_site(client, programme, address):
    first = client.get(address)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in first.get("Vary", "")
    known = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"old"'}).status_code == 200
    zipped = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert (zipped.get("Content-Encoding") == "gzip") == (len(first.content) > 400)
    programme.title_zh = "示例：改名"
    programme.save()
    changed = made_anew(client, address, **{"If-None-Match": first["ETag"]})
    # The room states are as they were; everything else carries the title.
    assert changed.status_code == (304 if "rooms" in address else 200)


@pytest.mark.parametrize("address", [JSON, XML, "/2024/programme/schedule.ics", "/2024/rooms.json"])
def test_other_sites_may_ask_how_and_nobody_may_write(client, programme, address):
    asked = client.options(address)
    assert (asked.status_code, asked.content) == (204, b"")
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert client.get(address)["Access-Control-Expose-Headers"] == "ETag"
    refused = client.post(address)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_last_modified_is_the_newest_change(client, programme):
    moment = datetime.fromisoformat("2024-07-01T00:00:00+00:00")
    Slot.objects.update(changed_at=moment)
    Forum.objects.update(changed_at=moment)
    type(programme.sessions.get(kind="break")).objects.update(changed_at=moment)
    for address in (
        JSON,
        XML,
        "/2024/programme/schedule.ics",
        f"/2024/forums/{programme.code}.ics",
    ):
        assert made_anew(client, address)["Last-Modified"] == "Mon, 01 Jul 2024 00:00:00 GMT"


# --- What is in it ------------------------------------------------------------------------------


def test_cancelled_slots_and_forums_leave_these_two(client, programme):
    assert len(events(document(client))) == 5
    slot = Slot.objects.filter(session__kind="break").get()
    slot.state = "cancelled"
    slot.save()
    assert len(events(document(client))) == len(list(tree(client).iter("event"))) == 4
    cancel_forum(programme, reason="示例原因")
    assert len(events(document(client))) == len(list(tree(client).iter("event"))) == 2


def test_two_at_once_in_one_room_get_corners_of_their_own(client):
    room = RoomFactory(allows_parallel=True)
    for _n in range(3):
        published_forum(room)
    published_forum(room, "12:00", "13:00")
    day = document(client)["schedule"]["conference"]["days"][1]
    assert [len(rows) for rows in day["rooms"].values()] == [2, 1, 1]
    assert list(day["rooms"]) == [str(room), f"{room} (2)", f"{room} (3)"]
    root = tree(client)
    assert list(troubles(root)) == []
    for place in root.iter("room"):
        moments = [(e.findtext("start"), e.findtext("duration")) for e in place.iter("event")]
        assert len({start for start, _duration in moments}) == len(moments)


def test_an_item_of_more_than_a_day_does_not_stop_the_file(client):
    forum = ForumFactory(published=True)
    forum.parts.create(starts_at=at("09:00"), ends_at=at("17:00") + timedelta(days=1))
    (event,) = events(document(client))
    assert event["duration"] == "23:59"
    assert list(troubles(tree(client))) == []


def test_the_same_number_of_queries_for_few_and_many(
    client, programme, django_assert_max_num_queries
):
    def count(address):
        with django_assert_max_num_queries(12) as queries:
            made_anew(client, address)
        return len(queries)

    before = [count(JSON), count(XML)]
    for _n in range(30):
        forum = published_forum(RoomFactory(), kind=programme.kind)
        ParticipationFactory(forum=forum, session=timed_session(forum, room=RoomFactory()))
    assert [count(JSON), count(XML)] == before


@pytest.mark.parametrize("address", [JSON, XML, "/2024/programme/schedule.ics", "/2024/rooms.json"])
def test_unknown_and_unpublished_editions_have_no_feeds(client, address):
    assert client.get(address).status_code == 404
    EditionFactory(is_published=False)
    assert client.get(address).status_code == 404


# --- Rooms --------------------------------------------------------------------------------------


def test_a_room_is_full_while_the_forum_in_it_has_no_seat_left(client, programme):
    room = programme.parts.get().room

    def states(minute):
        with clock.frozen_at(at(minute)):
            rooms = json.loads(made_anew(client, "/2024/rooms.json").content)
            return {room["roomname"]: room["state"] for room in rooms}

    assert states("10:00") == {str(room): 0}
    Forum.objects.filter(pk=programme.pk).update(seats=2, seats_taken=2)
    assert states("10:00") == {str(room): 1}
    assert states("08:59") == states("12:00") == {str(room): 0}
    names = {r["name"] for r in document(client)["schedule"]["conference"]["rooms"]}
    assert str(room) in names
