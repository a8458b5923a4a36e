"""Seats of visitors. A seat is a guarded counter on the forum and a row of the visitor's, written together (R1)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from forums.models import Booking, BookingStatus, Forum
from waic.lib import clock


@transaction.atomic
def book_seat(forum, *, visitor):
    """Hold one seat. ValidationError `full`, `over`, `not_bookable` or `again` says why it cannot be."""
    if forum.state != "published" or not forum.seats:
        raise ValidationError(_("Seats of this forum are not booked here."), code="not_bookable")
    if forum.ends_at and forum.ends_at <= clock.now():
        raise ValidationError(_("This forum is over."), code="over")
    # PostgreSQL re-checks the condition on the locked row, so two people never get the last seat,
    # and nobody gets one in a forum that is called off at this moment.
    free = Forum.objects.published().filter(pk=forum.pk, seats_taken__lt=F("seats"))
    if not free.update(seats_taken=F("seats_taken") + 1):
        raise ValidationError(_("This forum is full."), code="full")
    try:
        with transaction.atomic():
            return Booking.objects.create(forum=forum, visitor=visitor)
    except IntegrityError as error:
        raise ValidationError(_("You already have a seat in this forum."), code="again") from error


@transaction.atomic
def cancel_booking(booking):
    """Give the seat back. True if it was held; cancelling twice is harmless."""
    if not Booking.objects.filter(pk=booking.pk, status=BookingStatus.HELD).update(
        status=BookingStatus.CANCELLED
    ):
        return False
    Forum.objects.filter(pk=booking.forum_id).update(seats_taken=F("seats_taken") - 1)
    return True
