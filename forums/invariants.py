"""Data rules of the programme and of its seats."""

import hashlib
from datetime import timedelta

from django.db.models import Count, F, Max, Min, Q

from forums.models import Booking, Forum, Lottery, SeatPool, Session, Slides, Star
from forums.models.booking import LIVE, SEATED
from forums.models.moments import AllMoments
from forums.operations.lottery import list_of, lots_of
from forums.releases.seating import announced_times, session_times
from forums.releases.shown import public_programme, with_shown_release
from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.invariants import invariant

LATE = timedelta(minutes=10)


@invariant("Forum.seats_taken equals its bookings with a public seat")
def seats_equal_bookings():
    seated = Q(bookings__state__in=SEATED, bookings__pool=None)
    forums = Forum.objects.annotate(held=Count("bookings", filter=seated))
    for forum in forums.exclude(seats_taken=F("held")):
        yield f"forum {forum.code}: {forum.seats_taken} taken, {forum.held} bookings"


@invariant("SeatPool.taken equals its bookings")
def pools_equal_bookings():
    held = Count("bookings", filter=Q(bookings__state__in=SEATED))
    for pool in SeatPool.objects.annotate(held=held).exclude(taken=F("held")):
        yield f"pool {pool.pk}: {pool.taken} taken, {pool.held} bookings"


@invariant("A reserved seat is one of the booking's own forum")
def pools_are_of_their_forum():
    for booking in Booking.objects.filter(pool__isnull=False).exclude(pool__forum=F("forum")):
        yield f"booking {booking.pk}"


@invariant("Bookings lie at the times of their forum")
def bookings_follow_their_forum():
    live = Booking.objects.filter(state__in=LIVE)
    for booking in live.exclude(times=F("forum__times")):
        yield f"booking {booking.pk}"


@invariant("A forum's times are those of its parts, and its visitors' those of the newest release")
def times_equal_parts():
    announced = _announced_times()
    spans = Forum.objects.filter(parts__isnull=False).annotate(
        first=Min("parts__starts_at"),
        last=Max("parts__ends_at"),
        all=AllMoments("parts__starts_at", "parts__ends_at"),
    )
    for forum in spans:
        expected = forum.first, forum.last, announced.get(forum.pk, forum.all)
        if (forum.starts_at, forum.ends_at, forum.times) != expected:
            yield f"forum {forum.code}"


def _announced_times():
    return {doc["pk"]: announced_times(doc) for content in _shown() for doc in content["forums"]}


def _shown():
    """The documents of the newest releases."""
    editions = with_shown_release(Edition.objects.all())
    return [public_programme(e).as_released for e in editions if e.shown_release]


@invariant("Guests expect a session at the times of the newest release")
def sessions_are_as_announced():
    announced = {pk: times for content in _shown() for pk, times in session_times(content).items()}
    for session in Session.objects.only("pk", "code", "announced"):
        if session.announced != announced.get(session.pk):
            yield f"session {session.code}"


@invariant("No offer is older than its deadline by more than the sweeper's round")
def offers_end():
    ended = Booking.objects.filter(state="offered", offer_ends_at__lt=clock.now() - LATE)
    for booking in ended:
        yield f"booking {booking.pk}: since {booking.offer_ends_at}"


@invariant("A closed list has the hash of its lots")
def lists_are_as_published():
    for lottery in Lottery.objects.exclude(list_hash=""):
        if hashlib.sha256(list_of(lots_of(lottery))).hexdigest() != lottery.list_hash:
            yield f"lottery {lottery.pk}"


@invariant("A star is of the edition of what was starred")
def stars_are_of_their_edition():
    other = Q(forum__isnull=False) & ~Q(forum__edition=F("edition"))
    other |= Q(session__isnull=False) & ~Q(session__forum__edition=F("edition"))
    for star in Star.objects.filter(other):
        yield f"star {star.pk}"


@invariant("Slides have their versions, numbered from one without a gap")
def versions_follow():
    counted = Slides.objects.annotate(count=Count("files"), last=Max("files__number"))
    for slides in counted.exclude(count__gt=0, count=F("last")):
        yield f"slides {slides.code}: {slides.count} versions, the last is {slides.last}"
