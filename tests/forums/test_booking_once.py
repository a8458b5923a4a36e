"""R2: a booking that is sent again with its key happens once and gets the first answer; another body is refused."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from forums.api import bookings as api_bookings
from forums.models import Booking
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import join_waiting_list
from tests.forums.factories import at, published_forum
from tests.lib.factories import UserFactory
from waic.lib import clock, idempotency
from waic.lib.models import KeptAnswer

URL = "/api/v1/bookings/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def person(client):
    person = UserFactory(language="en")
    client.force_login(person)
    return person


def post(client, key="sample-key", path=URL, **data):
    headers = {"Accept-Language": "en", **({"Idempotency-Key": key} if key is not None else {})}
    return client.post(path, data, content_type="application/json", headers=headers)


def told(answer):
    return answer.status_code, answer.content, answer.headers.get("Idempotency-Replayed")


# --- The first answer again ---------------------------------------------------------------------


def test_the_same_key_gets_the_first_answer_and_one_seat(client, person):
    forum = published_forum(seats=2)
    first = post(client, forum=forum.code)
    assert told(first)[0::2] == (201, None)
    assert told(post(client, forum=forum.code)) == (201, first.content, "true")
    assert post(client, key=None, forum=forum.code).status_code == 409  # without a key as ever
    assert post(client, key="another", forum=forum.code).status_code == 409
    assert Booking.objects.count() == 1


def test_a_refusal_is_the_first_answer_too(client, person):
    forum = published_forum(seats=1)
    holder = book_seat(forum, visitor=UserFactory())
    first = post(client, forum=forum.code)
    assert (first.status_code, first.json()["errors"][0]["code"]) == (409, "full")
    cancel_booking(holder)
    assert told(post(client, forum=forum.code)) == (409, first.content, "true")
    assert post(client, key="a new one", forum=forum.code).status_code == 201


def test_an_offer_is_accepted_once(client, person):
    forum = published_forum(seats=1)
    holder = book_seat(forum, visitor=UserFactory())
    join_waiting_list(forum, visitor=person)
    cancel_booking(holder)
    path = f"{URL}{forum.code}/accept/"
    first = post(client, path=path)
    assert first.status_code == 200
    assert told(post(client, path=path)) == (200, first.content, "true")
    assert post(client, key=None, path=path).status_code == 409


@pytest.mark.parametrize("other", ["forum", "way", "path"])
def test_the_same_key_for_something_else_is_refused(client, person, other):
    forum, second = published_forum(seats=2), published_forum(seats=2)
    post(client, forum=forum.code)
    asked = {"forum": {"forum": second.code}, "way": {"forum": forum.code, "way": "wait"}, "path": {"path": f"{URL}{forum.code}/accept/"}}  # fmt: skip
    answer = post(client, **asked[other])
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error == {"code": "key_reused", "attr": None, "detail": "This Idempotency-Key was used for another request. Make a new key for a new request."}  # fmt: skip
    assert Booking.objects.count() == 1


def test_a_form_that_gives_a_key_twice_is_not_the_one_that_gives_it_once(client, person):
    forum, other = published_forum(seats=2), published_forum(seats=2)
    headers = {"Idempotency-Key": "sample-key"}
    twice = {"forum": [other.code, forum.code]}
    first = client.post(URL, twice, headers=headers)
    assert first.status_code == 201
    assert told(client.post(URL, twice, headers=headers)) == (201, first.content, "true")
    assert client.post(URL, {"forum": forum.code}, headers=headers).status_code == 422
    assert [b.forum for b in Booking.objects.all()] == [forum]


def test_files_are_the_same_when_their_bytes_are():
    def printed(*texts):
        files = [SimpleUploadedFile("sample.txt", text.encode()) for text in texts]
        data = MultiValueDict({"file": files})
        return idempotency.fingerprint_of(SimpleNamespace(method="POST", get_full_path=lambda: URL, data=data))  # fmt: skip

    assert printed("甲", "乙") == printed("甲", "乙")
    assert len({printed("甲"), printed("乙"), printed("甲", "乙"), printed("乙", "甲")}) == 4


def test_everybody_has_keys_of_their_own(client, person):
    forum, other = published_forum(seats=2), Client()
    other.force_login(UserFactory())
    assert [post(c, forum=forum.code).status_code for c in (client, other)] == [201, 201]
    assert Booking.objects.count() == 2
    assert post(Client(), forum=forum.code).status_code == 401


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "钥匙", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(client, person, key):
    answer = post(client, key=key.encode().decode("latin-1"), forum=published_forum(seats=1).code)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "Idempotency-Key"
    assert (Booking.objects.count(), KeptAnswer.objects.count()) == (0, 0)


@pytest.mark.parametrize(("age", "again"), [(timedelta(hours=23, minutes=59), "true"), (timedelta(hours=24), None)])  # fmt: skip
def test_a_key_lives_for_a_day(client, person, age, again):
    forum = published_forum(seats=2)
    post(client, forum=forum.code)
    KeptAnswer.objects.update(kept_at=timezone.now() - age)
    assert told(post(client, forum=forum.code))[2] == again
    KeptAnswer.objects.update(kept_at=timezone.now() - age)
    assert idempotency.forget_answers() == (0 if again else 1)


def test_nothing_is_kept_of_what_broke(client, person, monkeypatch):
    def breaks(*_args, **_words):
        raise RuntimeError

    forum = published_forum(seats=1)
    client.raise_request_exception = False
    monkeypatch.setitem(api_bookings.WAYS, "book", breaks)
    assert post(client, forum=forum.code).status_code == 500
    monkeypatch.setitem(api_bookings.WAYS, "book", book_seat)
    assert told(post(client, forum=forum.code))[0::2] == (201, None)


# --- At the same moment -------------------------------------------------------------------------

POSTS, THREADS = 60, 6


@pytest.fixture
def quiet():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def posted_together(person, forum, posts=POSTS, threads=THREADS):
    """The answers to so many posts of one key at once."""
    start = threading.Barrier(threads, timeout=60)

    def share(n):
        client = Client()
        client.force_login(person)
        try:
            with clock.frozen_at(at("08:00")):
                start.wait()
                return [post(client, forum=forum.code) for _n in range(posts // threads)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return [answer for answers in pool.map(share, range(threads)) for answer in answers]


@pytest.mark.django_db(transaction=True)
def test_sixty_posts_of_one_key_are_one_seat_and_sixty_equal_answers(quiet):
    person, forum = UserFactory(), published_forum(seats=50)
    answers = posted_together(person, forum)
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}  # fmt: skip
    assert len(answers) == POSTS
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert (Booking.objects.count(), KeptAnswer.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_looked_up_before_and_written_after_is_noticed(quiet, monkeypatch):
    """The wrong way: look whether the key is there, do the work, write the key down."""
    looked = threading.Barrier(2, timeout=30)

    def naive(user, key, fingerprint):
        kept = KeptAnswer.objects.filter(user=user, key=key).first()
        looked.wait()  # both have looked before either writes
        return kept or KeptAnswer(user=user, key=key, fingerprint=fingerprint), kept is None

    monkeypatch.setattr(idempotency, "claim", naive)
    monkeypatch.setattr(KeptAnswer, "save", lambda self, **_words: None)
    answers = posted_together(UserFactory(), published_forum(seats=50), posts=2, threads=2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
