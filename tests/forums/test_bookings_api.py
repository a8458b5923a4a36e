"""One's own seats through the API, and reserved seats at the desk."""

import pytest

from forums.models import Booking, SeatPool
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import join_waiting_list
from tests.forums.factories import ForumFactory, published_forum
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.operations import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
URL = "/api/v1/bookings/"


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def post(client, path=URL, **data):
    return client.post(path, data, content_type="application/json")


def test_booking_reading_and_giving_back(client, person):
    forum = published_forum(seats=1)
    answer = post(client, forum=forum.code)
    booked = {"forum": forum.code, "state": "held", "booked_at": "2024-07-05T08:00:00+08:00",
              "offer_ends_at": None, "lot": "", "rank": None}  # fmt: skip
    assert (answer.status_code, answer.json()) == (201, booked)
    assert client.get(f"{URL}{forum.code}/").json() == booked
    again = post(client, forum=forum.code)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "again")
    assert client.delete(f"{URL}{forum.code}/").status_code == 204
    assert client.get(f"{URL}{forum.code}/").status_code == 404


def test_waiting_and_accepting(client, person):
    forum = published_forum(seats=1)
    holder = book_seat(forum, visitor=UserFactory())
    assert post(client, forum=forum.code).json()["errors"][0]["code"] == "full"
    assert post(client, forum=forum.code, way="wait").json()["state"] == "waiting"
    cancel_booking(holder)
    accepted = post(client, f"{URL}{forum.code}/accept/")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "held")
    assert post(client, f"{URL}{forum.code}/accept/").status_code == 409


def test_others_seats_and_hidden_forums_are_not_there(client, person):
    forum, hidden = published_forum(seats=2), ForumFactory(seats=2)
    book_seat(forum, visitor=UserFactory())
    assert client.get(URL).json()["results"] == []
    for call in (client.get, client.delete):
        assert call(f"{URL}{forum.code}/").status_code == 404
    assert post(client, forum=hidden.code).status_code == 400
    assert post(client, forum="nonsense").status_code == 400
    assert post(client, forum=forum.code, way="steal").status_code == 400
    client.logout()
    assert post(client, forum=forum.code).status_code == 401


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_any_number(client, person, django_assert_max_num_queries, count):  # fmt: skip
    hours = ("10:00", "12:00", "14:00", "16:00")
    for n in range(count):
        book_seat(published_forum(seats=1, starts=hours[n], ends=hours[n + 1]), visitor=person)
    full = published_forum(seats=1)
    book_seat(full, visitor=UserFactory())
    join_waiting_list(full, visitor=UserFactory())
    with django_assert_max_num_queries(4):
        assert len(client.get(URL).json()["results"]) == count


def test_a_seat_costs_few_queries(client, person, django_assert_max_num_queries):
    """Six of them with the savepoint around it that only a test has: four through the server."""
    forum = published_forum(seats=1)
    with django_assert_max_num_queries(6):
        assert client.post(f"/portal/bookings/{forum.code}/", {"step": "book"}).status_code == 302


# --- The desk -----------------------------------------------------------------------------------


def test_the_desk_gives_a_reserved_seat(admin_client):
    forum, person = published_forum(seats=1), UserFactory()
    pool = SeatPool.objects.create(forum=forum, kind="vip", capacity=1)
    address = "/admin/forums/booking/add/"
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"pool": pool.pk, "visitor": person.pk}).status_code == 302
    booking = Booking.objects.get()
    assert (booking.pool, booking.visitor, booking.state) == (pool, person, "held")
    refused = admin_client.post(address, {"pool": pool.pk, "visitor": UserFactory().pk})
    assert refused.status_code == 200
    assert "这类预留座位已用完。" in refused.text
    assert admin_client.post(address, {"pool": "", "visitor": "x"}).status_code == 200
    assert Booking.objects.count() == 1


def test_a_token_of_one_edition_books_and_reads_seats_of_that_one_only(client):
    person = UserFactory()
    here = published_forum(seats=1)
    there = published_forum(seats=1, edition=EditionFactory(year=2025))
    Booking.objects.create(forum=there, visitor=person)
    _token, secret = make_token(person, "sample", can_write=True, days=30, year=2024)
    headers = {"Authorization": f"Bearer {secret}"}

    def ask(verb, path, **sent):
        return verb(path, sent, content_type="application/json", headers=headers).status_code

    assert client.get(f"{URL}{there.code}/", headers=headers).status_code == 404
    assert ask(client.post, URL, forum=here.code) == 201
    listed = client.get(URL, headers=headers).json()["results"]
    assert [row["forum"] for row in listed] == [here.code]
    Booking.objects.filter(forum=there).delete()
    assert (ask(client.post, URL, forum=there.code), there.bookings.count()) == (403, 0)
