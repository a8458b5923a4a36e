"""The waiting list: a free seat is offered to the first, kept until its deadline, then offered to the next."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import Booking, BookingState, Forum, ForumState
from forums.operations import seats
from forums.seat_steps import BOOKING
from waic.lib import clock
from waic.notifications.outbox import notify


@transaction.atomic
def join_waiting_list(forum, *, visitor, expects=None):
    """A place at the end. ValidationError `over`, `not_bookable`, `draw`, `free` (book instead), `again`, or `moved` as in book_seat."""
    forum = seats.hold(forum.pk)
    if refusal := seats.not_open(forum, expects):
        raise refusal
    if not forum.seats:
        raise seats.not_bookable()
    if forum.has_begun:
        raise ValidationError(_("This forum has begun."), code="over")
    lottery = getattr(forum, "lottery", None)
    if lottery and lottery.state != "drawn":
        raise ValidationError(_("Seats of this forum are drawn by lot."), code="draw")
    if forum.seats_left and not forum.bookings.waiting().exists():
        raise ValidationError(_("There is a free seat: book it."), code="free")
    return seats.new_booking(forum, visitor, BookingState.WAITING)


def offer_free_seats(forum):
    """Offer every free seat to the next in line; how many. The forum is held by the caller."""
    if forum.state != ForumState.PUBLISHED or forum.has_begun or forum.seats_left <= 0:
        return 0
    offered = list(forum.bookings.waiting().select_related("visitor")[: forum.seats_left])
    for booking in offered:
        offer_seat(booking, forum)
    return len(offered)


def offer_seat(booking, forum):
    """Set one seat aside for a person who waits, and tell them."""
    ends = clock.now() + timedelta(hours=forum.offer_hours)
    ends = min(ends, forum.announced_start) if forum.announced_start else ends
    seats.move_counter(forum, seats_taken=1)
    BOOKING.take(booking, "offer", offer_ends_at=ends)
    tell(booking, "forums/seat_offered")


def tell(booking, template, **context):
    """A message about a booking, once for each version of it."""
    notify(
        booking.visitor, template, cause=f"booking:{booking.pk}:{booking.version}:{template}",
        link=reverse("forums:book", args=[booking.forum.code]),
        context={"booking": booking, "forum": booking.forum, **context},
    )  # fmt: skip


@transaction.atomic
def accept_offer(booking, *, by=None):
    """The offered seat is the person's. ValidationError `over` after the deadline, `not_allowed`, or `overlap`."""
    seats.hold(booking.forum_id)
    booking.refresh_from_db()
    if booking.state == BookingState.OFFERED and booking.offer_ends_at <= clock.now():
        raise ValidationError(
            _("This offer has ended; the seat goes to the next one waiting."), code="over"
        )
    try:
        with transaction.atomic():
            return BOOKING.take(booking, "accept", by=by, offer_ends_at=None)
    except IntegrityError as error:
        raise seats.why_not(error) from error


# --- By themselves ------------------------------------------------------------------------------


def pass_on_seats():
    """Every minute: offers and choices whose time is over, then seats that became free in some other way."""
    return expire_offers() + expire_choices() + offer_everywhere()


def expire_offers():
    """Offers past their deadline; the seats go on. How many."""
    ended = Booking.objects.filter(
        state=BookingState.OFFERED, offer_ends_at__lte=clock.now()
    ).order_by("forum", "pk")
    return sum(_lapse(booking, "forums/seat_offer_ended") for booking in list(ended))


def expire_choices():
    """Seats of moved forums that begin while their people still have another seat at the time: given on. How many."""
    begun = Booking.objects.filter(state=BookingState.CHOOSE, forum__in=Forum.objects.begun())
    return sum(_lapse(row, "forums/seat_given_on") for row in list(begun.order_by("forum", "pk")))


@transaction.atomic
def _lapse(booking, template):
    state, forum = booking.state, seats.hold(booking.forum_id)
    booking = Booking.objects.select_related("visitor").get(pk=booking.pk)
    ended = booking.offer_ends_at is None or booking.offer_ends_at <= clock.now()
    if booking.state != state or not ended:
        return 0  # accepted, given back or settled a moment ago
    booking.forum = forum
    BOOKING.take(booking, "lapse")
    seats.free_seat(booking, forum)
    tell(booking, template)
    return 1


def offer_everywhere():
    """Free seats in forums people wait for: the desk added some, or a forum was published again. How many."""
    waiting = Booking.objects.filter(forum=OuterRef("pk"), state=BookingState.WAITING)
    free = Forum.objects.published().filter(Exists(waiting), seats_taken__lt=F("seats"))
    return sum(_offer_in(pk) for pk in free.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _offer_in(pk):
    return offer_free_seats(seats.hold(pk))
