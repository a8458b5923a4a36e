"""The personal calendar link, and the programme in other people's frames."""

import pytest
from icalendar import Calendar

from forums.models import Booking, ForumHost, PersonalFeed
from forums.operations.feeds import make_feed, revoke_feed
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.accounts.models import digest
from waic.lib import pagecache

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

PAGE = "/portal/stage/calendar/"


@pytest.fixture
def person():
    """Speaks in one session, hosts a forum, has a seat in another; more is going on."""
    person = UserFactory()
    on_stage = published_forum(None)
    talk = timed_session(on_stage, title_zh="示例我的演讲")
    timed_session(on_stage, title_zh="示例别人的演讲")
    ParticipationFactory(forum=on_stage, session=talk, speaker__user=person)
    ForumHost.objects.create(forum=published_forum(None, title_zh="示例我主办"), user=person)
    Booking.objects.create(forum=published_forum(None, title_zh="示例我的座位", seats=5), visitor=person)  # fmt: skip
    given_back = published_forum(None, title_zh="示例退了座", seats=5)
    Booking.objects.create(forum=given_back, visitor=person, state="cancelled")
    published_forum(None, title_zh="示例无关")
    return person


OWN = ["示例我主办", "示例我的座位", "示例我的演讲"]


def summaries(response):
    assert response.status_code == 200
    return sorted(str(e["SUMMARY"]) for e in Calendar.from_ical(response.content).walk("VEVENT"))


def test_a_link_shows_what_is_ones_own(client, person):
    secret = make_feed(person)
    address = f"/feeds/{secret}.ics"
    response = client.get(address)
    assert summaries(response) == OWN
    assert response["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in response
    assert secret.encode() not in response.content
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_secret_is_kept_as_a_hash_and_works_until_revoked_or_replaced(client, person):
    first = make_feed(person)
    assert list(PersonalFeed.objects.values_list("digest", flat=True)) == [digest(first)]
    second = make_feed(person)
    assert client.get(f"/feeds/{first}.ics").status_code == 404
    assert client.get(f"/feeds/{second}.ics").status_code == 200
    assert (revoke_feed(person), revoke_feed(person)) == (True, False)
    assert client.get(f"/feeds/{second}.ics").status_code == 404


def test_who_opens_a_dead_link_is_told_what_to_do(client, person):
    answer = client.get("/feeds/made-up.ics")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    zh, en = answer.text.splitlines()
    assert ("请在" in zh, zh.count(PAGE), en.count(f"/en{PAGE}")) == (True, 1, 1)


def test_a_made_up_secret_looks_like_a_revoked_one(client, person):
    secret = make_feed(person)
    revoke_feed(person)
    inactive = UserFactory(is_active=False)
    answers = {
        (r.status_code, r.content.replace(text.encode(), b""))
        for text in (secret, "made-up", make_feed(inactive), digest(secret))
        for r in [client.get(f"/feeds/{text}.ics")]
    }
    assert len(answers) == 1
    assert client.post(f"/feeds/{make_feed(person)}.ics").status_code == 405


def test_the_portal_makes_shows_once_replaces_and_revokes(client, person):
    client.force_login(person)
    assert "还没有链接" in client.get(PAGE).text
    shown = client.post(PAGE, {"step": "make"}, follow=True)
    link = shown.context["link"]
    assert link.startswith("http://testserver/feeds/")
    assert link in shown.text
    assert client.get(link).status_code == 200
    again = client.get(PAGE)
    assert link not in again.text
    assert "no-store" in again["Cache-Control"]
    client.post(PAGE, {"step": "revoke"})
    assert client.get(link).status_code == 404
    assert not PersonalFeed.objects.exists()


def test_the_widget_may_be_framed_and_runs_nothing(client, person):
    placed(ForumFactory(title_zh="示例草稿"), RoomFactory())
    for _twice in range(2):  # made, and kept
        page = client.get("/2024/programme/widget/?day=2024-07-05")
        assert "示例我主办" in page.text
        assert "示例草稿" not in page.text
        assert "<script" not in page.text
        assert "X-Frame-Options" not in page
        assert "frame-ancestors *" in page["Content-Security-Policy"]
        assert "script-src 'none'" in page["Content-Security-Policy"]
    pagecache._bump_now()
    assert "没有安排" in client.get("/2024/programme/widget/?day=2024-07-04").text
    assert "frame-ancestors 'none'" in client.get("/2024/programme/")["Content-Security-Policy"]
