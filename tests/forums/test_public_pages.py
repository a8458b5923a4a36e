"""Public pages: the same bytes for everybody, few queries, none on a hit; what is not public is not there."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, ForumOrganisation
from forums.operations.forums import index_forum, publish_forum, withdraw_publication
from tests.forums.factories import (
    ForumFactory,
    HonourFactory,
    PartFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    SpeakerFactory,
    VenueFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.lib import clock, pagecache

pytestmark = pytest.mark.django_db

PROGRAMME, SPEAKERS = "/2024/programme/", "/2024/speakers/"


@pytest.fixture(autouse=True)
def during_the_conference():
    with clock.frozen_at(at("10:24")):
        yield


def rich(venue=None, **fields):
    """A published forum with everything a page shows."""
    room = RoomFactory(venue=venue or VenueFactory())
    forum = published_forum(room, seats=10, summary_zh="示例简介", **fields)
    ForumOrganisation.objects.create(forum=forum, organisation=OrganisationFactory())
    extend(forum)
    return forum


def extend(forum, count=1):
    """More sessions, guests and parts."""
    for _n in range(count):
        session = timed_session(forum, room=RoomFactory())
        guest = ParticipationFactory(forum=forum, session=session, title_zh="示例教授")
        HonourFactory(speaker=guest.speaker)
        HonourFactory(speaker=guest.speaker, kind="academician", name_zh="示例院士")


@pytest.fixture
def forum():
    return rich(title_zh="示例论坛", title_en="Sample forum")


def addresses(forum):
    guest = forum.participations.first().speaker
    return {
        "programme": PROGRAMME,
        "list": f"{PROGRAMME}?view=list",
        "forum": f"/2024/forums/{forum.code}/",
        "session": f"/2024/sessions/{forum.sessions.first().code}/",
        "speakers": SPEAKERS,
        "speaker": f"/2024/speakers/{guest.code}/",
    }


PAGES = ["programme", "list", "forum", "session", "speakers", "speaker"]


def made_anew(client, address):
    pagecache._bump_now()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return response, len(queries)


# --- Queries ------------------------------------------------------------------------------------

# Cold, with everything on the page.
BUDGET = {"programme": 7, "list": 7, "forum": 7, "session": 6, "speakers": 4, "speaker": 5}


@pytest.mark.parametrize("name", PAGES)
def test_one_and_thirty_rows_take_the_same_queries(client, forum, name):
    address = addresses(forum)[name]
    _response, few = made_anew(client, address)
    extend(forum, 30)
    venue = VenueFactory()
    speaker = forum.participations.first().speaker
    for _n in range(30):
        ParticipationFactory(forum=rich(venue), speaker=speaker)
    response, many = made_anew(client, address)
    assert few == many
    assert many <= BUDGET[name]
    if name in ("programme", "list", "speaker"):
        assert response.text.count("/2024/forums/") >= 31
    elif name in ("forum", "speakers"):
        assert response.text.count("/2024/speakers/") >= 31


@pytest.mark.parametrize("name", PAGES)
def test_a_hit_takes_no_query_at_all(client, forum, name, django_assert_num_queries):
    address = addresses(forum)[name]
    first = client.get(address)
    with django_assert_num_queries(0):
        second = client.get(address)
        third = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.content == first.content
    assert (third.status_code, third.content) == (304, b"")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_everybody_gets_the_same_bytes(client, forum, name, language):
    address = language + addresses(forum)[name]
    host = UserFactory(is_staff=True, is_superuser=True, language="en")
    forum.hosts.create(user=host)
    signed_in = Client()
    signed_in.force_login(host)
    anonymous, _count = made_anew(client, address)
    theirs, _count = made_anew(signed_in, address)
    assert theirs.content == anonymous.content
    assert theirs["ETag"] == anonymous["ETag"]
    assert not anonymous.cookies
    assert "csrfmiddlewaretoken" not in anonymous.text


def test_publishing_is_seen_at_once(client, django_capture_on_commit_callbacks):
    draft = placed(ForumFactory(title_zh="示例新论坛"))
    seen = [PROGRAMME, "/2024/programme/schedule.json", "/2024/programme/schedule.ics"]
    assert not any("示例新论坛" in client.get(address).text for address in seen)
    with django_capture_on_commit_callbacks(execute=True):
        publish_forum(draft)
    assert all("示例新论坛" in client.get(address).text for address in seen)


def test_a_change_is_seen_at_once(client, forum, django_capture_on_commit_callbacks):
    address = addresses(forum)["forum"]
    assert "示例论坛" in client.get(address).text
    changes = [
        (lambda: Forum.objects.filter(pk=forum.pk).update(title_zh="示例新名甲"), "示例新名甲"),
        (lambda: SessionFactory(forum=forum, title_zh="示例新环节"), "示例新环节"),
        (lambda: ParticipationFactory(forum=forum, speaker__name_zh="示例新嘉宾"), "示例新嘉宾"),
        (lambda: forum.parts.update(room=RoomFactory(name_zh="示例新厅")), "示例新厅"),
    ]
    for change, word in changes:
        assert word not in client.get(address).text
        with django_capture_on_commit_callbacks(execute=True):
            change()
        assert word in client.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_publication(Forum.objects.get(pk=forum.pk), reason="示例原因")
    assert client.get(address).status_code == 404


# --- Not there ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "review", "cancelled"])
def test_what_is_not_published_is_not_there(client, state):
    forum = placed(ForumFactory(state=state, published_at=at("09:00"), title_zh="示例：未公开"))
    session = timed_session(forum, title_zh="示例：未公开环节")
    guest = ParticipationFactory(forum=forum, session=session, speaker__name_zh="示例未公开嘉宾")
    for address in (
        f"/2024/forums/{forum.code}/",
        f"/2024/sessions/{session.code}/",
        f"/2024/speakers/{guest.speaker.code}/",
    ):
        assert client.get(address).status_code == 404
        assert client.get(f"/en{address}").status_code == 404
    for address in (PROGRAMME, SPEAKERS):
        assert "未公开" not in client.get(address).text


@pytest.mark.parametrize("name", PAGES)
def test_another_year_and_an_unpublished_edition_are_not_there(client, forum, name):
    address = addresses(forum)[name]
    assert client.get(address).status_code == 200
    other = EditionFactory(year=2025)
    elsewhere = address.replace("/2024/", "/2025/")
    expected = 200 if name in ("programme", "list", "speakers") else 404
    assert client.get(elsewhere).status_code == expected
    assert client.get(address.replace("/2024/", "/2023/")).status_code == 404
    type(other).objects.update(is_published=False)
    pagecache._bump_now()
    assert client.get(address).status_code == 404
    assert client.get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    "code", ["ZZZZZZ", "zzzzzz", "ABC", "ABCDEFG", "AB%00CD", "..%2F..", "O0I1L!"]
)
def test_made_up_codes_are_not_found(client, forum, code):
    for kind in ("forums", "sessions", "speakers"):
        assert client.get(f"/2024/{kind}/{code}/").status_code == 404


def test_pages_are_read_and_nothing_else(client, forum):
    for address in addresses(forum).values():
        assert client.post(address, {"x": 1}).status_code == 405


# --- Words --------------------------------------------------------------------------------------


def test_a_forum_says_everything_once(client, forum):
    guest = forum.participations.first().speaker
    ParticipationFactory(forum=forum, speaker=guest)
    company = ParticipationFactory(forum=forum, speaker__is_person=False, speaker__name_zh="示例公司")  # fmt: skip
    text = client.get(addresses(forum)["forum"]).text
    assert text.count(f"/2024/speakers/{guest.code}/") == 1
    for word in ("示例简介", "10:00", "图灵奖", "示例教授", forum.parts.get().room.name_zh):
        assert word in text
    # A company on the list has no face and no page.
    assert company.speaker.code not in text


def test_a_sessions_page_shows_people_and_no_company(client, forum):
    session = forum.sessions.first()
    company = ParticipationFactory(forum=forum, session=session, speaker__is_person=False)
    text = client.get(addresses(forum)["session"]).text
    assert session.participations.first().speaker.code in text
    assert company.speaker.code not in text
    assert client.get(f"/2024/speakers/{company.speaker.code}/").status_code == 404


@pytest.mark.parametrize(
    ("announced", "own", "zh", "en"),
    [
        (
            {"zh": "示例甲", "en": "Sample A"},
            {"zh": "示例乙", "en": "Sample B"},
            "示例甲",
            "Sample A",
        ),
        ({"zh": "示例甲"}, {"zh": "示例乙", "en": "Sample B"}, "示例甲", "Sample B"),
        ({}, {"zh": "示例乙", "en": "Sample B"}, "示例乙", "Sample B"),
        ({}, {"en": "Sample B"}, "Sample B", "Sample B"),
        ({"zh": "示例甲"}, {}, "示例甲", "示例甲"),
    ],
)
def test_affiliations_are_in_the_readers_language_where_known(client, announced, own, zh, en):
    forum = published_forum()
    blank = {"affiliation_zh": "", "affiliation_en": ""}
    speaker = SpeakerFactory(**blank | {f"affiliation_{k}": v for k, v in own.items()})
    ParticipationFactory(forum=forum, speaker=speaker, **{f"affiliation_{k}": v for k, v in announced.items()})  # fmt: skip
    for prefix, shown in (("", zh), ("/en", en)):
        text = " ".join(client.get(f"{prefix}/2024/forums/{forum.code}/").text.split())
        assert f"<p> {shown} </p>" in text
        (ld,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
        assert json.loads(ld)["performer"][0]["affiliation"]["name"] == shown


def test_search_engines_read_time_place_and_seats(client, forum):
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例 </script><b>&", seats_taken=4)
    text = client.get(addresses(forum)["forum"]).text
    (ld,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data = json.loads(ld)
    assert (data["name"], data["@type"]) == ("示例 </script><b>&", "Event")
    assert (data["startDate"], data["endDate"]) == ("2024-07-05T10:00:00+08:00", "2024-07-05T12:00:00+08:00")  # fmt: skip
    assert data["location"]["address"]["addressLocality"] == "上海"
    assert (data["maximumAttendeeCapacity"], data["remainingAttendeeCapacity"]) == (10, 6)


@pytest.mark.parametrize(
    ("minute", "badge"), [("09:59", ""), ("10:00", "正在进行"), ("12:00", "已结束")]
)
def test_now_and_over(client, forum, minute, badge):
    with clock.frozen_at(at(minute)):
        text = made_anew(client, addresses(forum)["forum"])[0].text
    head = text[text.index("<h1>") : text.index("</header>", text.index("<h1>"))]
    assert ("正在进行" in head, "已结束" in head) == (badge == "正在进行", badge == "已结束")


def test_a_cancelled_session_says_so(client, forum):
    address = addresses(forum)["session"]
    assert "已取消" not in client.get(address).text
    slot = forum.sessions.first().slots.get()
    slot.state = "cancelled"
    slot.save()
    for page in (address, addresses(forum)["forum"]):
        assert "已取消" in made_anew(client, page)[0].text


def test_a_bare_forum_has_a_page(client):
    forum = ForumFactory(published=True, title_en="")
    SessionFactory(forum=forum)
    PartFactory(forum=forum, room=None, place_note="示例地点")
    for prefix in ("", "/en"):
        assert client.get(f"{prefix}/2024/forums/{forum.code}/").status_code == 200
        assert client.get(f"{prefix}/2024/sessions/{forum.sessions.get().code}/").status_code == 200


def test_what_organisers_type_is_never_run(client, forum):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=1>"
    Forum.objects.filter(pk=forum.pk).update(title_zh=evil, summary_zh=evil)
    session = forum.sessions.first()
    type(session).objects.filter(pk=session.pk).update(title_zh=evil, abstract_zh=evil)
    guest = forum.participations.first()
    type(guest).objects.filter(pk=guest.pk).update(title_zh=evil, affiliation_zh=evil)
    type(guest.speaker).objects.filter(pk=guest.speaker_id).update(name_zh=evil, bio_zh=evil)
    for address in addresses(forum).values():
        text = client.get(address).text.replace("<wbr>", "")
        assert "<script>alert" not in text
        assert "<img src=x" not in text


# --- Guests -------------------------------------------------------------------------------------


def names(client, query=""):
    page = client.get(f"{SPEAKERS}?{query}")
    assert page.status_code == 200
    return [str(s) for s in page.context["speakers"]]


def test_guests_stand_by_pinyin_each_once(client):
    forums = [published_forum() for _n in range(2)]
    for name in ("张示例", "安示例", "陈示例"):
        speaker = SpeakerFactory(name_zh=name)
        for forum in forums:
            ParticipationFactory(forum=forum, speaker=speaker)
    ParticipationFactory(forum=forums[0], speaker__is_person=False)
    SpeakerFactory()
    assert names(client) == ["安示例", "陈示例", "张示例"]


def test_guests_by_honour_and_by_search(client):
    forum = ForumFactory()
    for name, kind in (("示例图灵", "turing"), ("示例诺奖", "nobel"), ("示例院士", "academician"), ("示例无", None)):  # fmt: skip
        speaker = ParticipationFactory(forum=forum, speaker__name_zh=name).speaker
        if kind:
            HonourFactory(speaker=speaker, kind=kind, name_zh="示例荣誉")
            HonourFactory(speaker=speaker, kind=kind, name_zh="示例第二项荣誉")
    publish_forum(forum)
    assert set(names(client, "honour=laureate")) == {"示例图灵", "示例诺奖"}
    assert names(client, "honour=academician") == ["示例院士"]
    assert names(client, "q=%E8%AF%BA%E5%A5%96") == ["示例诺奖"]
    assert names(client, "honour=nothing") == []


def test_pages_of_guests(client):
    forum = published_forum()
    for _n in range(50):
        ParticipationFactory(forum=forum)
    assert len(names(client)) == 48
    assert len(names(client, "page=2")) == 2
    for page in ("3", "0", "-1", "x", "1.5", "９", "99999999999", "%00", ""):
        assert client.get(f"{SPEAKERS}?page={page}").status_code == 404, page


@pytest.mark.parametrize("query", ["honour=%00", "q=%00", "q=%FF", "q=" + "x" * 3000, "honour=" + "x" * 300, "unknown=%00", "q=%26%7C%21"])  # fmt: skip
def test_nonsense_in_the_address_of_guests_breaks_nothing(client, forum, query):
    assert client.get(f"{SPEAKERS}?{query}").status_code == 200


def test_a_guests_page_lists_where_to_hear_them(client):
    speaker = SpeakerFactory(bio_zh="示例生平")
    shown = published_forum(title_zh="示例甲论坛")
    ParticipationFactory(forum=shown, speaker=speaker)
    ParticipationFactory(forum=published_forum(starts="11:00", ends="13:00"), speaker=speaker)
    ParticipationFactory(forum=placed(ForumFactory(title_zh="示例草稿")), speaker=speaker)
    index_forum(shown)
    text = client.get(f"/2024/speakers/{speaker.code}/").text
    assert "示例甲论坛" in text
    assert "示例生平" in text
    assert "示例草稿" not in text
    assert "时间重叠" in text


# --- For search engines -------------------------------------------------------------------------


def ld_of(client, address):
    text = made_anew(client, address)[0].text
    return json.loads(text.split('<script type="application/ld+json">')[1].split("</script>")[0])


def test_search_engines_read_edition_forum_and_session(client, forum):
    session = forum.sessions.first()
    edition = ld_of(client, "/en/2024/")
    assert (edition["name"], edition["startDate"], edition["endDate"]) == ("Sample Conference", "2024-07-04", "2024-07-06")  # fmt: skip
    about = ld_of(client, f"/en/2024/forums/{forum.code}/")
    assert about["superEvent"]["url"] == edition["url"]
    assert (about["startDate"], about["inLanguage"], about["about"]) == (
        "2024-07-05T10:00:00+08:00", ["zh"], "Industry forum",
    )  # fmt: skip
    assert (len(about["performer"]), about["organizer"][0]["@type"]) == (1, "Organization")
    talk = ld_of(client, f"/en/2024/sessions/{session.code}/")
    assert talk["superEvent"]["url"] == about["url"]
    assert talk["performer"] == about["performer"]
    for event in (edition, about, talk):
        # What they insist on.
        assert event["name"]
        assert event["location"]["address"]["addressLocality"] == "Shanghai"
        assert event["eventStatus"] == "https://schema.org/EventScheduled"
    session.slots.update(state="cancelled")
    talk = ld_of(client, f"/en/2024/sessions/{session.code}/")
    assert talk["eventStatus"] == "https://schema.org/EventCancelled"
    assert "startDate" in talk
    Forum.objects.filter(pk=forum.pk).update(is_online=True)
    about = ld_of(client, f"/en/2024/forums/{forum.code}/")
    assert about["location"] == {"@type": "VirtualLocation", "url": about["url"]}


# --- Nothing there ------------------------------------------------------------------------------


def test_an_empty_programme_says_why(client, forum):
    assert "试试更短的词" in client.get(f"{PROGRAMME}?q=zzzz").text
    other_day = client.get(f"{PROGRAMME}?day=2024-07-06").text
    assert ("当天没有安排" in other_day, "试试更短的词" in other_day) == (True, False)
    EditionFactory(year=2025, starts_on=date(2025, 7, 26), ends_on=date(2025, 7, 28))
    EditionFactory(year=2023, starts_on=date(2023, 7, 6), ends_on=date(2023, 7, 8))
    ahead, past = (client.get(f"/en/{year}/programme/").text for year in (2025, 2023))
    assert "The programme is not published yet" in ahead
    assert "not on record here" in past
    assert 'name="q"' not in ahead + past


def test_the_agenda_names_who_speaks(client, forum):
    page = made_anew(client, f"/2024/forums/{forum.code}/")[0].text
    name = forum.participations.get().speaker.name_zh
    assert f"<small>{name}</small>" in page
