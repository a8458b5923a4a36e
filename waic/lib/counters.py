"""Guarded counters: the one way to hand out something scarce (guarantee R1)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CounterQuerySet(models.QuerySet):
    """Conditional updates; PostgreSQL re-checks the condition on the locked row."""

    def take(self, pk, count=1):
        """Take `count` places or raise ValidationError `full`; call inside the caller's transaction."""
        taken = self.filter(pk=pk, taken__lte=F("capacity") - count).update(
            taken=F("taken") + count
        )
        if not taken:
            raise ValidationError(_("There is nothing left."), code="full")

    def release(self, pk, count=1):
        """Give `count` places back; ValidationError when that many were never taken."""
        if not self.filter(pk=pk, taken__gte=count).update(taken=F("taken") - count):
            raise ValidationError(_("More was given back than was taken."), code="empty")


class Counter(models.Model):
    """Abstract: `taken` of `capacity`; a concrete model says of what."""

    capacity = models.PositiveIntegerField(_("capacity"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)

    objects = CounterQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="%(app_label)s_%(class)s_never_oversold"
            )
        ]

    @property
    def left(self):
        return self.capacity - self.taken
