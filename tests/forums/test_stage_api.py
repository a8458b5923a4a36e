"""The API of the stage: a speaker's contributions with their slides, and a visitor's feedback; nobody else's are there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import Feedback, SlidesFile, StageRules
from forums.operations import feedback as giving
from forums.operations import slides
from forums.operations.feedback_places import Place
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.operations import make_token
from waic.lib import clock
from waic.lib.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
STAGE, FEEDBACK = "/api/v1/contributions/", "/api/v1/feedback/"
DUE = at("09:00")


@pytest.fixture
def person(client):
    person = UserFactory(name="示例观众")
    client.force_login(person)
    return person


@pytest.fixture
def guest(person):
    """The person as a keynote at ten; somebody else speaks there as well."""
    forum = published_forum(title_zh="示例论坛甲")
    StageRules.objects.create(edition=forum.edition, slides_due_at=DUE)
    session = timed_session(forum)
    ParticipationFactory(forum=forum, session=session, speaker__user=UserFactory())
    return ParticipationFactory(forum=forum, session=session, role="keynote", speaker__user=person)


def upload(client, guest, content=None, name="talk.pdf", **headers):
    file = SimpleUploadedFile(name, content or pdf_bytes())
    return client.post(f"{STAGE}{guest.pk}/slides/", {"file": file}, headers=headers)


def code_of(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


# --- Slides -------------------------------------------------------------------------------------


def test_a_speaker_reads_when_and_uploads_until_then(client, guest):
    there = {"id": guest.pk, "forum": guest.forum.code, "session": guest.session.code, "role": "keynote",
             "begins": "2024-07-05T10:00:00+08:00", "ends": "2024-07-05T10:30:00+08:00", "slides_expected": True,
             "slides_due": "2024-07-05T09:00:00+08:00", "takes_slides": True, "slides_state": "", "slides": []}  # fmt: skip
    assert client.get(STAGE).json()["results"] == [there]
    assert client.get(f"{STAGE}{guest.pk}/").json() == there
    answer = upload(client, guest)
    (version,) = answer.json()["slides"]
    version.pop("uploaded_at")
    assert (answer.status_code, answer.json()["slides_state"]) == (201, "kept")
    assert version == {
        "number": 1,
        "name": "talk.pdf",
        "media_type": "application/pdf",
        "size": len(pdf_bytes()),
    }
    with clock.frozen_at(DUE):
        assert code_of(upload(client, guest)) == (409, "too_late")
        assert client.get(f"{STAGE}{guest.pk}/").json()["takes_slides"] is False
    assert SlidesFile.objects.get().file.uploaded_by == guest.speaker.user


def test_a_request_that_is_sent_again_is_one_version(client, guest):
    key = {"Idempotency-Key": "示例".encode().hex()}
    first, again = (upload(client, guest, **key) for _n in range(2))
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (
        201,
        first.json(),
        "true",
    )
    other = upload(client, guest, pdf_bytes(pages=2), **key)
    assert code_of(other) == (422, "key_reused")
    assert SlidesFile.objects.count() == StoredFile.objects.count() == 1
    # Without a key the same again is a version of its own, as in the portal.
    assert upload(client, guest).json()["slides"][0]["number"] == 2


@pytest.mark.parametrize("content", [b"<script>", b"%PDF-", b"MZ"])
def test_what_is_no_presentation_is_refused_beside_the_field(client, guest, content):
    answer = upload(client, guest, content)
    assert (answer.status_code, [e["attr"] for e in answer.json()["errors"]]) == (400, ["file"])
    assert client.post(f"{STAGE}{guest.pk}/slides/", {}).json()["errors"][0]["attr"] == "file"
    assert client.post(f"{STAGE}{guest.pk}/slides/", {"file": "x"}).status_code == 400
    assert (
        client.post(f"{STAGE}{guest.pk}/slides/", {}, content_type="application/json").status_code
        == 415
    )
    assert not StoredFile.objects.exists()


def test_contributions_of_others_are_not_there(client, guest):
    other = guest.session.participations.exclude(pk=guest.pk).get()
    unconfirmed = ParticipationFactory(
        forum=guest.forum,
        speaker=guest.speaker,
        session=timed_session(guest.forum),
        is_confirmed=False,
    )
    for row in (other, unconfirmed):
        assert client.get(f"{STAGE}{row.pk}/").status_code == 404
        assert upload(client, row).status_code == 404
    client.logout()
    assert upload(client, guest).status_code == 401
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_any_number(client, guest, count, django_assert_max_num_queries):
    slides.upload_slides(guest, SimpleUploadedFile("talk.pdf", pdf_bytes()))
    for n in range(1, count):
        ParticipationFactory(
            forum=guest.forum, session=timed_session(guest.forum, f"11:{n}0"), speaker=guest.speaker
        )
    with django_assert_max_num_queries(6):
        assert len(client.get(STAGE).json()["results"]) == count


# --- Feedback -----------------------------------------------------------------------------------


@pytest.fixture
def session():
    """From ten to half past, in a forum until noon."""
    return timed_session(published_forum(title_zh="示例论坛甲"))


def say(client, headers=None, **data):
    return client.post(FEEDBACK, data, content_type="application/json", headers=headers)


def test_a_visitor_says_it_once_and_changes_it(client, person, session):
    with clock.frozen_at(at("10:15")):
        first = say(client, session=session.code, rating=4, text="示例评语")
        row = {"forum": session.forum.code, "session": session.code, "rating": 4, "text": "示例评语", "state": "waiting",
               "changed_at": "2024-07-05T10:15:00+08:00"}  # fmt: skip
        assert (first.status_code, first.json()) == (201, row)
        changed = say(client, session=session.code, rating=2)
        assert (changed.status_code, changed.json()) == (
            200,
            {**row, "rating": 2, "text": "", "state": "bare"},
        )
        assert say(client, forum=session.forum.code, rating=5).status_code == 201
        giving.give_feedback(Place(session.forum, session), 1, "示例别人的", by=UserFactory())
    rows = client.get(FEEDBACK).json()["results"]
    assert [(r["session"], r["rating"]) for r in rows] == [(None, 5), (session.code, 2)]


def test_an_old_request_that_comes_late_again_changes_nothing(client, person, session):
    key = {"Idempotency-Key": "1"}
    with clock.frozen_at(at("10:15")):
        first = say(client, key, session=session.code, rating=1)
        say(client, session=session.code, rating=5)
        assert say(client, key, session=session.code, rating=1).json() == first.json()
    assert Feedback.objects.get().rating == 5


@pytest.mark.parametrize(("data", "attr"), [
    ({"rating": 6}, "rating"), ({"rating": "x"}, "rating"), ({"rating": None}, "rating"), ({}, "rating"), ({"rating": 3, "text": "示" * 1001}, "text"),
    ({"rating": 3, "text": ["x"]}, "text"), ({"rating": 3, "stars": 5}, "stars"), ({"rating": 3, "forum": "222222"}, "non_field_errors"),
    ({"rating": 3, "session": "222222"}, "session"), ({"rating": 3, "session": "\ud800"}, "session"), ({"rating": 3, "session": None}, "session"),
])  # fmt: skip
def test_what_is_no_rating_is_refused_with_its_place(client, person, session, data, attr):
    with clock.frozen_at(at("10:15")):
        answer = say(client, **{"session": session.code, **data})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert not Feedback.objects.exists()


def test_refusals_that_lie_in_how_things_stand(client, person, session, monkeypatch):
    end = at("10:30") + timedelta(hours=48)
    for moment in (at("10:00") - timedelta(seconds=1), end):
        with clock.frozen_at(moment):
            assert code_of(say(client, session=session.code, rating=3)) == (409, "not_open")
    with clock.frozen_at(at("10:15")):
        ParticipationFactory(forum=session.forum, speaker__user=person)
        assert code_of(say(client, session=session.code, rating=3)) == (409, "on_stage")
        client.force_login(UserFactory())
        monkeypatch.setattr(giving, "MOST_A_MINUTE", 0)
        assert say(client, session=session.code, rating=3).status_code == 429
        client.logout()
        assert say(client, session=session.code, rating=3).status_code == 401
    assert not Feedback.objects.exists()


def test_a_token_of_one_edition_stays_in_it(client):
    person = UserFactory()
    there = timed_session(published_forum(edition=EditionFactory(year=2025)))
    guest = ParticipationFactory(
        forum=ForumFactory(edition=there.forum.edition, published=True),
        session=there,
        speaker__user=person,
    )
    here = timed_session(published_forum())
    _token, secret = make_token(person, "sample", can_write=True, days=30, year=2024)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get(f"{STAGE}{guest.pk}/", headers=headers).status_code == 404
    with clock.frozen_at(at("10:15")):
        assert say(client, headers, session=there.code, rating=3).status_code == 403
        assert say(client, headers, session=here.code, rating=3).status_code == 201
        giving.give_feedback(Place(there.forum), 4, by=UserFactory())
    assert [r["session"] for r in client.get(FEEDBACK, headers=headers).json()["results"]] == [
        here.code
    ]
