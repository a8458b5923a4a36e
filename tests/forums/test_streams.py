"""Live streams and replays: https, the edition's sites, shown when they run, set by desk and host, against refused consent."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from forums.models import StageRules, StreamLink
from forums.oddities import oddities_of
from forums.operations.releasing import release_programme
from forums.operations.speaking import answer_consent
from forums.operations.streams import write_stream
from tests.forums.factories import ParticipationFactory, at, published_forum, timed_session
from tests.forums.slides.presenting import released
from tests.lib.factories import UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db
LIVE, REPLAY, TALK = (f"https://live.example.com/{name}" for name in ("live", "replay", "talk"))


@pytest.fixture
def forum():
    """From ten to twelve, with a talk at half past ten."""
    forum = published_forum(title_zh="示例论坛甲")
    forum.talk = timed_session(forum, "10:30", title_zh="示例演讲甲")
    StreamLink.objects.create(forum=forum, kind="live", url=LIVE, title_zh="示例直播间")
    StreamLink.objects.create(forum=forum, kind="replay", url=REPLAY)
    StreamLink.objects.create(forum=forum, session=forum.talk, kind="replay", url=TALK)
    return forum


@pytest.fixture
def host(client, forum):
    host = UserFactory()
    forum.hosts.create(user=host)
    client.force_login(host)
    return host


def address(forum):
    return reverse("forums:hosted-streams", args=[forum.code])


def seen(client, path, *urls):
    text = client.get(f"{path}?at={clock.now():%H%M%S}").text
    return [url for url in urls if f'href="{url}"' in text]


# --- The public ---------------------------------------------------------------------------------


@pytest.mark.parametrize("with_release", [False, True])
@pytest.mark.parametrize(("moment", "on_forum", "on_talk"), [
    ("09:44", [], []), ("09:45", [LIVE], []), ("10:00", [LIVE], []), ("10:59", [LIVE], []), ("11:00", [LIVE, TALK], [TALK]),
    ("11:59", [LIVE, TALK], [TALK]), ("12:00", [REPLAY, TALK], [TALK]),
])  # fmt: skip
def test_a_stream_is_shown_when_it_runs_and_the_replay_afterwards(client, forum, moment, on_forum, on_talk, with_release):  # fmt: skip
    if with_release:
        with clock.frozen_at(at("08:00")):
            release_programme(forum.edition, by=UserFactory(), expects=1)
    with clock.frozen_at(at(moment)):
        assert seen(client, f"/2024/forums/{forum.code}/", LIVE, REPLAY, TALK) == on_forum
        assert seen(client, f"/2024/sessions/{forum.talk.code}/", LIVE, REPLAY, TALK) == on_talk


def ld_of(client, forum):
    text = client.get(f"/2024/forums/{forum.code}/?at={clock.now():%H%M}").text
    return json.loads(text.split('<script type="application/ld+json">')[1].split("</script>")[0])


def test_search_engines_and_exports_learn_of_it(client, forum):
    with clock.frozen_at(at("10:15")):
        live = ld_of(client, forum)
        event = event_of(client, forum)
    assert live["location"][1:] == [{"@type": "VirtualLocation", "url": LIVE}]
    assert live["location"][0]["@type"] == "Place"
    assert (event["links"], "attachments" in event) == ([], False)
    guest = ParticipationFactory(forum=forum, session=forum.talk)
    with clock.frozen_at(at("08:00")):
        slides = released(guest)
    with clock.frozen_at(at("12:15")):
        over, event, xml = ld_of(client, forum), event_of(client, forum), client.get("/2024/programme/schedule.xml?later").text  # fmt: skip
    assert over["recordedIn"] == [{"@type": "VideoObject", "name": "回放", "url": REPLAY}]
    assert event["links"] == [{"url": TALK, "title": "回放"}]
    assert [(a["type"], slides.code in a["url"]) for a in event["attachments"]] == [
        ("slides", True)
    ]
    assert f'<links><link href="{TALK}">回放</link></links>' in xml
    assert "<attachments><attachment href=" in xml


def event_of(client, forum):
    document = json.loads(
        client.get(f"/2024/programme/schedule.json?at={clock.now():%H%M}").content
    )
    days = document["schedule"]["conference"]["days"]
    return next(
        e
        for d in days
        for rows in d["rooms"].values()
        for e in rows
        if e.get("code") == forum.talk.code
    )


# --- What is taken ------------------------------------------------------------------------------


def test_an_address_nobody_can_read_is_refused(forum):
    StageRules.objects.create(edition=forum.edition, stream_hosts=["live.example.com"])
    with pytest.raises(ValidationError) as refusal:
        write_stream(forum, None, "live", "https://[")
    assert list(refusal.value.error_dict) == ["url"]


@pytest.mark.parametrize("url", [
    "http://live.example.com/a", "javascript:alert(1)", "https://example.com/a", "https://live.example.com.evil.test/a", "https://evil.test/live.example.com",
    "https://live.example.com@evil.test/", "ftp://live.example.com/", "https://" + "a" * 600,
    "https://evil.test\\@live.example.com/", "https://evil.test:x@live.example.com/",
])  # fmt: skip
def test_other_places_are_refused_beside_the_field(client, forum, host, url):
    StageRules.objects.create(edition=forum.edition, stream_hosts=["Live.Example.com"])
    data = {"place": str(forum.talk.pk), "kind": "live", "url": url, "title_zh": "示例标题"}
    page = client.post(address(forum), data)
    assert (page.status_code, list(page.context["form"].errors)) == (400, ["url"])
    assert "示例标题" in page.text
    assert StreamLink.objects.count() == 3


def test_a_host_writes_changes_and_removes_links_of_the_own_forum(client, forum, host):
    StageRules.objects.create(edition=forum.edition, stream_hosts=["example.com"])
    place = str(forum.talk.pk)
    assert (
        client.post(
            address(forum), {"place": place, "kind": "live", "url": LIVE, "title_en": "Talk"}
        ).status_code
        == 302
    )
    assert (
        client.post(address(forum), {"place": "0", "kind": "replay", "url": ""}).status_code == 302
    )
    rows = StreamLink.objects.order_by("pk").values_list("session", "kind", "url", "title_en")
    assert list(rows) == [
        (None, "live", LIVE, ""), (forum.talk.pk, "replay", TALK, ""), (forum.talk.pk, "live", LIVE, "Talk"),
    ]  # fmt: skip
    assert LIVE in client.get(address(forum)).text
    other = timed_session(published_forum(edition=forum.edition))
    for wrong in (str(other.pk), "x", ""):
        assert client.post(address(forum), {"place": wrong, "kind": "live", "url": LIVE}).status_code == 400  # fmt: skip
    forum.state = "cancelled"
    forum.save()
    assert client.post(address(forum), {"place": "0", "kind": "live", "url": LIVE}).status_code == 400  # fmt: skip
    assert StreamLink.objects.count() == 3


def test_the_database_keeps_one_https_link_of_a_kind(forum):
    for session, url in ((None, "https://other.example.com/"), (forum.talk, "http://example.com/")):
        with pytest.raises(IntegrityError), transaction.atomic():
            StreamLink.objects.create(forum=forum, session=session, kind="live" if session else "replay", url=url)  # fmt: skip
    foreign = timed_session(published_forum(edition=forum.edition))
    with pytest.raises(ValidationError) as refusal:
        StreamLink(forum=forum, session=foreign, kind="live", url=LIVE).full_clean()
    assert list(refusal.value.error_dict) == ["session"]


# --- Consent ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_is_told_of_replays_somebody_refused(forum, count, django_assert_max_num_queries):
    guests = [ParticipationFactory(forum=forum, session=forum.talk) for _n in range(count)]
    for guest in guests:
        answer_consent(guest.speaker, "recording", True)
    in_another = ParticipationFactory(forum=forum, session=timed_session(forum, "11:30"))
    answer_consent(in_another.speaker, "recording", False)

    def told():
        with translation.override("en"), django_assert_max_num_queries(30):
            found = oddities_of(forum.edition)
        return {o.sentence for o in found if o.kind.startswith("Replay although")}

    # The forum's own replay shows everybody, the talk's replay its own guests.
    assert told() == {f"{in_another.speaker.name_en}: {forum.title_en}"}
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        for guest in guests:
            answer_consent(guest.speaker, "recording", False)
    names = {guest.speaker.name_en for guest in guests}
    assert told() == {f"{name}: {forum.title_en}" for name in {*names, in_another.speaker.name_en}} | {
        f"{name}: {forum.talk.title_en}" for name in names
    }  # fmt: skip
