"""A host's own forum through the API: the portal's operations and change requests, nobody else's forum, no overwriting."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from forums.models import ChangeRequest, Forum, Participation
from forums.operations.forums import cancel_forum
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    SessionFactory,
    SpeakerFactory,
    published_forum,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.operations import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
URL = "/api/v1/hosted-forums/"


@pytest.fixture
def host():
    return UserFactory(language="en")


@pytest.fixture
def api(host):
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(host)
    return client


def hosted(person, published=False, **fields):
    forum = published_forum(**fields) if published else ForumFactory(**fields)
    forum.hosts.create(user=person)
    return forum


def of(forum, path=""):
    return f"{URL}{forum.code}/{path}"


def codes(answer):
    return [(error["attr"], error["code"]) for error in answer.json()["errors"]]


# --- Reading ------------------------------------------------------------------------------------


def test_a_host_reads_the_own_forum_with_a_version_for_each_row(api, host):
    forum = hosted(host, title_zh="示例论坛甲", title_en="Sample A")
    session = SessionFactory(forum=forum, title_zh="示例演讲", title_en="")
    guest = ParticipationFactory(forum=forum, is_confirmed=False, speaker__email="hidden@example.com")  # fmt: skip
    ForumFactory()
    [row] = api.get(URL).json()["results"]
    assert (row["code"], row["edition"], row["state"], row["asks"]) == (forum.code, 2024, "draft", False)  # fmt: skip
    answer = api.get(of(forum))
    whole = answer.json()
    assert {name: whole[name] for name in row} == row
    assert [(s["id"], s["title_zh"], len(s["version"])) for s in whole["sessions"]] == [(session.pk, "示例演讲", 12)]  # fmt: skip
    assert [(g["id"], g["name_zh"], g["role"], g["is_confirmed"]) for g in whole["guests"]] == [
        (guest.pk, guest.speaker.name_zh, "speaker", False)
    ]  # fmt: skip
    assert whole["pending"] is None
    assert "hidden@example.com" not in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_one_forum_takes_a_fixed_number_of_queries(api, host, count):
    forum = hosted(host, published=True)
    for _n in range(count):
        SessionFactory(forum=forum)
        ParticipationFactory(forum=forum)
    with CaptureQueriesContext(connection) as captured:
        assert len(api.get(of(forum)).json()["guests"]) == count
    assert len(captured) == 5


# --- Changing -----------------------------------------------------------------------------------

NEW_GUEST = {"name_zh": "示例新嘉宾", "role": "keynote", "title_zh": "教授"}


def test_before_the_approval_a_change_is_made_at_once(api, host):
    forum = hosted(host, title_en="Sample A")
    session, guest = SessionFactory(forum=forum), ParticipationFactory(forum=forum)
    changed = api.patch(of(forum), {"title_zh": "示例新名"}, format="json")
    assert (changed.status_code, changed.json()["title_zh"], changed.json()["title_en"]) == (200, "示例新名", "Sample A")  # fmt: skip
    assert api.patch(of(forum, f"sessions/{session.pk}/"), {"kind": "panel"}).status_code == 200
    assert api.patch(of(forum, f"guests/{guest.pk}/"), {"role": "moderator"}).status_code == 200
    added = [api.post(of(forum, "sessions/"), {"title_zh": "示例新演讲"}), api.post(of(forum, "guests/"), NEW_GUEST)]  # fmt: skip
    assert [answer.status_code for answer in added] == [201, 201]
    whole = added[1].json()
    assert [(s["title_zh"], s["kind"]) for s in whole["sessions"]] == [(session.title_zh, "panel"), ("示例新演讲", "speech")]  # fmt: skip
    assert [(g["name_zh"], g["role"], g["is_confirmed"]) for g in whole["guests"]] == [
        (guest.speaker.name_zh, "moderator", True), ("示例新嘉宾", "keynote", False),
    ]  # fmt: skip
    for path in (f"sessions/{session.pk}/", f"guests/{guest.pk}/"):
        assert api.delete(of(forum, path)).status_code == 200
    assert (forum.sessions.count(), forum.participations.count()) == (1, 1)
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == {"direct"}


def test_after_it_a_change_waits_for_the_desk(api, host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    guest = ParticipationFactory(forum=forum)
    asked = api.patch(of(forum), {"title_zh": "示例新名"})
    assert (asked.status_code, asked.json()["title_zh"], asked.json()["asks"]) == (202, "示例旧名", True)  # fmt: skip
    api.delete(of(forum, f"guests/{guest.pk}/"))
    pending = api.get(of(forum)).json()["pending"]
    assert [(c["what"], c["op"], c["new"]) for c in pending["changes"]] == [("text", "set", "示例新名"), ("guest", "remove", None)]  # fmt: skip
    out = api.post(of(forum, "take_out/"), {"key": pending["changes"][1]["key"]})
    assert [c["what"] for c in out.json()["pending"]["changes"]] == ["text"]
    assert api.post(of(forum, "take_out/"), {"key": "no-such"}).status_code == 404
    assert api.post(of(forum, "withdraw/")).json()["pending"] is None
    assert api.post(of(forum, "withdraw/")).status_code == 409
    assert (forum.participations.count(), Forum.objects.get(pk=forum.pk).title_zh) == (1, "示例旧名")  # fmt: skip


def test_handing_in_is_the_next_step(api, host):
    forum = hosted(host)
    assert api.post(of(forum, "hand_in/")).json()["state"] == "review"
    assert codes(api.post(of(forum, "hand_in/"))) == [(None, "not_allowed")]


def test_a_repeated_addition_with_a_key_happens_once(api, host):
    forum = hosted(host)
    answers = [api.post(of(forum, "sessions/"), {"title_zh": "示例"}, headers={"Idempotency-Key": "k"}) for _n in range(2)]  # fmt: skip
    assert [(a.status_code, a.content) for a in answers] == [(201, answers[0].content)] * 2
    assert forum.sessions.count() == 1


# --- Nobody overwrites anybody -------------------------------------------------------------------


def test_a_change_from_an_older_version_is_refused(api, host):
    forum = hosted(host)
    session, guest = SessionFactory(forum=forum), ParticipationFactory(forum=forum)
    seen = api.get(of(forum)).json()
    rows = {"": seen, f"sessions/{session.pk}/": seen["sessions"][0], f"guests/{guest.pk}/": seen["guests"][0]}  # fmt: skip
    for path, row in rows.items():
        first = api.patch(of(forum, path), {"title_en": "Mine", "version": row["version"]})
        second = api.patch(of(forum, path), {"title_en": "Theirs", "version": row["version"]})
        assert (first.status_code, second.status_code, codes(second)) == (200, 409, [(None, "stale")])  # fmt: skip
        if path:
            assert api.delete(f"{of(forum, path)}?version={row['version']}").status_code == 409
    titles = {Forum.objects.get(pk=forum.pk).title_en, forum.sessions.get().title_en, forum.participations.get().title_en}  # fmt: skip
    assert titles == {"Mine"}
    fresh = api.get(of(forum)).json()["sessions"][0]["version"]
    assert api.delete(of(forum, f"sessions/{session.pk}/?version={fresh}")).status_code == 200


# --- Bad input ----------------------------------------------------------------------------------

BAD = [
    ("patch", "", {"title_zh": ""}, [("title_zh", "blank")]),
    ("patch", "", {"title_zh": "字" * 301}, [("title_zh", "max_length")]),
    ("patch", "", {"starts_at": "2024-07-05T10:00"}, [("starts_at", "invalid")]),
    ("patch", "", {"title_zh": ["x"]}, [("title_zh", "invalid")]),
    ("post", "sessions/", {}, [("title_zh", "required")]),
    ("post", "sessions/", {"title_zh": "示例", "kind": "dance"}, [("kind", "invalid_choice")]),
    ("post", "guests/", {"role": "speaker"}, [("name_zh", "invalid")]),
    ("post", "guests/", {"name_zh": "示例", "email": "a@example.com"}, [("email", "invalid")]),
    ("post", "take_out/", {}, [("key", "required")]),
]


@pytest.mark.parametrize(("method", "path", "data", "errors"), BAD)
def test_what_cannot_be_read_is_said_by_field_and_changes_nothing(
    api, host, method, path, data, errors
):
    forum = hosted(host, title_zh="示例旧名")
    answer = getattr(api, method)(of(forum, path), data, format="json")
    assert answer.status_code == 400
    assert codes(answer) == errors
    assert Forum.objects.get(pk=forum.pk).title_zh == "示例旧名"
    assert (forum.sessions.count(), forum.participations.count(), ChangeRequest.objects.count()) == (0, 0, 0)  # fmt: skip


def test_a_cancelled_forum_is_not_changed(api, host):
    forum = hosted(host, published=True)
    cancel_forum(forum, reason="示例")
    answer = api.patch(of(forum), {"title_zh": "示例新名"})
    assert (answer.status_code, codes(answer)) == (409, [(None, "cancelled")])


# --- Only one's own -------------------------------------------------------------------------------


def every_address(forum, session, guest):
    yield from (("get", ""), ("patch", ""), ("post", "sessions/"), ("post", "guests/"))
    for row in (f"sessions/{session.pk}/", f"guests/{guest.pk}/"):
        yield from (("patch", row), ("delete", row))
    yield from (("post", step) for step in ("hand_in/", "withdraw/", "take_out/"))


def test_others_forums_and_rows_are_not_there(api, host):
    own, theirs = hosted(host), hosted(UserFactory())
    session, guest = SessionFactory(forum=theirs), ParticipationFactory(forum=theirs)
    body = {"title_zh": "示例", "name_zh": "示例", "key": "k"}
    for method, path in every_address(theirs, session, guest):
        allowed = {"patch": ["title_zh"], "post": ["title_zh"] if "sessions" in path else ["name_zh"] if "guests" in path else ["key"] if "take" in path else []}  # fmt: skip
        data = {name: body[name] for name in allowed.get(method, ())}
        assert getattr(api, method)(of(theirs, path), data, format="json").status_code == 404, path
        if path.startswith(("sessions/", "guests/")) and path.count("/") == 2:
            # A row of another forum is none of one's own, whatever the address says.
            assert getattr(api, method)(of(own, path), data, format="json").status_code == 404, path
    assert (theirs.sessions.get(), theirs.participations.get()) == (session, guest)
    assert api.get(f"{URL}ZZZZZZ/").status_code == 404
    assert APIClient().get(of(own)).status_code == 401


def test_a_token_of_one_edition_or_for_reading_does_no_more(host):
    forum = hosted(host)
    other = hosted(host, edition=EditionFactory(year=2023))
    _token, secret = make_token(host, "sample", can_write=False, days=1, year=2024)
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert [client.get(of(f)).status_code for f in (forum, other)] == [200, 404]
    assert client.patch(of(forum), {"title_zh": "示例"}).status_code == 403


def test_a_guest_of_the_same_name_is_found_and_nobodys_own_texts_are_touched(api, host):
    forum = hosted(host)
    known = SpeakerFactory(edition=forum.edition, name_zh="示例新嘉宾", name_en="", affiliation_zh="", affiliation_en="", title_zh="院长")  # fmt: skip
    api.post(of(forum, "guests/"), NEW_GUEST)
    assert Participation.objects.get(forum=forum).speaker == known
    known.refresh_from_db()
    assert known.title_zh == "院长"
