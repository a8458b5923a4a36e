"""Seats (guarantee R1): never oversold, one person one seat, whoever comes at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client

from forums.models import Booking, Forum
from forums.operations.forums import cancel_forum
from forums.operations.seats import book_seat, cancel_booking
from tests.forums.factories import ForumFactory, at, published_forum
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.invariants import broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]

PEOPLE, SEATS = 16, 5


@pytest.fixture
def forum():
    return published_forum(seats=2)


def taken(forum):
    return Forum.objects.values_list("seats_taken", flat=True).get(pk=forum.pk)


def refused(forum, visitor=None):
    """The code of the refusal; nothing changed."""
    before = taken(forum), Booking.objects.count()
    with pytest.raises(ValidationError) as refusal:
        book_seat(forum, visitor=visitor or UserFactory())
    assert (taken(forum), Booking.objects.count()) == before
    return refusal.value.code


def test_a_seat_is_held_and_given_back(forum):
    booking = book_seat(forum, visitor=UserFactory())
    assert (booking.state, booking.booked_at, taken(forum)) == ("held", at("08:00"), 1)
    assert cancel_booking(booking) is True
    assert taken(forum) == 0
    assert cancel_booking(booking) is False
    assert taken(forum) == 0


def test_a_full_forum_refuses_until_a_seat_is_given_back(forum):
    first = book_seat(forum, visitor=UserFactory())
    book_seat(forum, visitor=UserFactory())
    assert refused(forum) == "full"
    cancel_booking(first)
    book_seat(forum, visitor=UserFactory())
    assert refused(forum) == "full"


def test_one_person_one_seat(forum):
    person = UserFactory()
    booking = book_seat(forum, visitor=person)
    assert refused(forum, person) == "again"
    with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
        Booking.objects.create(forum=forum, visitor=person)
    cancel_booking(booking)
    book_seat(forum, visitor=person)
    assert taken(forum) == 1


@pytest.mark.parametrize("fields", [{"seats": 0}, {"state": "draft"}, {"state": "review"}])
def test_what_is_not_public_or_has_no_seats_is_not_booked(fields):
    fields = {"seats": 5, "state": "published", "published_at": at("08:00"), **fields}
    assert refused(ForumFactory(**fields)) == "not_bookable"


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_seats_are_booked_until_the_forum_is_over(forum, seconds, open_):
    with clock.frozen_at(at("12:00") + timedelta(seconds=seconds)):
        if open_:
            book_seat(forum, visitor=UserFactory())
        else:
            assert refused(forum) == "over"


def test_a_forum_cancelled_while_the_page_was_open_gives_no_seat(forum):
    seen = Forum.objects.get(pk=forum.pk)
    cancel_forum(forum, reason="示例原因")
    assert seen.state == "published"
    refused(seen)


# --- Pages --------------------------------------------------------------------------------------


@pytest.fixture
def address(forum):
    return f"/portal/bookings/{forum.code}/"


def test_booking_and_giving_back_on_the_page(client, forum, address):
    person = UserFactory()
    client.force_login(person)
    assert 'value="book"' in client.get(address).text
    assert client.post(address, {"step": "book"}).status_code == 302
    assert 'value="cancel"' in client.get(address).text
    again = client.post(address, {"step": "book"})
    assert again.status_code == 409
    assert "您已有本论坛的座位" in again.text
    for _twice in range(2):
        assert client.post(address, {"step": "cancel"}).status_code == 302
    assert taken(forum) == 0


def test_a_full_forum_says_so_on_the_page(client, forum, address):
    Forum.objects.filter(pk=forum.pk).update(seats=0)
    client.force_login(UserFactory())
    assert client.post(address).status_code == 409
    Forum.objects.filter(pk=forum.pk).update(seats=1)
    book_seat(Forum.objects.get(pk=forum.pk), visitor=UserFactory())
    page = client.post(f"/en{address}")
    assert page.status_code == 409
    assert "This forum is full." in page.text


def test_htmx_gets_the_part_of_the_seat_alone(client, forum, address):
    Forum.objects.filter(pk=forum.pk).update(seats=1)
    client.force_login(UserFactory())
    htmx = {"HX-Request": "true"}
    booked = client.post(f"/en{address}", {"step": "book"}, headers=htmx)
    assert booked.status_code == 200
    assert "Your seat is booked." in booked.text
    assert "<html" not in booked.text
    assert 'value="cancel"' in booked.text
    again = client.post(f"/en{address}", {"step": "book"}, headers=htmx)
    assert again.status_code == 409
    assert "You already have a seat in this forum." in again.text
    back = client.post(f"/en{address}", {"step": "cancel"}, headers=htmx)
    assert "1 of 1 seats are free." in back.text
    # Nothing is said a second time on the next whole page.
    assert "Your seat is booked." not in client.get(f"/en{address}").text


def test_a_late_one_is_told_how_things_stand_now(client, forum, address):
    """The page was read while a seat was free; the sentence and the figures are those of the refusal."""
    Forum.objects.filter(pk=forum.pk).update(seats=1)
    late = Forum.objects.get(pk=forum.pk)
    book_seat(Forum.objects.get(pk=forum.pk), visitor=UserFactory())
    with pytest.raises(ValidationError) as refusal:
        book_seat(late, visitor=UserFactory())
    assert (refusal.value.code, late.seats_taken) == ("full", 1)


def test_a_seat_needs_an_account(client, forum, address):
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert client.post(address)["Location"].startswith("/accounts/login/")
    assert taken(forum) == 0


def test_drafts_and_unpublished_editions_are_not_there(client, forum, address):
    client.force_login(UserFactory())
    draft = ForumFactory(seats=5)
    assert client.post(f"/portal/bookings/{draft.code}/").status_code == 404
    type(forum.edition).objects.update(is_published=False)
    assert client.post(address).status_code == 404
    assert taken(forum) == 0


def test_a_booked_forum_whose_time_is_open_does_not_break_the_portal(client):
    forum = ForumFactory(published=True, seats=5)
    person = UserFactory()
    book_seat(forum, visitor=person)
    client.force_login(person)
    assert forum.title_zh in client.get("/portal/stage/").text
    assert forum.title_zh in client.get("/portal/").text


# --- All at once --------------------------------------------------------------------------------


def at_once(count, do):
    """What `do(n, start)` answered in `count` threads, each on a connection of its own."""
    start = threading.Barrier(count, timeout=60)

    def one(n):
        with clock.frozen_at(at("08:00")):
            try:
                return do(n, start)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def outcome(book):
    try:
        book()
    except ValidationError as refusal:
        return refusal.code
    return "held"


def trouble():
    return [sentence for rule, sentence in broken() if "seats_taken" in str(rule)]


@pytest.mark.django_db(transaction=True)
def test_a_rush_gets_exactly_the_seats_there_are():
    forum, people = published_forum(seats=SEATS), UserFactory.create_batch(PEOPLE)

    def rush(n, start):
        start.wait(20)
        return outcome(lambda: book_seat(forum, visitor=people[n]))

    answers = at_once(PEOPLE, rush)
    assert sorted(answers) == ["full"] * (PEOPLE - SEATS) + ["held"] * SEATS
    assert Booking.objects.filter(state="held").count() == taken(forum) == SEATS
    assert trouble() == []


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_oversell():
    """The wrong variant: look, then write. The same rush proves that the test above can fail."""
    forum, people = published_forum(seats=SEATS), UserFactory.create_batch(PEOPLE)

    def naive(n, start):
        is_free = Booking.objects.filter(forum=forum, state="held").count() < SEATS
        connections.close_all()  # the pool is smaller than the crowd
        start.wait(20)
        if is_free:
            Booking.objects.create(forum=forum, visitor=people[n])

    at_once(PEOPLE, naive)
    assert Booking.objects.filter(state="held").count() == PEOPLE
    # And the data rule notices.
    assert len(trouble()) == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_in_many_windows_gets_one_seat():
    forum, person = published_forum(seats=SEATS), UserFactory()

    def rush(_n, start):
        start.wait(20)
        return outcome(lambda: book_seat(forum, visitor=person))

    assert sorted(at_once(8, rush)) == ["again"] * 7 + ["held"]
    assert (taken(forum), Booking.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_giving_back_twice_at_once_gives_back_one_seat():
    forum = published_forum(seats=SEATS)
    mine, _other = (book_seat(forum, visitor=UserFactory()) for _n in range(2))

    def rush(_n, start):
        start.wait(20)
        return cancel_booking(mine)

    assert sorted(at_once(4, rush)) == [False, False, False, True]
    assert taken(forum) == 1
    assert trouble() == []


@pytest.mark.django_db(transaction=True)
def test_booking_and_giving_back_at_once_never_oversells():
    """Half of the room is given back while a crowd wants in."""
    forum, people = published_forum(seats=SEATS), UserFactory.create_batch(12)
    held = [book_seat(forum, visitor=UserFactory()) for _n in range(SEATS)]

    def rush(n, start):
        start.wait(20)
        if n < 3:
            return "back" if cancel_booking(held[n]) else "twice"
        return outcome(lambda: book_seat(forum, visitor=people[n]))

    answers = at_once(12, rush)
    assert answers[:3] == ["back"] * 3
    assert answers.count("held") <= 3
    assert taken(forum) == SEATS - 3 + answers.count("held")
    assert trouble() == []


@pytest.mark.django_db(transaction=True)
def test_a_rush_through_the_pages_answers_302_and_409_only():
    forum, people = published_forum(seats=3), UserFactory.create_batch(8)
    clients = [Client() for _person in people]
    for visitor, person in zip(clients, people, strict=True):
        visitor.force_login(person)

    def rush(n, start):
        start.wait(20)
        return clients[n].post(f"/portal/bookings/{forum.code}/", {"step": "book"}).status_code

    assert sorted(at_once(8, rush)) == [302] * 3 + [409] * 5
    assert taken(forum) == 3
