"""The promise of R1 through the real stack: many people, each trying again and again, sell exactly the seats there are."""

import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client

from forums.api import bookings as api_bookings
from forums.models import Booking, Forum
from forums.operations.seats import book_seat
from tests.forums.factories import at, published_forum
from tests.lib.factories import UserFactory
from waic.accounts.models import User
from waic.lib import clock
from waic.lib.invariants import broken

# Through HTTP 200 requests, and 2,000 tries of the operation that it calls.
PEOPLE, TIMES, SEATS, THREADS = 40, 5, 10, 8
CROWD, TRIES, ROOM = 200, 10, 50
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet():
    """Hundreds of refusals need not be on the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def ask(client, forum):
    data = {"forum": forum.code}
    return client.post("/api/v1/bookings/", data, content_type="application/json").status_code


def rush(clients, forum, times, threads):
    """How often each status was answered when all ask at once, `times` each."""
    turns = [client for _n in range(times) for client in clients]
    start = threading.Barrier(threads, timeout=60)

    def share(n):
        try:
            with clock.frozen_at(at("08:00")):
                start.wait()
                return [ask(client, forum) for client in turns[n::threads]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return Counter(
            status for statuses in pool.map(share, range(threads)) for status in statuses
        )


def tries(forum, people, times, book):
    """How often each answer was given when all try at once in threads of their own, `times` each."""
    turns = [person for _n in range(times) for person in people]
    start = threading.Barrier(THREADS, timeout=60)

    def share(n):
        try:
            with clock.frozen_at(at("08:00")):
                start.wait()
                return [one_try(forum, person, book) for person in turns[n::THREADS]]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(answer for answers in pool.map(share, range(THREADS)) for answer in answers)


def one_try(forum, person, book):
    """As a page does it: the forum as it is now, then the operation."""
    try:
        book(Forum.objects.get(pk=forum.pk), visitor=person)
    except ValidationError as refusal:
        return "no" if refusal.code in ("full", "again") else refusal.code
    return "held"


def sold(forum):
    """(held bookings, the counter, broken data rules)."""
    forum.refresh_from_db()
    held = Booking.objects.filter(forum=forum, state="held").count()
    return held, forum.seats_taken, [sentence for _rule, sentence in broken()]


def test_a_rush_through_the_api_sells_the_seats_there_are():
    forum = published_forum(seats=SEATS)
    clients = [signed_in(person) for person in UserFactory.create_batch(PEOPLE)]
    answers = rush(clients, forum, TIMES, THREADS)
    assert answers == {201: SEATS, 409: PEOPLE * TIMES - SEATS}
    assert sold(forum) == (SEATS, SEATS, [])


def test_two_thousand_tries_sell_fifty_seats():
    forum, people = published_forum(seats=ROOM), a_crowd()
    answers = tries(forum, people, TRIES, book_seat)
    assert answers == {"held": ROOM, "no": CROWD * TRIES - ROOM}
    assert sold(forum) == (ROOM, ROOM, [])


def test_the_same_tries_oversell_when_the_counter_is_written_as_it_was_read():
    """The wrong variant at the same figures: look, then write what was seen plus one."""
    forum, people, looked = published_forum(seats=ROOM), a_crowd(), threading.Barrier(THREADS)

    def naive(forum, *, visitor, expects=None):
        if forum.seats_left <= 0 or Booking.objects.filter(forum=forum, visitor=visitor).exists():
            raise ValidationError("", code="full")
        if forum.seats_taken == 0:
            looked.wait(60)  # all have looked before the first one writes
        Booking.objects.create(forum=forum, visitor=visitor)
        Forum.objects.filter(pk=forum.pk).update(seats_taken=forum.seats_taken + 1)

    tries(forum, people, TRIES, naive)
    held, counter, rules = sold(forum)
    assert held > counter
    assert rules != []


def a_crowd():
    people = [User(email=f"sample-{n}@example.com", password="!") for n in range(CROWD)]
    return User.objects.bulk_create(people)


def test_looking_before_writing_would_oversell(monkeypatch):
    """The wrong variant through the same stack: the figures above notice it."""
    people, looked = 8, threading.Barrier(8, timeout=60)

    def naive(forum, *, visitor, expects=None):
        is_free = Forum.objects.get(pk=forum.pk).seats_left > 0
        connections.close_all()
        looked.wait()
        assert is_free
        return Booking.objects.create(forum=forum, visitor=visitor)

    monkeypatch.setitem(api_bookings.WAYS, "book", naive)
    forum = published_forum(seats=1)
    clients = [signed_in(person) for person in UserFactory.create_batch(people)]
    assert rush(clients, forum, 1, people) == {201: people}
    held, counter, rules = sold(forum)
    assert (held, counter) == (people, 0)
    assert rules != []
