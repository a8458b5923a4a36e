"""Stands, and who has them."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exhibitors.models.application import Application
from waic.editions.models import Hall
from waic.lib import clock
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField


class Booth(models.Model):
    """A stand in a hall, like H2-B101."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="booths", verbose_name=_("hall"))
    number = models.CharField(
        _("number"),
        max_length=20,
        validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Like H2-B101."))],
    )
    area = models.PositiveIntegerField(_("area in m²"), null=True, blank=True)
    note = LineField(_("note"), max_length=200, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["hall", "number"]
        verbose_name = _("booth")
        verbose_name_plural = _("booths")
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"], name="exhibitors_booth_one_per_number"
            )
        ]

    def __str__(self):
        return self.number


class AllocationQuerySet(PublicQuerySet):
    def current(self):
        """Booths that are given and not given back."""
        return self.filter(released_at=None)


class Allocation(models.Model):
    """A booth given to an exhibitor; a booth has one exhibitor at a time."""

    booth = models.ForeignKey(
        Booth, models.PROTECT, related_name="allocations", verbose_name=_("booth")
    )
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="allocations", verbose_name=_("exhibitor")
    )
    allocated_at = models.DateTimeField(_("given at"), default=clock.now, editable=False)
    released_at = models.DateTimeField(_("given back at"), null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["booth", "pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.UniqueConstraint(
                fields=["booth"], condition=Q(released_at=None), name="exhibitors_allocation_one_exhibitor_per_booth",
                violation_error_message=_("This booth is taken."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.booth} · {self.application}"
