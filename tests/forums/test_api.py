"""The API of the programme: read-only, published rows only, filters, pages, two languages, one shape of error."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, ForumOrganisation, ForumPart, Session, Slot
from forums.operations.releasing import next_number, release_programme
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    HonourFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.editions.models import Edition
from waic.lib import pagecache

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

KINDS = ["forums", "sessions", "slots", "speakers"]


def rich(**fields):
    """A published forum with a part, a host, a timed session and an honoured guest."""
    forum = published_forum(RoomFactory(), seats=10, summary_zh="示例简介", **fields)
    ForumOrganisation.objects.create(forum=forum, organisation=OrganisationFactory())
    session = timed_session(forum, room=RoomFactory())
    HonourFactory(speaker=ParticipationFactory(forum=forum, session=session).speaker)
    return forum


def read(client, address, **query):
    response = client.get(f"/api/v1/{address}", query)
    assert response.status_code == 200, response.content
    return response.json()


def rows(client, of, **query):
    return read(client, f"{of}/", **query)["results"]


def codes(client, of, **query):
    return {row["code"] for row in rows(client, of, **query)}


def one_of(forum, kind):
    """The key of that forum's row of a kind."""
    session = forum.sessions.get()
    return {
        "forums": forum.code, "sessions": session.code, "slots": session.slots.get().pk, "speakers": forum.participations.first().speaker.code,
    }[kind]  # fmt: skip


# --- Shape --------------------------------------------------------------------------------------


def test_a_forum(client):
    forum = rich(title_zh="示例论坛", title_en="Sample forum")
    part = forum.parts.get()
    data = read(client, f"forums/{forum.code}/")
    assert data == {
        "code": forum.code, "edition": 2024, "kind": "industry", "title_zh": "示例论坛", "title_en": "Sample forum", "summary_zh": "示例简介",
        "summary_en": "", "language": "zh", "interpretation": "", "is_online": False, "date": "2024-07-05",
        "starts_at": "2024-07-05T10:00:00+08:00", "ends_at": "2024-07-05T12:00:00+08:00",
        "parts": [{"room": part.room.code, "room_name_zh": part.room.name_zh, "room_name_en": part.room.name_en, "starts_at": "2024-07-05T10:00:00+08:00",
                   "ends_at": "2024-07-05T12:00:00+08:00", "label_zh": "", "label_en": ""}],
        "organisations": [{"role": "host", "name_zh": forum.forum_organisations.get().organisation.name_zh,
                           "name_en": forum.forum_organisations.get().organisation.name_en}],
        "seats": 10, "seats_taken": 0,
    }  # fmt: skip


def test_a_session_its_slot_and_its_guest_point_at_each_other(client):
    forum = rich()
    ParticipationFactory(forum=forum, session=forum.sessions.get(), speaker__is_person=False)
    (session,) = rows(client, "sessions")
    (slot,) = rows(client, "slots")
    (speaker,) = rows(client, "speakers")
    assert session["forum"] == slot["forum"] == forum.code
    assert session["slots"] == [slot]
    assert slot["session"] == session["code"]
    # A company on the list is no speaker.
    assert session["speakers"] == [speaker["code"]]
    assert speaker["forums"] == [forum.code]
    assert speaker["honours"] == [{"kind": "turing", "name_zh": "图灵奖", "name_en": "Turing Award", "year": None}]  # fmt: skip


def test_a_forum_without_room_and_time_has_nulls(client):
    forum = ForumFactory(published=True)
    data = read(client, f"forums/{forum.code}/")
    assert (data["starts_at"], data["date"], data["parts"]) == (None, None, [])
    placed(forum)
    pagecache._bump_now()
    assert read(client, f"forums/{forum.code}/")["parts"][0]["room"] is None


# --- Not there ----------------------------------------------------------------------------------


def hidden_forums():
    for state in ("draft", "review", "cancelled"):
        forum = placed(ForumFactory(state=state, published_at=at("09:00")))
        ParticipationFactory(forum=forum, session=timed_session(forum))
        yield forum
    yield rich(edition=EditionFactory(year=2025, is_published=False))


@pytest.mark.parametrize("kind", KINDS)
def test_drafts_are_neither_listed_nor_read(client, kind):
    shown = rich()
    hidden = list(hidden_forums())
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert len(rows(client, kind)) == 1
    assert client.get(f"/api/v1/{kind}/{one_of(shown, kind)}/").status_code == 200
    for forum in hidden:
        assert client.get(f"/api/v1/{kind}/{one_of(forum, kind)}/").status_code == 404


def test_a_guest_of_one_public_and_one_hidden_forum_names_the_public_one(client):
    forum = rich()
    speaker = forum.participations.get().speaker
    ParticipationFactory(forum=placed(ForumFactory()), speaker=speaker)
    SpeakerFactory()
    (row,) = rows(client, "speakers")
    assert row["forums"] == [forum.code]


@pytest.mark.parametrize("kind", KINDS)
def test_private_words_are_in_no_answer(client, kind):
    forum = rich(source="CANARY-source", external_id="CANARY-id")
    person = UserFactory(email="canary@example.com", name="CANARY-user")
    speaker = forum.participations.get().speaker
    type(speaker).objects.update(
        email="canary-speaker@example.com", source="CANARY-note", user=person
    )
    forum.hosts.create(user=person)
    for address in (f"{kind}/", f"{kind}/{one_of(forum, kind)}/"):
        assert "canary" not in json.dumps(read(client, address)).lower()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_written_here(client, kind):
    address = f"/api/v1/{kind}/{one_of(rich(), kind)}/"
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for method in (client.put, client.patch, client.delete):
        assert method(address, {}, content_type="application/json").status_code == 405
    assert client.post(f"/api/v1/{kind}/", {}, content_type="application/json").status_code == 405


@pytest.mark.parametrize(("kind", "key"), [("forums", "ZZZZZZ"), ("sessions", "x"), ("slots", "x"), ("slots", "99999999999999999999"), ("speakers", "%00")])  # fmt: skip
def test_what_is_not_there_is_said_in_one_shape(client, kind, key):
    response = client.get(f"/api/v1/{kind}/{key}/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert response.json()["type"] == "client_error"
    assert response.json()["errors"][0]["code"] == "not_found"


# --- Filters ------------------------------------------------------------------------------------


@pytest.fixture
def forums():
    theme = ForumKindFactory(key="theme")
    first = rich(title_zh="示例：具身智能", title_en="Embodied", kind=theme)
    second = rich(title_zh="示例：大模型", starts="14:00", ends="15:00", is_online=True)
    third = rich(title_zh="示例：明年", edition=EditionFactory(year=2025))
    return first, second, third


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {0, 1, 2}), ({"edition": 2024}, {0, 1}), ({"edition": 2023}, set()), ({"kind": "theme"}, {0}), ({"q": "具身"}, {0}), ({"q": "EMBOD"}, {0}),
        ({"is_online": "true"}, {1}), ({"date": "2024-07-05", "edition": 2024}, {0, 1}), ({"date": "2024-07-04"}, set()), ({"kind": "theme", "q": "大模型"}, set()),
    ],
)  # fmt: skip
def test_forums_are_filtered(client, forums, query, expected):
    assert codes(client, "forums", **query) == {forums[n].code for n in expected}


def test_sessions_slots_and_speakers_are_filtered(client, forums):
    first, second, _third = forums
    assert codes(client, "sessions", forum=first.code) == {first.sessions.get().code}
    assert len(rows(client, "sessions", edition=2024)) == 2
    assert len(rows(client, "sessions", kind="break")) == 0
    slot = second.sessions.get().slots.get()
    slot.starts_at, slot.ends_at = at("14:00"), at("14:30")
    slot.save()
    later = rows(client, "slots", starts_after="2024-07-05T14:00:00+08:00")
    assert [row["id"] for row in later] == [slot.pk]
    assert len(rows(client, "slots", starts_before="2024-07-05T06:00:00Z")) == 2
    guest = second.participations.get().speaker
    HonourFactory(speaker=guest, kind="academician", name_zh="示例院士")
    assert codes(client, "speakers", honour="academician") == {guest.code}
    assert codes(client, "speakers", q=guest.name_zh) == {guest.code}
    assert len(rows(client, "speakers", edition=2025)) == 1


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("forums/?edition=abc", "edition"), ("forums/?date=yesterday", "date"), ("slots/?starts_after=noon", "starts_after"), ("sessions/?kind=nonsense", "kind"),
        ("forums/?q=%00", "q"), ("speakers/?honour=%00", "honour"), ("forums/?edition=%00", "edition"), ("slots/?state=x", "state"),
    ],
)  # fmt: skip
def test_a_nonsense_filter_is_told_by_name(client, address, field):
    rich()
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 400
    body = response.json()
    assert body["type"] == "validation_error"
    assert [e["attr"] for e in body["errors"]] == [field]


@pytest.mark.parametrize("query", ["edition=99999999999999999999", "edition=1e400", "edition=-1", "q=" + "x" * 3000, "kind=' OR 1=1"])  # fmt: skip
def test_odd_filters_find_nothing_and_break_nothing(client, query):
    rich()
    response = client.get(f"/api/v1/forums/?{query}")
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert response.json()["results"] == []


# --- Pages and languages ------------------------------------------------------------------------


def test_lists_come_in_pages(client):
    forum = published_forum()
    for _n in range(5):
        ParticipationFactory(forum=forum)
    first = read(client, "speakers/", page_size=2)
    assert (first["count"], len(first["results"]), first["previous"]) == (5, 2, None)
    seen = [row["code"] for row in first["results"]]
    address = first["next"]
    while address:
        page = client.get(address).json()
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 5
    for size in ("0", "-1", "x", ""):
        assert len(rows(client, "speakers", page_size=size)) == 5
    for page in ("0", "4", "x", "%00"):
        assert client.get(f"/api/v1/speakers/?page_size=2&page={page}").status_code == 404


def test_a_page_is_never_larger_than_two_hundred(client):
    forum = published_forum()
    for _n in range(201):
        ParticipationFactory(forum=forum)
    assert len(rows(client, "speakers")) == 50
    assert len(rows(client, "speakers", page_size=100_000)) == 200


def test_one_language_with_a_fallback(client):
    forum = rich(title_zh="示例论坛", title_en="")
    assert "title" not in read(client, f"forums/{forum.code}/")
    for lang in ("zh", "en"):
        assert read(client, f"forums/{forum.code}/", lang=lang)["title"] == "示例论坛"
    speaker = forum.participations.get().speaker
    for lang, name in (("zh", speaker.name_zh), ("en", speaker.name_en)):
        row = read(client, f"speakers/{speaker.code}/", lang=lang)
        assert (row["name"], row["name_zh"]) == (name, speaker.name_zh)
    assert "name" not in read(client, f"speakers/{speaker.code}/", lang="klingon")


def test_errors_are_in_the_readers_language(client):
    said = [client.get(f"/api/v1/forums/ZZZZZZ/?lang={lang}").json()["errors"][0]["detail"] for lang in ("en", "zh")]  # fmt: skip
    assert said[0].isascii()
    assert not said[1].isascii()


@pytest.mark.parametrize("kind", KINDS)
def test_thirty_rows_take_the_queries_of_one(client, kind):
    def count():
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            found = rows(client, kind)
        return len(queries), len(found)

    kind_of = rich().kind
    few, _one = count()
    for _n in range(30):
        rich(kind=kind_of)
    many, found = count()
    assert found == 31
    assert many == few <= 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_made_once_for_everybody_and_each_language(
    client, kind, django_assert_num_queries
):
    rich()
    first = client.get(f"/api/v1/{kind}/?edition=2024", headers={"accept-language": "en"})
    client.force_login(UserFactory(is_superuser=True))
    with django_assert_num_queries(0):
        again = client.get(f"/api/v1/{kind}/?edition=2024", headers={"accept-language": "en"})
        known = {"accept-language": "en", "if-none-match": again["ETag"]}
        assert client.get(f"/api/v1/{kind}/?edition=2024", headers=known).status_code == 304
    assert again.content == first.content
    assert (again["Content-Language"], again["Vary"]) == ("en", "Accept-Encoding, Accept-Language")
    assert client.get(f"/api/v1/{kind}/?edition=2024")["Content-Language"] == "zh-hans"


def test_answers_to_a_token_and_to_a_search_are_made_anew(client):
    """A token has its own limits and its last use on record; search texts would fill the cache without end."""
    rich()
    for address, headers in (("?q=示例", {}), ("", {"authorization": "Bearer 示例".encode().decode("latin1")})):  # fmt: skip
        client.get(f"/api/v1/forums/{address}", headers=headers)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/forums/{address}", headers=headers)
        assert queries.captured_queries


# --- By release ---------------------------------------------------------------------------------


def released(forum):
    edition = Edition.objects.get(pk=forum.edition_id)
    return release_programme(edition, by=None, expects=next_number(edition))


def by_key(found):
    return {row.get("code") or row["id"]: row for row in found}


@pytest.fixture
def before_and_draft(client, forums):
    """Answers before anything was released, and the forums of 2024 after a release and a change of everything."""
    first, second, _third = forums
    before = {kind: by_key(rows(client, kind)) for kind in KINDS}
    released(first)
    for forum in (first, second):
        Session.objects.filter(forum=forum).update(title_zh="示例草稿题", kind="panel", order=9)
        Slot.objects.filter(session__forum=forum).update(starts_at=at("17:00"), ends_at=at("17:30"))
        guest = forum.participations.get()
        guest.speaker = SpeakerFactory(name_zh="示例草稿嘉宾")
        guest.save()
        ForumPart.objects.filter(forum=forum).update(starts_at=at("17:00"), ends_at=at("18:00"))
        Forum.objects.filter(pk=forum.pk).update(
            title_zh="示例草稿", starts_at=at("17:00"), is_online=False, date="2024-07-04",
        )  # fmt: skip
    rich(title_zh="示例草稿新论坛")
    return before


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_released_is_read_and_the_draft_is_not(client, before_and_draft, kind):
    """Page by page the same rows as before the release, also those of the edition without one."""
    pages = [read(client, f"{kind}/", page_size=2, page=page) for page in (1, 2)]
    assert [(page["count"], len(page["results"])) for page in pages] == [(3, 2), (3, 1)]
    now = [row for page in pages for row in page["results"]]
    assert by_key(now) == before_and_draft[kind]
    for row in now:
        assert read(client, f"{kind}/{row.get('code') or row['id']}/") == row


@pytest.mark.parametrize(
    ("kind", "query", "count"),
    [
        ("forums", {"q": "草稿"}, 0), ("forums", {"q": "具身"}, 1), ("forums", {"date": "2024-07-05"}, 3), ("forums", {"date": "2024-07-04"}, 0),
        ("forums", {"is_online": "true"}, 1), ("forums", {"edition": 2024}, 2), ("forums", {"edition": 2025}, 1), ("forums", {"kind": "theme"}, 1),
        ("sessions", {"kind": "panel"}, 0), ("sessions", {"edition": 2024}, 2), ("slots", {"starts_after": "2024-07-05T16:00:00+08:00"}, 0),
        ("slots", {"starts_before": "2024-07-05T16:00:00+08:00", "state": "confirmed", "edition": 2024}, 2), ("speakers", {"q": "草稿"}, 0), ("speakers", {"edition": 2024}, 2),
    ],
)  # fmt: skip
def test_filters_look_at_the_release(client, before_and_draft, kind, query, count):
    assert read(client, f"{kind}/", **query)["count"] == count


def test_a_draft_is_not_found_by_its_code_before_its_release(client, before_and_draft):
    draft = Forum.objects.get(title_zh="示例草稿新论坛")
    addresses = [f"/api/v1/{kind}/{one_of(draft, kind)}/" for kind in KINDS]
    assert {client.get(address).status_code for address in addresses} == {404}
    released(draft)
    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize("kind", KINDS)
def test_thirty_released_rows_take_the_queries_of_one(client, kind):
    def count():
        pagecache._bump_now()
        with CaptureQueriesContext(connection) as queries:
            found = rows(client, kind)
        return len(queries), len(found)

    first = rich()
    released(first)
    rows(client, kind)  # a process reads a release once
    few, _one = count()
    for _n in range(30):
        rich(kind=first.kind)
    released(first)
    rows(client, kind)
    many, found = count()
    assert found == 31
    assert many == few <= 8
