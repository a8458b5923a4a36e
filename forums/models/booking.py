"""Seats of visitors in forums: asked for, waited for, offered, held, used."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.moments import MomentsField, no_moments
from forums.models.pool import SeatPool
from waic.lib import clock
from waic.lib.models import Versioned


class BookingState(models.TextChoices):
    REGISTERED = "registered", _("In the draw")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered")
    HELD = "held", _("Held")
    CHOOSE = "choose", _("To choose")
    ENTERED = "entered", _("Entered")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", _("Given back")
    LAPSED = "lapsed", _("Lapsed")


_S = BookingState
# These have a seat of the forum or of a pool, and its counter counts them.
SEATED = (_S.OFFERED, _S.HELD, _S.CHOOSE, _S.ENTERED, _S.NO_SHOW)
# These may still go to the forum with their seat.
HOLDING = (_S.HELD, _S.CHOOSE)
# These take up the person's own time.
TIMED = (_S.HELD, _S.ENTERED)
LIVE = (_S.REGISTERED, _S.WAITING, *SEATED)


class BookingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LIVE)

    def seated(self):
        return self.filter(state__in=SEATED)

    def waiting(self):
        """The waiting list in its order: as drawn, then as they came."""
        rows = self.filter(state=BookingState.WAITING)
        return rows.order_by(F("rank").asc(nulls_last=True), "booked_at", "pk")

    def before(self, booking):
        """Who waits for the same forum and stands before this one in the order of `waiting`."""
        if booking.rank is not None:
            earlier = Q(rank__lt=booking.rank)
        else:
            earlier = Q(rank__isnull=False) | Q(booked_at__lt=booking.booked_at)
            earlier |= Q(booked_at=booking.booked_at, pk__lt=booking.pk)
        return self.filter(earlier, forum=booking.forum_id, state=BookingState.WAITING)


class Booking(Versioned):
    """One visitor and one forum. Seats change hands in forums.operations only; the counters count the seated ones."""

    forum = models.ForeignKey(
        Forum, models.PROTECT, related_name="bookings", verbose_name=_("forum")
    )
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="forum_bookings",
        verbose_name=_("visitor"),
    )
    pool = models.ForeignKey(
        SeatPool, models.PROTECT, null=True, blank=True, related_name="bookings",
        verbose_name=_("reserved for"), help_text=_("Empty for the seats that everybody may book."),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=10, choices=BookingState, default=BookingState.HELD
    )
    booked_at = models.DateTimeField(_("booked at"), default=clock.now)
    offer_ends_at = models.DateTimeField(_("offer ends"), null=True, blank=True)
    # The forum's times, so that the database keeps a person from being in two places; they follow it when it moves.
    times = MomentsField(default=no_moments, editable=False)
    takes_time = models.BooleanField(default=True, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    # What a lottery gives: a number without a name, and a place on the waiting list.
    lot = models.CharField(_("lot"), max_length=16, blank=True, editable=False)
    rank = models.PositiveIntegerField(_("place in the draw"), null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-booked_at", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "visitor"], condition=Q(state__in=LIVE),
                name="forums_booking_one_live_per_visitor",
                violation_error_message=_("You already have a seat in this forum."),
            ),
            ExclusionConstraint(
                name="forums_booking_one_place_at_a_time",
                expressions=[("visitor", RangeOperators.EQUAL), ("times", RangeOperators.OVERLAPS)],
                condition=Q(state__in=TIMED, takes_time=True),
                violation_error_message=_("You have a seat in another forum at that time."),
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.OFFERED) | Q(offer_ends_at__isnull=False),
                name="forums_booking_offer_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.REGISTERED) | ~Q(lot=""), name="forums_booking_draw_has_lot"
            ),
            models.UniqueConstraint(
                fields=["lot"], condition=~Q(lot=""), name="forums_booking_one_per_lot"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["forum", "rank", "booked_at"], condition=Q(state=_S.WAITING),
                name="forums_booking_waiting_list",
            ),
            models.Index(
                fields=["offer_ends_at"], condition=Q(state=_S.OFFERED),
                name="forums_booking_open_offers",
            ),
            models.Index(
                fields=["moved_at"], condition=Q(moved_at__isnull=False),
                name="forums_booking_moved",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.visitor} · {self.forum}"
