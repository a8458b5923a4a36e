"""Every public reader shows the newest release and never the draft; who is erased is in neither."""

import json
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, ForumPart, Honour, Participation, Release, Session, Slot, Speaker
from forums.operations.forums import publish_forum, withdraw_publication
from forums.operations.releasing import next_number, release_programme
from forums.releases.preview import draft_page
from tests.forums.factories import (
    ForumFactory,
    HonourFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from waic.editions.models import Edition, SearchEntry
from waic.lib import clock, pagecache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("10:30")):
        yield


def release():
    edition = Edition.objects.get(year=2024)
    return release_programme(edition, by=None, expects=next_number(edition))


@pytest.fixture
def forum():
    forum = published_forum(
        RoomFactory(name_zh="示例红厅"), title_zh="示例论坛", title_en="Sample forum", seats=9
    )
    talk = timed_session(forum, title_zh="示例演讲", room=forum.parts.get().room)
    guest = ParticipationFactory(forum=forum, session=talk, speaker__name_zh="示例甲").speaker
    HonourFactory(speaker=guest)
    return forum


DRAFT = ("示例改名", "示例改题", "示例蓝厅", "示例乙", "示例后来的")


@pytest.fixture
def changed(forum):
    """The forum, released, and then everything of it changed in the draft; another one is published beside it."""
    release()
    blue = RoomFactory(name_zh="示例蓝厅")
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例改名", seats=0)
    Session.objects.update(title_zh="示例改题")
    Slot.objects.update(room=blue, starts_at=at("17:00"), ends_at=at("17:30"))
    ForumPart.objects.update(room=blue, starts_at=at("17:00"), ends_at=at("18:00"))
    Participation.objects.all().delete()
    ParticipationFactory(forum=forum, speaker__name_zh="示例乙")
    publish_forum(placed(ForumFactory(title_zh="示例后来的"), RoomFactory()))
    return forum


def page(client, address):
    pagecache._bump_now()
    return client.get(address)


def readers(forum):
    """Addresses of every public reader of the programme, and a word of the release that each shows."""
    session, guest = forum.sessions.get(), Speaker.objects.get(name_zh="示例甲")
    return {
        "/": "示例论坛", "/2024/programme/?day=2024-07-05": "示例论坛", "/2024/programme/?q=示例甲&day=2024-07-05": "示例论坛",
        "/2024/programme/widget/?day=2024-07-05": "示例论坛", f"/2024/programme/mine/?s={forum.code}": "示例论坛", f"/2024/forums/{forum.code}/": "示例论坛",
        f"/2024/sessions/{session.code}/": "示例演讲", "/2024/speakers/": "示例甲", f"/2024/speakers/{guest.code}/": "示例论坛", "/2024/search/?q=示例": "示例论坛",
        "/sitemap.xml": forum.code, "/2024/programme/schedule.json": "示例演讲", "/2024/programme/schedule.xml": "示例演讲", "/2024/programme/schedule.ics": "示例演讲",
        f"/2024/forums/{forum.code}.ics": "示例演讲", f"/2024/speakers/{guest.code}.ics": "示例演讲", "/2024/rooms.json": "示例红厅", "/api/v1/forums/": "示例论坛",
        "/api/v1/sessions/": "示例演讲", "/api/v1/speakers/": "示例甲",
    }  # fmt: skip


def test_every_reader_shows_the_release_and_never_the_draft(client, changed):
    late = Forum.objects.get(title_zh="示例后来的")
    for address, word in readers(changed).items():
        response = page(client, address)
        assert response.status_code == 200, address
        # Lines of a calendar are folded.
        text = response.text.replace("\r\n ", "").replace("\n ", "")
        assert word in text, address
        for draft in (*DRAFT, late.code):
            # Rooms there are, whatever takes place in them.
            assert draft not in text or "rooms.json" in address, (address, draft)
        if ".ics" in address:
            assert ("T100000" in text, "T170000" in text) == (True, False), address
    found = json.loads(page(client, "/2024/rooms.json").content)
    assert not any(room["state"] for room in found)


def test_the_draft_s_river_is_drawn_for_the_desk_alone(client, changed):
    """The desk looks at the draft of a forum, then everybody else looks at the forum."""
    address = f"/2024/forums/{changed.code}/"
    river = page(client, address).context["river"]
    pagecache._bump_now()
    draft = draft_page(RequestFactory().get("/"), 2024, changed.code)
    assert draft.context_data["river"]["own"] != river["own"]
    assert client.get(address).context["river"] == river


def test_who_takes_over_a_place_lends_no_title_to_who_had_it(client, forum):
    place = forum.sessions.get().participations.get()
    other = SpeakerFactory(name_zh="示例丁")
    release()
    Participation.objects.filter(pk=place.pk).update(speaker=other, title_zh="示例丁的头衔")
    text = page(client, f"/2024/forums/{forum.code}/").text
    assert ("示例甲" in text, "示例丁" in text) == (True, False)


def test_figures_count_what_everybody_sees(client, changed):
    context = page(client, "/").context
    assert [context["figures"][name] for name in ("forums", "speakers")] == [1, 1]
    release()
    context = page(client, "/").context
    assert [context["figures"][name] for name in ("forums", "speakers")] == [2, 1]


def test_who_is_erased_is_in_no_release_any_more(client, forum):
    ParticipationFactory(forum=forum, speaker__name_zh="示例丙")
    made, addresses = release(), readers(forum)
    guest = Speaker.objects.get(name_zh="示例甲")
    Participation.objects.filter(speaker=guest).delete()
    Honour.objects.all().delete()
    assert "示例甲" in page(client, f"/2024/forums/{forum.code}/").text  # off the draft alone
    assert SearchEntry.objects.filter(code=guest.code).exists()
    guest.delete()
    assert not SearchEntry.objects.filter(code=guest.code).exists()
    for address in addresses:
        response = page(client, address)
        expected = 404 if guest.code in address else 200
        assert response.status_code == expected, address
        assert f"/speakers/{guest.code}" not in response.text.replace("\r\n ", ""), address
        if "q=" not in address:  # what one searched for stands in the field
            assert "示例甲" not in response.text.replace("\r\n ", ""), address
    assert "示例丙" in page(client, f"/2024/forums/{forum.code}/").text
    assert "示例甲" not in str(Release.objects.get(pk=made.pk).content)


def test_a_session_that_was_deleted_stays_until_the_next_release_and_a_forum_does_not(client, forum):  # fmt: skip
    other = published_forum(None, title_zh="示例删除")
    talk, said = forum.sessions.get(), timed_session(other, title_zh="示例一起")
    release()
    talk.delete()
    other.delete()
    assert page(client, f"/2024/sessions/{talk.code}/").status_code == 200
    assert SearchEntry.objects.filter(code=talk.code).exists()
    assert page(client, f"/2024/forums/{other.code}/").status_code == 404
    assert not SearchEntry.objects.filter(code__in=[other.code, said.code]).exists()
    calendar = page(client, "/2024/programme/schedule.ics").text
    assert calendar.count("STATUS:CANCELLED") == 1
    release()
    assert page(client, f"/2024/sessions/{talk.code}/").status_code == 404
    assert not SearchEntry.objects.filter(code=talk.code).exists()


def test_what_is_taken_back_is_cancelled_in_calendars_at_once(client, forum):
    release()
    withdraw_publication(Forum.objects.get(pk=forum.pk), reason="示例原因")
    first = page(client, "/2024/programme/schedule.ics").text
    assert ("STATUS:CANCELLED" in first, "SEQUENCE:1" in first) == (True, True)
    release()
    again = page(client, "/2024/programme/schedule.ics").text
    assert [line for line in first.splitlines() if line.startswith(("UID", "SEQ", "STATUS"))] == [
        line for line in again.splitlines() if line.startswith(("UID", "SEQ", "STATUS"))
    ]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 12), ("/2024/programme/?day=2024-07-05", 7), ("/2024/programme/widget/", 6), ("/2024/programme/schedule.json", 8),
        ("/2024/programme/schedule.xml", 8), ("/2024/programme/schedule.ics", 5), ("/2024/speakers/", 5), ("/2024/rooms.json", 4),
        ("/2024/forums/{forum}/", 5), ("/2024/sessions/{session}/", 5), ("/2024/speakers/{guest}/", 4),
    ],
)  # fmt: skip
def test_a_released_page_takes_few_queries_for_any_size(client, forum, address, most):
    address = address.format(
        forum=forum.code, session=forum.sessions.get().code, guest=Speaker.objects.get().code
    )
    counts = []
    for more in (0, 3):
        for _n in range(more):
            other = published_forum(RoomFactory(), kind=forum.kind)
            ParticipationFactory(forum=other, session=timed_session(other))
        release()
        page(client, address)  # a process reads a release once
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most


@pytest.mark.django_db(transaction=True)
def test_releases_at_once_are_numbered_one_after_the_other(forum):
    """Six desks change something and release until they get through: six numbers without a gap, each told who was faster."""
    others = [published_forum(None) for _n in range(6)]
    start, made, refused = threading.Barrier(6), [], []

    def work(own):
        try:
            start.wait(5)
            with clock.frozen_at(at("10:30")):
                Forum.objects.filter(pk=own.pk).update(title_zh=f"示例 {own.pk}")
                edition, click = Edition.objects.get(year=2024), uuid.uuid4()
                while True:
                    try:
                        expects = next_number(edition)
                        made.append(release_programme(edition, by=None, expects=expects, request=click).number)  # fmt: skip
                        return
                    except ValidationError as refusal:
                        refused.append(refusal.code)
                        if refusal.code != "stale":
                            return
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[own]) for own in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # What one released, another no longer has to: whoever comes later finds nothing new.
    assert set(refused) <= {"stale", "unchanged"}
    numbers = list(Release.objects.order_by("number").values_list("number", flat=True))
    assert sorted(made) == numbers == list(range(1, len(numbers) + 1))
    titles = {doc["zh"] for doc in Release.objects.latest("number").content["forums"]}
    assert titles >= {f"示例 {own.pk}" for own in others}
