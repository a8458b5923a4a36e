"""An edition of the conference: when, where, under which theme, with which targets and figures."""

import uuid
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.pagecache import PublicQuerySet
from waic.lib.search import AbstractSearchEntry
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


class Venue(models.Model):
    """A building or area where an edition takes place."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="venues", verbose_name=_("edition")
    )
    code = PublicCodeField(verbose_name=_("code"))
    name_zh = LineField(_("name in Chinese"), max_length=120)
    name_en = LineField(_("name in English"), max_length=120, blank=True)
    address_zh = LineField(_("address in Chinese"), max_length=200, blank=True)
    address_en = LineField(_("address in English"), max_length=200, blank=True)
    latitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, verbose_name=_("latitude")
    )
    longitude = models.DecimalField(
        max_digits=8, decimal_places=5, null=True, blank=True, verbose_name=_("longitude")
    )
    is_online = models.BooleanField(_("online"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "order", "pk"]
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name_zh"],
                name="editions_venue_one_per_name",
                violation_error_message=_("The edition has a venue of this name."),
            )
        ]

    def __str__(self):
        return localized(self, "name")


class Hall(models.Model):
    """An exhibition hall or a floor of a venue."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="halls", verbose_name=_("venue"))
    key = models.CharField(
        _("hall"),
        max_length=12,
        validators=[
            RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Capital letters and digits, like H2."))
        ],
    )
    name_zh = LineField(_("name in Chinese"), max_length=120)
    name_en = LineField(_("name in English"), max_length=120, blank=True)
    area = models.PositiveIntegerField(_("area in m²"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["venue", "order", "key"]
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "key"],
                name="editions_hall_one_per_key",
                violation_error_message=_("The venue has a hall with this key."),
            )
        ]

    def __str__(self):
        return localized(self, "name") or self.key


class Room(models.Model):
    """A place where one forum at a time can be."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="rooms", verbose_name=_("venue"))
    hall = models.ForeignKey(
        Hall, models.SET_NULL, null=True, blank=True, related_name="rooms", verbose_name=_("hall")
    )
    code = PublicCodeField(verbose_name=_("code"))
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_zh = LineField(_("name in Chinese"), max_length=120)
    name_en = LineField(_("name in English"), max_length=120, blank=True)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    allows_parallel = models.BooleanField(
        _("several at once"),
        default=False,
        help_text=_("A poster or demonstration area, or an online channel."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["venue", "order", "pk"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name_zh"],
                name="editions_room_one_per_name",
                violation_error_message=_("The venue has a room of this name."),
            )
        ]

    def __str__(self):
        return f"{localized(self.venue, 'name')} {localized(self, 'name')}"

    @property
    def name(self):
        return localized(self, "name")


class HallWalk(models.Model):
    """Walking minutes between two halls, either way."""

    start = models.ForeignKey(
        Hall, models.CASCADE, related_name="walks_from", verbose_name=_("from hall")
    )
    end = models.ForeignKey(
        Hall, models.CASCADE, related_name="walks_to", verbose_name=_("to hall")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        ordering = ["start", "end"]
        verbose_name = _("walk between halls")
        verbose_name_plural = _("walks between halls")
        constraints = [
            models.UniqueConstraint(
                fields=["start", "end"],
                name="editions_hallwalk_once_per_pair",
                violation_error_message=_("This walk is known."),
            ),
            models.CheckConstraint(
                condition=~Q(start=F("end")),
                name="editions_hallwalk_two_halls",
                violation_error_message=_("A walk leads from one hall to another."),
            ),
        ]

    def __str__(self):
        return f"{self.start} – {self.end}"

    def clean(self):
        back = HallWalk.objects.filter(start=self.end_id, end=self.start_id)
        if self.start_id and self.end_id and back.exists():
            raise ValidationError(_("This walk is known the other way round."))


class OpeningHours(models.Model):
    """When a venue is open on a day, and to whom."""

    venue = models.ForeignKey(
        Venue, models.CASCADE, related_name="opening_hours", verbose_name=_("venue")
    )
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(_("closes at"))
    note_zh = LineField(_("note in Chinese"), max_length=120, blank=True)
    note_en = LineField(_("note in English"), max_length=120, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["date", "venue", "opens"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="editions_openinghours_close_after_open",
                violation_error_message=_("The place closes before it opens."),
            ),
            models.UniqueConstraint(
                fields=["venue", "date", "opens"],
                name="editions_openinghours_once",
                violation_error_message=_("This opening is on record."),
            ),
        ]

    def __str__(self):
        return f"{self.venue} {self.date}"


class SearchEntry(AbstractSearchEntry):
    """Everything an edition's search can find. Rooms write their rows through waic.editions.search."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="search_entries", verbose_name=_("edition")
    )

    class Meta(AbstractSearchEntry.Meta):
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "code"], name="editions_searchentry_one_per_thing"
            )
        ]

    def __str__(self):
        return self.title_zh or self.title_en
