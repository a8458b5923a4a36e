"""The waiting list and reserved seats: a free seat is offered in order, kept until its deadline, then passed on."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from forums.models import Booking, BookingState, Forum, SeatPool
from forums.operations.forums import cancel_forum, withdraw_publication
from forums.operations.pools import give_seat, release_due_seats
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import accept_offer, join_waiting_list, pass_on_seats
from forums.tasks import tend_seats
from tests.forums.factories import at, published_forum
from tests.forums.test_seats import at_once, outcome
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.invariants import broken
from waic.lib.steps import history
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def forum():
    """Full, with one seat; its holder is `forum.holder`."""
    forum = published_forum(seats=1, offer_hours=1)
    forum.holder = book_seat(forum, visitor=UserFactory())
    return forum


def wait(forum, **person):
    return join_waiting_list(forum, visitor=UserFactory(**person))


def states(*bookings):
    return [Booking.objects.get(pk=b.pk).state for b in bookings]


def letters():
    return list(Message.objects.order_by("pk").values_list("template", "recipient", "language"))


def refused(do, *args, **words):
    with pytest.raises(ValidationError) as refusal:
        do(*args, **words)
    return refusal.value.code


def counters(forum):
    return Forum.objects.values_list("seats", "seats_taken").get(pk=forum.pk)


# --- The list -----------------------------------------------------------------------------------


def test_a_seat_given_back_goes_to_the_first_in_line(forum):
    first, second = wait(forum, language="en"), wait(forum)
    cancel_booking(forum.holder)
    assert states(forum.holder, first, second) == ["cancelled", "offered", "waiting"]
    assert letters() == [("forums/seat_offered", first.visitor_id, "en")]
    assert Message.objects.get().subject == f"A seat in “{forum.title_en}” is kept for you"
    assert counters(forum) == (1, 1)
    # Nobody passes by: the seat is kept, and whoever comes now is told to wait.
    assert refused(book_seat, forum, visitor=UserFactory()) == "full"
    accept_offer(first, by=first.visitor)
    assert states(first) == ["held"]
    assert [r.step for r in history(first)] == ["accept", "offer"]
    assert list(broken()) == []


@pytest.mark.parametrize(("seconds", "state"), [(-1, "held"), (0, "offered"), (1, "offered")])
def test_an_offer_is_taken_until_its_deadline_exactly(forum, seconds, state):
    booking = wait(forum)
    cancel_booking(forum.holder)
    with clock.frozen_at(at("09:00") + timedelta(seconds=seconds)):
        if state == "offered":
            assert refused(accept_offer, booking) == "over"
        else:
            accept_offer(booking)
    assert states(booking) == [state]


def test_an_offer_that_ended_goes_to_the_next_and_a_second_run_does_nothing(forum):
    first, second = wait(forum), wait(forum)
    cancel_booking(forum.holder)
    with clock.frozen_at(at("08:59")):
        assert tend_seats() == [0, 0, 0, 0, 0]
    with clock.frozen_at(at("09:00")):
        assert tend_seats() == [0, 1, 0, 0, 0]
        assert tend_seats() == [0, 0, 0, 0, 0]
        assert refused(accept_offer, first) == "not_allowed"
    assert states(first, second) == ["lapsed", "offered"]
    assert [template for template, *_who in letters()] == [
        "forums/seat_offered", "forums/seat_offered", "forums/seat_offer_ended",
    ]  # fmt: skip
    assert counters(forum) == (1, 1)
    assert list(broken()) == []


def test_a_declined_offer_goes_to_the_next(forum):
    first, second = wait(forum), wait(forum)
    cancel_booking(forum.holder)
    assert cancel_booking(first) is True
    assert states(first, second) == ["cancelled", "offered"]
    assert counters(forum) == (1, 1)


def test_an_offer_ends_when_the_forum_begins(forum):
    Forum.objects.filter(pk=forum.pk).update(offer_hours=48)
    booking = wait(forum)
    cancel_booking(forum.holder)
    booking.refresh_from_db()
    assert booking.offer_ends_at == at("10:00")
    with clock.frozen_at(at("10:00")):
        pass_on_seats()
        assert states(booking) == ["lapsed"]
        assert refused(join_waiting_list, forum, visitor=UserFactory()) == "over"
        # Now the seat is anybody's who comes.
        book_seat(forum, visitor=UserFactory())


def test_seats_the_desk_adds_are_offered(forum):
    booking = wait(forum)
    Forum.objects.filter(pk=forum.pk).update(seats=2)
    assert refused(book_seat, forum, visitor=UserFactory()) == "full"
    assert pass_on_seats() == 1
    assert states(booking) == ["offered"]
    assert counters(forum) == (2, 2)


def test_who_may_wait(forum):
    booking = wait(forum)
    assert refused(join_waiting_list, forum, visitor=booking.visitor) == "again"
    assert refused(join_waiting_list, forum, visitor=forum.holder.visitor) == "again"
    assert refused(book_seat, forum, visitor=booking.visitor) == "again"
    assert refused(join_waiting_list, published_forum(seats=1), visitor=UserFactory()) == "free"
    assert refused(join_waiting_list, published_forum(), visitor=UserFactory()) == "not_bookable"


def test_whoever_has_another_seat_at_that_time_must_give_it_back_first(forum):
    booking = wait(forum)
    other = book_seat(published_forum(seats=1, starts="11:00"), visitor=booking.visitor)
    cancel_booking(forum.holder)
    assert refused(accept_offer, booking) == "overlap"
    cancel_booking(other)
    accept_offer(booking)
    assert states(booking, other) == ["held", "cancelled"]


def test_calling_a_forum_off_gives_everything_back_and_tells_everybody(forum):
    waiting, elsewhere = wait(forum), book_seat(published_forum(seats=1), visitor=UserFactory())
    pool = SeatPool.objects.create(forum=forum, kind="vip", capacity=2)
    guest = give_seat(pool, visitor=UserFactory())
    cancel_forum(forum, reason="示例原因")
    assert states(forum.holder, waiting, guest, elsewhere) == ["cancelled"] * 3 + ["held"]
    assert counters(forum) == (1, 0)
    told = {(t, who) for t, who, _language in letters()}
    people = (forum.holder, waiting, guest)
    assert told == {("forums/called_off", b.visitor_id) for b in people}
    assert list(broken()) == []


def test_a_forum_taken_back_offers_nothing_until_it_is_public_again(forum):
    booking = wait(forum)
    withdraw_publication(forum, reason="示例原因")
    cancel_booking(forum.holder)
    assert states(booking) == ["waiting"]
    Forum.objects.filter(pk=forum.pk).update(state="published")
    pass_on_seats()
    assert states(booking) == ["offered"]


# --- Reserved seats -----------------------------------------------------------------------------


@pytest.fixture
def pool(forum):
    return SeatPool.objects.create(forum=forum, kind="media", capacity=2, release_at=at("09:00"))


def of(pool):
    return SeatPool.objects.values_list("capacity", "taken").get(pk=pool.pk)


def test_reserved_seats_are_given_up_to_the_last_one(forum, pool):
    given = [give_seat(pool, visitor=UserFactory()) for _n in range(2)]
    assert refused(give_seat, pool, visitor=UserFactory()) == "full"
    assert refused(give_seat, pool, visitor=given[0].visitor) == "full"
    assert (of(pool), counters(forum)) == ((2, 2), (1, 1))
    cancel_booking(given[0])
    assert (of(pool), counters(forum)) == ((2, 1), (1, 1))
    assert refused(give_seat, pool, visitor=given[1].visitor) == "again"
    assert refused(give_seat, pool, visitor=forum.holder.visitor) == "again"
    assert list(broken()) == []


@pytest.mark.parametrize(("seconds", "released"), [(-1, 0), (0, 1), (1, 1)])
def test_unused_seats_become_public_at_their_time_and_only_once(forum, pool, seconds, released):
    give_seat(pool, visitor=UserFactory())
    with clock.frozen_at(at("09:00") + timedelta(seconds=seconds)):
        assert release_due_seats() == released
        assert release_due_seats() == 0
    assert (of(pool), counters(forum)) == (((1, 1), (2, 1)) if released else ((2, 1), (1, 1)))
    assert list(broken()) == []


def test_a_due_seat_can_be_booked_before_the_task_has_been_round(forum, pool):
    with clock.frozen_at(at("08:59")):
        assert refused(book_seat, forum, visitor=UserFactory()) == "full"
    with clock.frozen_at(at("09:00")):
        book_seat(forum, visitor=UserFactory())
        assert refused(give_seat, pool, visitor=UserFactory()) == "released"
    assert (of(pool), counters(forum)) == ((0, 0), (3, 2))


def test_due_seats_go_to_those_who_wait_first(forum, pool):
    waiting = [wait(forum) for _n in range(3)]
    with clock.frozen_at(at("09:00")):
        tend_seats()
    assert states(*waiting) == ["offered", "offered", "waiting"]
    assert counters(forum) == (3, 3)


def test_a_reserved_seat_given_back_after_the_release_is_the_publics(forum, pool):
    guest = give_seat(pool, visitor=UserFactory())
    with clock.frozen_at(at("09:00")):
        release_due_seats()
        cancel_booking(guest)
        assert (of(pool), counters(forum)) == ((0, 0), (3, 1))
        assert list(broken()) == []


@pytest.mark.django_db(transaction=True)
def test_release_booking_and_giving_at_once_lose_and_double_nothing():
    forum = published_forum(seats=0)
    pool = SeatPool.objects.create(forum=forum, kind="vip", capacity=4, release_at=at("08:00"))
    people = UserFactory.create_batch(8)

    def rush(n, start):
        start.wait(20)
        if n < 2:
            return release_due_seats()
        return outcome(lambda: book_seat(forum, visitor=people[n]))

    answers = at_once(8, rush)
    assert (of(pool), counters(forum)) == ((0, 0), (4, answers[2:].count("held")))
    assert sum(answers[:2]) <= 4
    assert list(broken()) == []


@pytest.mark.django_db(transaction=True)
def test_sweepers_at_once_offer_a_seat_once():
    forum = published_forum(seats=1, offer_hours=1)
    holder = book_seat(forum, visitor=UserFactory())
    waiting = [wait(forum) for _n in range(3)]
    cancel_booking(holder)

    def sweep(_n, start):
        start.wait(20)
        with clock.frozen_at(at("09:00")):
            return pass_on_seats()

    assert sum(at_once(4, sweep)) == 1
    assert states(*waiting) == ["lapsed", "offered", "waiting"]
    assert counters(forum) == (1, 1)


# --- States -------------------------------------------------------------------------------------


def test_every_pair_of_states_is_a_step_or_is_refused():
    from forums.seat_steps import BOOKING

    allowed = {
        ("registered", "held"), ("registered", "waiting"), ("registered", "offered"), ("waiting", "offered"),
        ("offered", "held"), ("offered", "lapsed"), ("choose", "lapsed"), ("held", "choose"), ("choose", "held"),
        ("held", "entered"), ("choose", "entered"), ("held", "no_show"), ("choose", "no_show"),
        *((state, "cancelled") for state in ("registered", "waiting", "offered", "held", "choose")),
    }  # fmt: skip
    pairs = {(a.value, b.value) for a in BookingState for b in BookingState}
    steps = {(source.value, step.target.value) for step in BOOKING.steps for source in step.sources}
    assert steps == allowed < pairs
    forum, person = published_forum(seats=1), UserFactory()
    booking = Booking.objects.create(
        forum=forum, visitor=person, lot="a", offer_ends_at=clock.now()
    )
    for step in BOOKING.steps:
        for state in set(BookingState) - set(step.sources):
            Booking.objects.filter(pk=booking.pk).update(state=state)
            booking.refresh_from_db()
            assert refused(BOOKING.take, booking, step.name) == "not_allowed", (step.name, state)


def test_those_before_one_in_the_list_are_those_of_its_order(forum):
    """Drawn places first, then as they came; at the same moment, as they were written; nobody of another forum."""
    line = [wait(forum) for _n in range(4)]
    Booking.objects.filter(pk=line[3].pk).update(rank=2)
    Booking.objects.filter(pk=line[2].pk).update(rank=1)
    other = published_forum(seats=1, offer_hours=1)
    book_seat(other, visitor=UserFactory())
    wait(other)
    expected = [line[2].pk, line[3].pk, line[0].pk, line[1].pk]
    assert [booking.pk for booking in forum.bookings.waiting()] == expected
    places = [Booking.objects.before(booking).count() for booking in forum.bookings.waiting()]
    assert places == [0, 1, 2, 3]
