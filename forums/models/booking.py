"""Seats of visitors in forums."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from waic.lib import clock


class BookingStatus(models.TextChoices):
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Booking(models.Model):
    """One visitor's seat. Seats change hands in forums.operations only; Forum.seats_taken counts the held ones."""

    forum = models.ForeignKey(
        Forum, models.PROTECT, related_name="bookings", verbose_name=_("forum")
    )
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="forum_bookings",
        verbose_name=_("visitor"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=BookingStatus, default=BookingStatus.HELD
    )
    booked_at = models.DateTimeField(_("booked at"), default=clock.now)

    class Meta:
        ordering = ["-booked_at", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "visitor"], condition=Q(status=BookingStatus.HELD),
                name="forums_booking_one_held_seat_per_visitor",
                violation_error_message=_("You already have a seat in this forum."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.visitor} · {self.forum}"
