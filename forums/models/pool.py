"""Seats kept back for guests of the host, the media, VIPs; and the draw of a forum everybody wants to go to."""

import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from waic.lib import clock
from waic.lib.counters import Counter
from waic.lib.models import Versioned


class PoolKind(models.TextChoices):
    HOST = "host", _("Guests of the host")
    MEDIA = "media", _("Media")
    VIP = "vip", _("VIP")


class SeatPool(Counter):
    """Seats of a forum that the desk gives away. The public's pool is the forum's own counter."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="pools", verbose_name=_("forum")
    )  # fmt: skip
    kind = models.CharField(_("reserved for"), max_length=8, choices=PoolKind)
    release_at = models.DateTimeField(
        _("unused seats become public"), null=True, blank=True,
        help_text=_("From this moment everybody may book what nobody has taken."),
    )  # fmt: skip
    released_at = models.DateTimeField(_("released"), null=True, editable=False)

    class Meta(Counter.Meta):
        ordering = ["forum", "kind"]
        verbose_name = _("reserved seats")
        verbose_name_plural = _("reserved seats")
        constraints = [
            *Counter.Meta.constraints,
            models.UniqueConstraint(
                fields=["forum", "kind"], name="forums_seatpool_one_per_kind",
                violation_error_message=_("The forum has reserved seats of this kind."),
            ),
            # Nobody's seat: what was released belongs to the public.
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(capacity=F("taken")),
                name="forums_seatpool_released_keeps_nothing",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()} · {self.forum}"

    def clean(self):
        # Said here, because Django leaves a constraint out whose column no form shows.
        if self.capacity is not None and self.capacity < self.taken:
            sentence = _("%(count)d seats are taken already; there cannot be fewer.")
            refusal = ValidationError(sentence, code="taken", params={"count": self.taken})
            raise ValidationError({"capacity": refusal})
        if self.capacity is not None and self.released_at and self.capacity != self.taken:
            sentence = _("These seats are the public's now; change the seats of the forum instead.")
            raise ValidationError({"capacity": ValidationError(sentence, code="released")})

    @property
    def is_over(self):
        """True when nothing is given from it any more."""
        return self.released_at is not None or (
            self.release_at is not None and self.release_at <= clock.now()
        )


class LotteryState(models.TextChoices):
    OPEN = "open", _("Registering")
    CLOSED = "closed", _("List closed")
    DRAWN = "drawn", _("Drawn")


def new_seed():
    """256 bits nobody guesses."""
    return secrets.token_hex(32)


class Lottery(Versioned):
    """Seats by lot: register during the window, then a draw that anybody can repeat.

    The seed exists from the first moment and its hash is public from then on; the list of lots is closed and its
    hash published before the seed is. So neither can be chosen to suit the other.
    """

    forum = models.OneToOneField(
        Forum, models.CASCADE, related_name="lottery", verbose_name=_("forum")
    )
    opens_at = models.DateTimeField(_("registration opens"))
    closes_at = models.DateTimeField(_("registration closes"))
    state = models.CharField(
        _("state"), max_length=8, choices=LotteryState, default=LotteryState.OPEN, editable=False
    )
    seed = models.CharField(_("seed"), max_length=64, default=new_seed, editable=False)
    list_hash = models.CharField(_("hash of the list"), max_length=64, blank=True, editable=False)
    lots = models.PositiveIntegerField(_("lots"), default=0, editable=False)
    seats = models.PositiveIntegerField(_("seats drawn"), default=0, editable=False)
    closed_at = models.DateTimeField(_("list closed"), null=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn"), null=True, editable=False)

    class Meta:
        ordering = ["-closes_at", "pk"]
        verbose_name = _("lottery")
        verbose_name_plural = _("lotteries")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="forums_lottery_closes_after_opening",
                violation_error_message=_("Registration closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(list_hash=""), name="forums_lottery_closed_has_hash"
            ),
            models.CheckConstraint(
                condition=Q(state="drawn", drawn_at__isnull=False)
                | (~Q(state="drawn") & Q(drawn_at__isnull=True)),
                name="forums_lottery_drawn_has_time",
            ),
        ]  # fmt: skip

    def __str__(self):
        return str(self.forum)

    @property
    def seed_hash(self):
        return hashlib.sha256(self.seed.encode()).hexdigest()

    @property
    def is_open(self):
        return self.state == LotteryState.OPEN and self.opens_at <= clock.now() < self.closes_at

    @property
    def is_ahead(self):
        return self.state == LotteryState.OPEN and clock.now() < self.opens_at
