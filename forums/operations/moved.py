"""When a forum moves, its seats move with it: everybody keeps theirs; who now has two at a time chooses (see organisers.md)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from forums.models import Booking, BookingState, Release
from forums.models.booking import LIVE, TIMED
from forums.operations.seats import hold
from forums.seat_steps import BOOKING
from waic.lib import clock
from waic.notifications.outbox import notify

QUIET = timedelta(minutes=10)  # a desk that tries out times writes one letter, not five
TRIES = 3


def move_bookings(forum):
    """Give the bookings of a forum its present times; who has another seat then must choose. Inside a transaction."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _move_bookings(forum)
        except IntegrityError:
            # Somebody of the forum booked another seat between the look and the write: look again.
            if attempt == TRIES - 1:
                raise
    return None


def _move_bookings(forum):
    forum = hold(forum.pk)
    mine = Booking.objects.filter(forum=forum, state__in=LIVE)
    takes_time = not forum.allows_overlap
    moved = mine.exclude(times=forum.times, takes_time=takes_time)
    people = list(moved.order_by("pk").values_list("visitor", flat=True))
    if not people:
        return
    mine.filter(visitor__in=people).exclude(times=forum.times).update(moved_at=clock.now())
    if start := forum.announced_start:
        # Nobody keeps an offer beyond the beginning.
        mine.filter(offer_ends_at__gt=start).update(offer_ends_at=start)
    if takes_time:
        for booking in list(_clashing(moved.filter(state=BookingState.HELD), forum)):
            BOOKING.take(booking, "clash")
    mine.filter(visitor__in=people).update(times=forum.times, takes_time=takes_time)
    settle(people)


def _others():
    """Seats of the same person elsewhere that take up their time."""
    return Booking.objects.filter(
        visitor=OuterRef("visitor"), state__in=TIMED, takes_time=True
    ).exclude(forum=OuterRef("forum"))


def _clashing(bookings, forum):
    at_once = _others().filter(times__overlap=forum.times)
    return bookings.filter(Exists(at_once)).order_by("pk")


def settle(people):
    """Seats that had to be chosen between and are alone at their time again are simply held."""
    at_once = _others().filter(times__overlap=OuterRef("times"))
    choosing = Booking.objects.filter(visitor__in=people, state=BookingState.CHOOSE)
    for booking in list(choosing.exclude(Exists(at_once)).order_by("pk")):
        try:
            with transaction.atomic():
                BOOKING.take(booking, "settle")
        except IntegrityError:
            continue  # another of theirs was settled or booked meanwhile: the choice stays


# --- Telling ------------------------------------------------------------------------------------


def _at_rest():
    """Seats that moved a while ago. Where a release waits for its quiet period, its mail says it (forums.releases.telling)."""
    waiting = Release.objects.waiting().filter(edition=OuterRef("forum__edition"))
    return Booking.objects.filter(~Exists(waiting), moved_at__lte=clock.now() - QUIET)


def tell_moved():
    """Every minute: people whose forums moved and have come to rest, one letter each about all of them. How many letters."""
    at_rest = _at_rest()
    people = at_rest.order_by("visitor").values_list("visitor", flat=True).distinct()
    return sum(_tell(person) for person in list(people))


@transaction.atomic
def _tell(person):
    rows = _at_rest().filter(visitor=person)
    moved = list(
        rows.select_for_update(no_key=True, of=["self"])
        .select_related("forum", "visitor")
        .order_by("pk")
    )
    if not moved:
        return 0
    Booking.objects.filter(pk__in=[b.pk for b in moved]).update(moved_at=None)
    told = [b for b in moved if b.state in LIVE]
    if not told:
        return 0
    choices = [b for b in told if b.state == BookingState.CHOOSE]
    last = max(b.moved_at for b in moved)
    notify(
        moved[0].visitor, "forums/seats_moved", cause=f"moved:{person}:{last.timestamp()}",
        link=reverse("forums:portal"), context={"bookings": told, "choices": choices},
    )  # fmt: skip
    return 1
