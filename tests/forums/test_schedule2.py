"""The flat schedule in both languages, and the entry for the menu of an app on phones."""

import json
from urllib.parse import quote

import jsonschema
import pytest
import segno
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import SlotState
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    placed,
    published_forum,
    timed_session,
)
from tests.forums.schemas import SCHEDULE2
from waic.lib import pagecache

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
FLAT, MENU = "/2024/programme/schedule2-alpha3.json", "/2024/programme/giggity.json"


@pytest.fixture
def forum():
    """One with an agenda, in a room, and beside it one that is an event itself and a draft nobody sees."""
    room = RoomFactory(name_zh="示例厅", name_en="Sample hall")
    forum = published_forum(room, "09:00", "12:00", title_zh="示例：论坛", title_en="Sample forum")
    timed_session(forum, "09:00", 40, room, kind="speech", title_zh="示例演讲", title_en="Sample talk")  # fmt: skip
    timed_session(forum, "10:00", 40, room, kind="panel", title_zh="示例圆桌", title_en="")
    placed(ForumFactory(title_zh="示例：草稿"), room, "16:00", "17:00")
    return forum


def read(client, address):
    pagecache._bump_now()
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content)


def test_events_say_in_both_languages_what_where_and_who(client, forum):
    talk, panel = forum.sessions.order_by("pk")
    keynote = ParticipationFactory(forum=forum, session=talk, role="keynote")
    moderator = ParticipationFactory(forum=forum, session=panel, role="moderator")
    alone = published_forum(None, "14:00", "15:30", title_en="")
    guest = ParticipationFactory(forum=alone, role="guest")
    data = read(client, FLAT)
    jsonschema.validate(data, SCHEDULE2)
    assert [(e["type"], e["title"], e.get("subtitle")) for e in data["events"]] == [
        (
            "TALK",
            {"zh": "示例演讲", "en": "Sample talk"},
            {"zh": "示例：论坛", "en": "Sample forum"},
        ),
        ("DISCUSSION", {"zh": "示例圆桌"}, {"zh": "示例：论坛", "en": "Sample forum"}),
        ("MEETING", {"zh": alone.title_zh}, None),
    ]
    assert [[(p["guid"], p["role"]) for p in e["participants"]] for e in data["events"]] == [
        [(str(keynote.speaker.uuid), "SPEAKER")],
        [(str(moderator.speaker.uuid), "MODERATOR")],
        [(str(guest.speaker.uuid), "GUEST")],
    ]
    [room] = data["rooms"]
    assert room["name"] == {"zh": "示例厅", "en": "Sample hall"}
    assert [e.get("room") for e in data["events"]] == [{"guid": room["guid"]}] * 2 + [None]


def test_what_is_cancelled_stays_and_says_so(client, forum):
    slot = forum.sessions.order_by("pk")[0].slots.get()
    ParticipationFactory(forum=forum, session=slot.session)
    type(slot).objects.filter(pk=slot.pk).update(state=SlotState.CANCELLED)
    first, second = read(client, FLAT)["events"]
    assert (first["guid"], first["state"], first["participants"]) == (str(slot.uuid), "CANCELED", [])  # fmt: skip
    assert second["state"] == "CONFIRMED"


def test_ten_forums_take_the_queries_of_one(client, forum):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            count = len(read(client, FLAT)["events"])
        return len(queries), count

    few, count = asked()
    for _n in range(9):
        more = published_forum(None, "14:00", "15:00", kind=forum.kind)
        ParticipationFactory(forum=more)
    assert asked() == (few, count + 9)


def test_unchanged_data_gives_unchanged_bytes(client, forum):
    pagecache._bump_now()
    first = client.get(FLAT)
    pagecache._bump_now()
    assert client.get(FLAT).content == first.content
    assert client.get(FLAT, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(("prefix", "programme"), [("", "日程"), ("/en", "Programme")])
def test_the_menu_entry_leads_to_the_schedule_and_the_rooms(client, forum, prefix, programme):
    entry = read(client, prefix + MENU)
    root = settings.SITE_URL
    assert entry["url"] == f"{root}{prefix}/2024/programme/schedule.xml"
    assert entry["version"] == 2024070400
    assert 300 <= entry["refresh_interval"] <= 604_800
    assert (entry["start"], entry["timezone"]) == ("2024-07-04", "Asia/Shanghai")
    assert entry["metadata"]["fosdemRoomStatus"] == f"{root}{prefix}/2024/rooms.json"
    assert entry["metadata"]["links"][0] == {
        "url": f"{root}{prefix}/2024/programme/", "title": programme,
    }  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_to_subscribe_leads_to_calendar_app_and_frame(client, forum, prefix):
    """The code opens the schedule in the reader's language in the app; what it says is what the link says."""
    text = client.get(f"{prefix}/2024/programme/subscribe/").text
    root = f"{settings.SITE_URL}{prefix}/2024/programme"
    app = f"https://ggt.gaa.st/#url={quote(f'{root}/schedule.xml', safe='')}"
    assert f'href="{app}"' in text
    assert segno.make(app, error="m").svg_inline(scale=4, omitsize=True).split(' d="')[1][:200] in text  # fmt: skip
    assert f'href="webcal://{root.partition("://")[2]}/schedule.ics"' in text
    assert f"&lt;iframe src=&quot;{root}/widget/&quot;" in text.replace('"', "&quot;")
    assert f"{prefix}/2024/programme/subscribe/" in client.get(f"{prefix}/2024/programme/").text
