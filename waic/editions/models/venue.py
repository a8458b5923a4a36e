"""Where an edition takes place: venues, halls, rooms, the walks between halls, opening hours."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models.edition import Edition
from waic.lib.codes import PublicCodeField
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, localized


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
