"""Numbered releases of the programme; the exports carry the number as their version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.text import ProseField


class Release(models.Model):
    """The programme as it was announced at a moment."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="releases", verbose_name=_("edition")
    )
    number = models.PositiveIntegerField(_("number"))
    note_zh = ProseField(_("note in Chinese"), blank=True, max_length=2000)
    note_en = ProseField(_("note in English"), blank=True, max_length=2000)
    released_at = models.DateTimeField(_("released at"), default=clock.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="forums_release_one_per_number"
            )
        ]

    def __str__(self):
        return f"{self.edition} v{self.number}"
