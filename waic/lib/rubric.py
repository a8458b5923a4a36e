"""What is scored on: the lines of a rubric, of an award's stage or of a call for forums."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.lib.text import LineField, localized


class RubricLine(models.Model):
    """One criterion with its weight; the model that inherits it says whose rubric it belongs to."""

    key = models.SlugField(_("key"), max_length=30)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80, blank=True)
    help_zh = LineField(_("help in Chinese"), max_length=300, blank=True)
    help_en = LineField(_("help in English"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    maximum = models.PositiveSmallIntegerField(_("highest score"), default=10)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return localized(self, "name")
