"""Seats by lot: anybody can repeat the draw from what is published, and nobody could have known it before."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from forums.models import Booking, Forum, Lottery
from forums.operations.lottery import close_list, draw_lottery, register_for_draw
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import join_waiting_list
from forums.tasks import tend_seats
from tests.forums.factories import at, published_forum
from tests.lib.factories import UserFactory
from waic.lib import clock, pagecache
from waic.lib.invariants import broken
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db
BEFORE, OPEN, CLOSED = at("07:00"), at("08:00"), at("09:00")


@pytest.fixture
def lottery():
    forum = published_forum(seats=2)
    return Lottery.objects.create(forum=forum, opens_at=OPEN, closes_at=CLOSED)


def register(lottery, count=5):
    with clock.frozen_at(OPEN):
        people = UserFactory.create_batch(count)
        return [register_for_draw(lottery.forum, visitor=person) for person in people]


def refused(do, *args, **words):
    with pytest.raises(ValidationError) as refusal:
        do(*args, **words)
    return refusal.value.code


@pytest.mark.parametrize(
    ("moment", "code"),
    [(OPEN - timedelta(seconds=1), "ahead"), (OPEN, None), (CLOSED - timedelta(seconds=1), None), (CLOSED, "closed")],
)  # fmt: skip
def test_one_registers_during_the_window(lottery, moment, code):
    with clock.frozen_at(moment):
        if code:
            assert refused(register_for_draw, lottery.forum, visitor=UserFactory()) == code
        else:
            booking = register_for_draw(lottery.forum, visitor=UserFactory())
            assert (booking.state, len(booking.lot)) == ("registered", 16)


def test_before_the_draw_seats_come_no_other_way(lottery):
    booking = register(lottery, 1)[0]
    with clock.frozen_at(OPEN):
        assert refused(book_seat, lottery.forum, visitor=UserFactory()) == "draw"
        assert refused(join_waiting_list, lottery.forum, visitor=UserFactory()) == "draw"
        assert refused(register_for_draw, lottery.forum, visitor=booking.visitor) == "again"
        assert refused(register_for_draw, published_forum(seats=1), visitor=UserFactory()) == "not_bookable"  # fmt: skip
        assert refused(close_list, lottery) == "open"
        assert refused(draw_lottery, lottery) == "not_allowed"
    assert Forum.objects.get(pk=lottery.forum_id).seats_taken == 0


def test_the_list_closes_by_itself_once(lottery):
    register(lottery)
    with clock.frozen_at(CLOSED):
        assert tend_seats() == [0, 0, 1, 0, 0]
        assert tend_seats() == [0, 0, 0, 0, 0]
        lottery.refresh_from_db()
        assert (lottery.state, lottery.lots, lottery.closed_at) == ("closed", 5, CLOSED)
        assert list(broken()) == []
        Booking.objects.exclude(lot="").first().delete()
        assert len(list(broken())) == 1


def drawn(lottery):
    with clock.frozen_at(CLOSED):
        close_list(lottery)
        return draw_lottery(lottery)


def test_the_draw_gives_the_seats_and_an_order_to_wait_in(lottery):
    bookings = register(lottery)
    with clock.frozen_at(CLOSED):
        drawn(lottery)
        rows = Booking.objects.order_by("rank").values_list("rank", "state")
        assert list(rows) == [(1, "held"), (2, "held"), (3, "waiting"), (4, "waiting"), (5, "waiting")]  # fmt: skip
        templates = Message.objects.values_list("template", flat=True).order_by("template")
        assert list(templates) == ["forums/seat_drawn"] * 2 + ["forums/seat_not_drawn"] * 3
        assert refused(draw_lottery, lottery) == "not_allowed"
        winner = Booking.objects.get(rank=1)
        cancel_booking(winner)
        assert Booking.objects.get(rank=3).state == "offered"
        assert {b.pk for b in bookings} == set(Booking.objects.values_list("pk", flat=True))
        assert list(broken()) == []


def test_anybody_can_repeat_the_draw_from_the_page(lottery, client):
    """Written as a reader would: from the page and the list, with hashlib alone."""
    register(lottery)
    forum = lottery.forum
    address = f"/en/{forum.edition.year}/forums/{forum.code}/"
    with clock.frozen_at(OPEN):
        before = client.get(address).text
        assert client.get(f"{address}lots.txt").status_code == 404
    drawn(lottery)
    pagecache._bump_now()  # as the commit does
    with clock.frozen_at(CLOSED):
        page, lots = client.get(address).text, client.get(f"{address}lots.txt").content
    seed_hash, list_hash, seed = re.findall(r"[0-9a-f]{64}", page)
    assert (seed_hash in before, seed in before) == (True, False)
    assert hashlib.sha256(seed.encode()).hexdigest() == seed_hash
    assert hashlib.sha256(lots).hexdigest() == list_hash
    order = sorted(
        lots.decode().split(),
        key=lambda lot: hashlib.sha256((seed + list_hash + lot).encode()).hexdigest(),
    )
    assert order == list(Booking.objects.order_by("rank").values_list("lot", flat=True))
    for booking in Booking.objects.select_related("visitor"):
        assert booking.visitor.name not in page + lots.decode()


def test_another_seed_or_list_is_another_draw(lottery):
    from forums.operations.lottery import order_of

    lots = [f"{n:016x}" for n in range(50)]
    assert order_of(lots, "a", "b") == order_of(lots[::-1], "a", "b")
    assert order_of(lots, "a", "b") != order_of(lots, "c", "b")
    assert order_of(lots, "a", "b") != order_of(lots, "a", "c")


def test_who_has_another_seat_at_the_time_is_offered_the_drawn_one(lottery):
    booking = register(lottery, 1)[0]
    with clock.frozen_at(OPEN):
        other = book_seat(published_forum(seats=1), visitor=booking.visitor)
    drawn(lottery)
    states = [Booking.objects.get(pk=b.pk).state for b in (booking, other)]
    assert states == ["offered", "held"]
    with clock.frozen_at(CLOSED):
        assert list(broken()) == []


def test_who_left_the_draw_stays_in_the_list_and_gets_nothing(lottery):
    bookings = register(lottery)
    with clock.frozen_at(OPEN):
        cancel_booking(bookings[0])
    drawn(lottery)
    lottery.refresh_from_db()
    assert lottery.lots == 5
    assert Booking.objects.get(pk=bookings[0].pk).state == "cancelled"
    assert Booking.objects.filter(state="held").count() == 2


def test_the_command_closes_and_draws(lottery, capsys):
    register(lottery)
    with clock.frozen_at(OPEN), pytest.raises(CommandError):
        call_command("draw_lottery", lottery.forum.code)
    with pytest.raises(CommandError, match="no lottery"):
        call_command("draw_lottery", "ABCDEF")
    with clock.frozen_at(CLOSED):
        call_command("draw_lottery", lottery.forum.code)
        with pytest.raises(CommandError):
            call_command("draw_lottery", lottery.forum.code)
    lottery.refresh_from_db()
    assert lottery.seed in capsys.readouterr().out


def test_registering_on_the_page(lottery, client):
    person = UserFactory()
    client.force_login(person)
    address = f"/en/portal/bookings/{lottery.forum.code}/"
    with clock.frozen_at(BEFORE):
        assert 'value="draw"' not in client.get(address).text
        assert client.post(address, {"step": "draw"}).status_code == 409
    with clock.frozen_at(OPEN):
        assert 'value="draw"' in client.get(address).text
        assert client.post(address, {"step": "draw"}).status_code == 302
        assert Booking.objects.get(visitor=person).lot in client.get(address).text
