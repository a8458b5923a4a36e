"""What an exhibition offers: its blocks, and when companies may apply."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized

BOARDS = ("forum", "experience", "expo", "award")


class Block(models.Model):
    """板块: core technology, smart terminals, application empowerment; data, per edition."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="blocks", verbose_name=_("edition")
    )
    key = models.SlugField(_("key"), max_length=30)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    name_en = LineField(_("name in English"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "order", "pk"]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="exhibitors_block_one_per_key")
        ]

    def __str__(self):
        return localized(self, "name")

    @property
    def board(self):
        """The pigment a block wears, by its place among the blocks."""
        return BOARDS[self.order % len(BOARDS)]


class ExhibitionCallQuerySet(models.QuerySet):
    def open(self):
        """Calls of published editions in which one may apply now."""
        now = clock.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now, edition__is_published=True)

    def coming(self):
        """Calls that open later, the next one first."""
        return self.filter(opens_at__gt=clock.now(), edition__is_published=True).order_by(
            "opens_at"
        )


class ExhibitionCall(models.Model):
    """When companies may apply to exhibit in an edition: from `opens_at` until just before `closes_at`."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="exhibition_call", verbose_name=_("edition")
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    terms_zh = ProseField(_("terms in Chinese"), blank=True, max_length=10_000)
    terms_en = ProseField(_("terms in English"), blank=True, max_length=10_000)
    is_sample = models.BooleanField(_("dates are samples"), default=False)

    objects = ExhibitionCallQuerySet.as_manager()

    class Meta:
        ordering = ["edition"]
        verbose_name = _("call for exhibitors")
        verbose_name_plural = _("calls for exhibitors")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="exhibitors_exhibitioncall_closes_after_opening",
                violation_error_message=_("The call closes before it opens."),
            )
        ]  # fmt: skip

    def __str__(self):
        return str(self.edition)

    @property
    def is_open(self):
        return self.opens_at <= clock.now() < self.closes_at

    @property
    def is_over(self):
        return clock.now() >= self.closes_at
