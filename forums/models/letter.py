"""The numbers of an edition's letters of invitation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition


class LetterSeriesManager(models.Manager):
    def next_number(self, edition):
        """The next number of an edition ("WAIC2025-I-0042"), inside the caller's transaction.

        The row is the lock: whoever rolls back gives the number back, so there are no gaps.
        """
        self.get_or_create(edition=edition)
        series = self.select_for_update(no_key=True).get(edition=edition)
        series.last += 1
        series.save(update_fields=["last"])
        return f"WAIC{edition.year}-I-{series.last:04d}"


class LetterSeries(models.Model):
    """How many letters an edition has numbered."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="letter_series", verbose_name=_("edition")
    )
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects = LetterSeriesManager()

    class Meta:
        verbose_name = _("series of letters")
        verbose_name_plural = _("series of letters")

    def __str__(self):
        return f"{self.edition}: {self.last}"
