"""Visitors: ticket types with day quotas, registrations, tickets with a QR code, gates and scans."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition, Venue
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.counters import Counter
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized


class TicketTypeQuerySet(PublicQuerySet):
    def on_sale(self):
        now = clock.now()
        begun = Q(on_sale_from=None) | Q(on_sale_from__lte=now)
        return self.filter(begun, Q(on_sale_until=None) | Q(on_sale_until__gt=now))


class TicketType(models.Model):
    """A kind of ticket, its price and when it may be had."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="ticket_types", verbose_name=_("edition")
    )
    key = models.SlugField(_("key"), max_length=40)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80)
    note_zh = LineField(_("note in Chinese"), max_length=300, blank=True)
    note_en = LineField(_("note in English"), max_length=300, blank=True)
    price = models.DecimalField(_("price in CNY"), max_digits=9, decimal_places=2)
    on_sale_from = models.DateTimeField(_("from"), null=True, blank=True)
    on_sale_until = models.DateTimeField(_("until"), null=True, blank=True)
    is_public = models.BooleanField(_("public"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = ProseField(_("source"), blank=True)

    objects = TicketTypeQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "order", "pk"]
        verbose_name = _("ticket type")
        verbose_name_plural = _("ticket types")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key"],
                name="visitors_tickettype_one_per_key",
                violation_error_message=_("The edition has a ticket type with this key."),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="visitors_tickettype_price_not_negative",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(on_sale_until__gt=F("on_sale_from")),
                name="visitors_tickettype_sale_ends_after_start",
                violation_error_message=_("The sale ends before it begins."),
            ),
        ]

    def __str__(self):
        return localized(self, "name")

    @property
    def is_on_sale(self):
        """From the first moment up to, not including, the last."""
        now = clock.now()
        return (self.on_sale_from or now) <= now and (
            self.on_sale_until is None or now < self.on_sale_until
        )


class DayQuota(Counter):
    """How many visitors a day may have."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="day_quotas", verbose_name=_("edition")
    )
    date = models.DateField(_("date"))

    class Meta(Counter.Meta):
        ordering = ["edition", "date"]
        verbose_name = _("day quota")
        verbose_name_plural = _("day quotas")
        constraints = [
            *Counter.Meta.constraints,
            models.UniqueConstraint(
                fields=["edition", "date"],
                name="visitors_dayquota_one_per_day",
                violation_error_message=_("The edition has a quota for this day."),
            ),
        ]

    def __str__(self):
        return str(self.date)

    def clean(self):
        if self.capacity is not None and self.capacity < self.taken:
            sentence = _("%(taken)d tickets are out for this day; the quota cannot be lower.")
            raise ValidationError(
                {"capacity": ValidationError(sentence, params={"taken": self.taken})}
            )


class Registration(models.Model):
    """A visitor's registration for an edition. No history triggers here: there are hundreds of thousands."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="registrations", verbose_name=_("edition")
    )
    code = PublicCodeField(verbose_name=_("code"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("person"),
    )
    name = LineField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    organisation = LineField(_("organisation"), max_length=200, blank=True)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    city = LineField(_("city"), max_length=60, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    registered_at = models.DateTimeField(_("registered at"), default=clock.now)

    class Meta:
        ordering = ["-registered_at", "-pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "user"],
                condition=Q(user__isnull=False),
                name="visitors_registration_one_per_person",
            )
        ]
        indexes = [
            models.Index(fields=["edition", "-registered_at"], name="visitors_registration_newest")
        ]

    def __str__(self):
        return self.name


class TicketState(models.TextChoices):
    VALID = "valid", _("Valid")
    VOID = "void", _("Void")


class TicketQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(state=TicketState.VALID)


class Ticket(models.Model):
    """The right to enter on one day; its QR code is signed, so it can be checked without a network."""

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="tickets", verbose_name=_("registration")
    )
    ticket_type = models.ForeignKey(
        TicketType, models.PROTECT, related_name="tickets", verbose_name=_("ticket type")
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    date = models.DateField(_("day"))
    state = models.CharField(
        _("state"), max_length=8, choices=TicketState, default=TicketState.VALID
    )
    revision = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("Raised to revoke codes that were given out."),
        verbose_name=_("revision"),
    )
    issued_at = models.DateTimeField(default=clock.now, verbose_name=_("issued at"))

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "date"],
                condition=Q(state=TicketState.VALID),
                name="visitors_ticket_one_per_day",
            )
        ]

    def __str__(self):
        return f"{self.registration} {self.date}"


class Gate(models.Model):
    """An entrance where tickets are scanned."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="gates", verbose_name=_("venue"))
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80, blank=True)

    class Meta:
        ordering = ["venue", "pk"]
        verbose_name = _("gate")
        verbose_name_plural = _("gates")

    def __str__(self):
        return localized(self, "name")


class Verdict(models.TextChoices):
    ENTERED = "entered", _("Welcome")
    AGAIN = "again", _("Was scanned before")
    WRONG_DAY = "wrong_day", _("Ticket for another day")
    VOID = "void", _("Ticket is void")
    UNKNOWN = "unknown", _("Not a ticket of ours")


class Scan(models.Model):
    """One scan at a gate and its verdict; a ticket enters a gate day once (R6)."""

    gate = models.ForeignKey(Gate, models.PROTECT, related_name="scans", verbose_name=_("gate"))
    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scans",
        verbose_name=_("ticket"),
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    day = models.DateField(_("day"))
    device = models.CharField(max_length=40, blank=True, verbose_name=_("device"))
    nonce = models.UUIDField(default=uuid.uuid4)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("scanned by"),
    )
    scanned_at = models.DateTimeField(_("scanned at"), default=clock.now)

    class Meta:
        ordering = ["-scanned_at", "-pk"]
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "day"],
                condition=Q(verdict=Verdict.ENTERED),
                name="visitors_scan_enters_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["device", "nonce"], name="visitors_scan_once_per_device_and_nonce"
            ),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()} {clock.local(self.scanned_at):%H:%M:%S}"
