"""An edition of the conference: when, under which theme, with which targets and figures."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized


def validate_lines(value):
    """A list of texts, nothing else."""
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise ValidationError(_("One name a line."))


class EditionQuerySet(PublicQuerySet):
    def published(self):
        return self.filter(is_published=True)

    def current(self):
        """The edition the site opens with, or None before there is one."""
        return self.published().filter(is_current=True).first() or self.published().first()


class Edition(models.Model):
    """One year's conference."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    number = models.PositiveSmallIntegerField(_("number of the edition"), null=True, blank=True)
    name_zh = LineField(_("name in Chinese"), max_length=200)
    name_en = LineField(_("name in English"), max_length=200, blank=True)
    theme_zh = LineField(_("theme in Chinese"), max_length=200, blank=True)
    theme_en = LineField(_("theme in English"), max_length=200, blank=True)
    city_zh = LineField(max_length=60, default="上海", verbose_name=_("city in Chinese"))
    city_en = LineField(max_length=60, default="Shanghai", verbose_name=_("city in English"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    exhibition_ends_on = models.DateField(_("last day of the exhibition"), null=True, blank=True)
    floor_area = models.PositiveIntegerField(_("exhibition area in m²"), null=True, blank=True)
    organisers = models.JSONField(
        _("organisers"), default=list, blank=True, validators=[validate_lines]
    )
    about_zh = ProseField(_("about, in Chinese"), blank=True, max_length=5000)
    about_en = ProseField(_("about, in English"), blank=True, max_length=5000)
    is_current = models.BooleanField(_("current"), default=False)
    is_published = models.BooleanField(_("published"), default=True)
    is_archive = models.BooleanField(
        _("archive"), default=False, help_text=_("Facts only; nothing is run in it.")
    )
    facts = models.JSONField(_("facts on record"), default=dict, blank=True, editable=False)
    source = ProseField(_("source"), blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="editions_edition_ends_after_start",
                                   violation_error_message=_("The last day lies before the first.")),
            models.CheckConstraint(condition=Q(exhibition_ends_on__gte=F("starts_on")), name="editions_edition_exhibition_ends_after_start",
                                   violation_error_message=_("The exhibition ends before the conference begins.")),
            models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="editions_edition_one_current",
                                    violation_error_message=_("Another edition is the current one; take the mark from it first.")),
        ]  # fmt: skip

    def __str__(self):
        return f"WAIC {self.year}"

    @property
    def last_day(self):
        return max(self.ends_on, self.exhibition_ends_on or self.ends_on)

    @property
    def opens_at(self):
        return datetime.combine(self.starts_on, time(9), tzinfo=clock.ZONE)

    @property
    def days(self):
        """Conference days in order."""
        return [
            self.starts_on + timedelta(days=n)
            for n in range((self.last_day - self.starts_on).days + 1)
        ]


class Target(models.Model):
    """What the edition set out to reach, shown beside what it has."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="targets", verbose_name=_("edition")
    )
    key = models.SlugField(_("figure"), max_length=40)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80)
    value = models.PositiveIntegerField(_("target"))
    source = LineField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ["edition", "pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key"],
                name="editions_target_once_per_figure",
                violation_error_message=_("The edition has a target for this figure."),
            )
        ]

    def __str__(self):
        return localized(self, "name")


class PublishedFigure(models.Model):
    """A figure that was published about an edition, with its cut-off and its source."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="figures", verbose_name=_("edition")
    )
    key = models.SlugField(_("figure"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=120, blank=True)
    name_en = LineField(_("name in English"), max_length=120, blank=True)
    value = LineField(_("value as published"), max_length=200)
    cut_off = models.DateTimeField(_("cut-off"), null=True, blank=True)
    note = LineField(_("note"), max_length=500, blank=True)
    source = ProseField(_("source"), blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "pk"]
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")

    def __str__(self):
        return f"{self.key}: {self.value}"
