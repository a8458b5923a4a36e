"""Data rules of the programme."""

from django.db.models import Count, F, Max, Min, Q

from forums.models import BookingStatus, Forum
from waic.lib.invariants import invariant


@invariant("Forum.seats_taken equals its held bookings")
def seats_equal_bookings():
    held = Count("bookings", filter=Q(bookings__status=BookingStatus.HELD))
    for forum in Forum.objects.annotate(held=held).exclude(seats_taken=F("held")):
        yield f"forum {forum.code}: {forum.seats_taken} taken, {forum.held} bookings"


@invariant("A forum's times are those of its parts")
def times_equal_parts():
    spans = Forum.objects.filter(parts__isnull=False).annotate(
        first=Min("parts__starts_at"), last=Max("parts__ends_at")
    )
    for forum in spans.exclude(starts_at=F("first"), ends_at=F("last")):
        yield f"forum {forum.code}"
