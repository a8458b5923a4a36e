"""Seats by lot, so that anybody can check the draw from what is published, without a name.

    list   every lot on a line of its own, in order; `sha256sum` of that file is the published hash
    order  the lots by sha256(seed + hash of the list + lot); the first ones, as many as seats, are drawn

The hash of the seed is public before anybody registers, the hash of the list before the seed.
"""

import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forums.models import Booking, BookingState, Lottery, LotteryState
from forums.operations.seats import hold, move_counter, new_booking, not_open
from forums.operations.waiting import offer_seat, tell
from forums.seat_steps import BOOKING, LOTTERY
from waic.lib import clock, pagecache


@transaction.atomic
def register_for_draw(forum, *, visitor, expects=None):
    """A lot in the draw. ValidationError `not_bookable`, `over`, `ahead`, `closed`, `again`, or `moved` as in book_seat."""
    forum = hold(forum.pk)
    if refusal := not_open(forum, expects):
        raise refusal
    lottery = Lottery.objects.select_for_update(no_key=True).filter(forum=forum).first()
    if lottery is None:
        raise ValidationError(_("Seats of this forum are not drawn by lot."), code="not_bookable")
    if not lottery.is_open:
        sentence = (
            _("Registration for the draw has not begun.")
            if lottery.is_ahead
            else _("Registration for the draw is closed.")
        )
        raise ValidationError(sentence, code="ahead" if lottery.is_ahead else "closed")
    return new_booking(forum, visitor, BookingState.REGISTERED, lot=secrets.token_hex(8))


def list_of(lots):
    """The published list as bytes: sorted, a lot a line."""
    return "".join(f"{lot}\n" for lot in sorted(lots)).encode()


def order_of(lots, seed, list_hash):
    """The lots in the order of the draw; the same for everybody who computes it."""
    return sorted(lots, key=lambda lot: hashlib.sha256(f"{seed}{list_hash}{lot}".encode()).digest())


def lots_of(lottery):
    """All lots of the closed list, also of people who gave theirs back since."""
    rows = Booking.objects.filter(forum=lottery.forum_id).exclude(lot="")
    return rows.filter(booked_at__lt=lottery.closes_at).values_list("lot", flat=True)


@transaction.atomic
def close_list(lottery, *, by=None, reason="", version=None):
    """Publish the hash of the list. ValidationError `open` before registration has ended, `not_allowed` twice."""
    forum = hold(lottery.forum_id)
    lottery = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    if clock.now() < lottery.closes_at:
        raise ValidationError(_("Registration for the draw is still open."), code="open")
    lots = list(lots_of(lottery))
    digest = hashlib.sha256(list_of(lots)).hexdigest()
    LOTTERY.take(
        lottery, "close", by=by, reason=reason, version=version, list_hash=digest, lots=len(lots)
    )
    pagecache.bump()
    lottery.forum = forum
    return lottery


@transaction.atomic
def draw_lottery(lottery, *, by=None, reason="", version=None):
    """Give the free seats by lot; the others wait in the order of the draw. ValidationError `not_allowed` unless the list is closed."""
    forum = hold(lottery.forum_id)
    lottery = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    order = order_of(lots_of(lottery), lottery.seed, lottery.list_hash)
    LOTTERY.take(lottery, "draw", by=by, reason=reason, version=version, seats=forum.seats_left)
    rank = {lot: n for n, lot in enumerate(order, 1)}
    rows = Booking.objects.filter(forum=forum, state=BookingState.REGISTERED)
    entries = sorted(rows.select_related("visitor"), key=lambda booking: rank[booking.lot])
    for booking in entries:
        booking.forum, booking.rank = forum, rank[booking.lot]
    Booking.objects.bulk_update(entries, ["rank"], batch_size=500)
    seats = forum.seats_left
    _let_wait(entries[seats:])
    for booking in entries[:seats]:
        _give(booking, forum)
    pagecache.bump()
    return lottery


def _give(booking, forum):
    """The seat; or, to somebody who has another one at that time, its offer."""
    try:
        with transaction.atomic():
            BOOKING.take(booking, "win")
    except IntegrityError:
        offer_seat(booking, forum)
        return
    move_counter(forum, seats_taken=1)
    tell(booking, "forums/seat_drawn")


def _let_wait(entries):
    forums_rows = Booking.objects.filter(pk__in=[booking.pk for booking in entries])
    for booking in BOOKING.take_all(
        forums_rows.select_related("visitor", "forum").order_by("pk"), "queue"
    ):
        tell(booking, "forums/seat_not_drawn")


def close_due_lists():
    """Every minute: lists whose registration has ended. How many."""
    due = Lottery.objects.filter(state=LotteryState.OPEN, closes_at__lte=clock.now())
    return sum(_close(lottery) for lottery in list(due.order_by("pk")))


def _close(lottery):
    try:
        close_list(lottery)
    except ValidationError:
        return 0  # closed by hand a moment ago
    return 1
