"""At the door: a ticket's person has a seat or not, and enters once; who did not come is marked after the forum."""

import pytest
from django.test.utils import CaptureQueriesContext

from forums.models import Booking, SeatPool
from forums.operations.door import check_seat, mark_no_shows
from forums.operations.pools import give_seat
from forums.operations.seats import book_seat, cancel_booking
from tests.forums.factories import at, published_forum
from tests.forums.test_moved_seats import move
from tests.forums.test_seats import at_once
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import NEXT_DAY, RegistrationFactory, TicketFactory
from waic.accounts.desks import sync_desks
from waic.lib import clock
from waic.lib.invariants import broken
from waic.lib.steps import history
from waic.visitors.operations import code_of, renew_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_door():
    with clock.frozen_at(at("09:50")):
        yield


@pytest.fixture
def forum():
    forum = published_forum(seats=9)
    forum.edition.is_current = True
    forum.edition.save()
    book_seat(forum, visitor=UserFactory())  # somebody else's
    return forum


def ticket_for(forum, person=None, **fields):
    registration = RegistrationFactory(edition=forum.edition, user=person or UserFactory())
    return TicketFactory(registration=registration, **fields)


@pytest.fixture
def staff():
    from django.contrib.auth.models import Group

    sync_desks()
    person = UserFactory()
    person.groups.add(Group.objects.get(name="gate"))
    return person


@pytest.fixture
def ticket(forum):
    ticket = ticket_for(forum)
    ticket.booking = book_seat(forum, visitor=ticket.registration.user)
    return ticket


def verdict(ticket, forum, staff=None):
    return check_seat(code_of(ticket), forum, by=staff).verdict


def state(booking):
    return Booking.objects.get(pk=booking.pk).state


def test_a_seat_is_entered_once(ticket, forum, staff):
    assert [verdict(ticket, forum, staff) for _n in range(2)] == ["entered", "again"]
    assert state(ticket.booking) == "entered"
    assert [(r.step, r.by) for r in history(ticket.booking)] == [("enter", staff)]
    assert cancel_booking(ticket.booking) is False
    assert list(broken()) == []


def test_without_a_seat_there_is_no_way_in(ticket, forum):
    other = published_forum(seats=9, edition=forum.edition, starts="14:00", ends="15:00")
    assert verdict(ticket_for(forum), forum) == "no_seat"
    assert verdict(ticket, other) == "no_seat"
    cancel_booking(ticket.booking)
    assert verdict(ticket, forum) == "no_seat"


def test_a_ticket_that_is_not_good_shows_no_seat(ticket, forum):
    tomorrow = ticket_for(forum, date=NEXT_DAY)
    book_seat(forum, visitor=tomorrow.registration.user)
    elsewhere = TicketFactory(registration__edition=EditionFactory(year=2031))
    old = code_of(ticket)
    renew_code(ticket)
    assert verdict(tomorrow, forum) == "wrong_day"
    assert verdict(elsewhere, forum) == "unknown"
    assert check_seat(old, forum, by=None).verdict == "void"
    assert check_seat("nonsense", forum, by=None).verdict == "unknown"
    assert state(ticket.booking) == "held"


def test_reserved_seats_enter_too(forum):
    ticket = ticket_for(forum)
    pool = SeatPool.objects.create(forum=forum, kind="vip", capacity=1)
    give_seat(pool, visitor=ticket.registration.user)
    assert verdict(ticket, forum) == "entered"


def test_who_had_to_choose_chooses_by_coming(ticket, forum):
    other = published_forum(seats=9, edition=forum.edition, starts="14:00", ends="15:00")
    kept = book_seat(other, visitor=ticket.registration.user)
    move(forum, "13:30", "14:30")
    assert state(ticket.booking) == "choose"
    assert verdict(ticket, forum) == "entered"
    assert (state(ticket.booking), state(kept)) == ("entered", "held")


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_once_let_a_seat_in_once(ticket, forum):
    code = code_of(ticket)

    def scan(_n, start):
        start.wait(20)
        with clock.frozen_at(at("09:50")):
            return check_seat(code, forum, by=None).verdict

    assert sorted(at_once(6, scan)) == ["again"] * 5 + ["entered"]


# --- Pages --------------------------------------------------------------------------------------


def test_the_desk_scans_one_ticket_after_the_other(client, ticket, forum, staff):
    client.force_login(staff)
    assert forum.title_en in client.get("/en/gate/forums/").text
    address = f"/en/gate/forums/{forum.code}/"
    code = code_of(ticket)
    assert 'name="code"' in client.get(address).text
    assert "Welcome, a seat is booked" in client.post(address, {"code": code}).text
    again = client.post(address, {"code": code}, headers={"hx-request": "true"})
    assert ("Has entered already" in again.text, "<html" in again.text) == (True, False)
    empty = client.post(address, {"code": ""}, headers={"hx-request": "true"})
    assert (empty.status_code, "<html" in empty.text) == (400, False)
    assert client.post(address, {"code": ""}).status_code == 400


def test_only_gate_staff_sees_the_doors(client, forum):
    client.force_login(UserFactory())
    assert client.get("/gate/forums/").status_code == 403
    assert client.post(f"/gate/forums/{forum.code}/", {"code": "x"}).status_code == 403


def test_forums_without_seats_have_no_door(client, forum, staff):
    client.force_login(staff)
    draft = published_forum(edition=forum.edition)
    assert client.get(f"/gate/forums/{draft.code}/").status_code == 404
    assert draft.title_zh not in client.get("/gate/forums/").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_doors_asks_the_same_for_any_number(client, forum, staff, count):
    for _n in range(count - 1):
        published_forum(seats=5, edition=forum.edition)
    client.force_login(staff)
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        client.get("/gate/forums/")
    assert len(captured) == 5, [q["sql"][:90] for q in captured]


# --- After the forum ----------------------------------------------------------------------------


def test_who_did_not_come_is_marked_once_the_forum_is_over(ticket, forum):
    waiting = Booking.objects.create(forum=forum, visitor=UserFactory(), state="waiting")
    verdict(ticket, forum)
    absent = Booking.objects.get(forum=forum, state="held")
    with clock.frozen_at(at("11:59")):
        assert mark_no_shows() == 0
    with clock.frozen_at(at("12:00")):
        assert (mark_no_shows(), mark_no_shows()) == (1, 0)
    assert [state(b) for b in (ticket.booking, absent, waiting)] == [
        "entered",
        "no_show",
        "waiting",
    ]
    assert [(r.step, r.before, r.after) for r in history(absent)] == [("miss", "held", "no_show")]
    Booking.objects.filter(pk=waiting.pk).delete()
    assert list(broken()) == []


def test_a_forum_whose_door_nobody_checked_marks_nobody(ticket):
    with clock.frozen_at(at("12:00")):
        assert mark_no_shows() == 0
    assert state(ticket.booking) == "held"
