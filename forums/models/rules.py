"""What the rules of a programme need to know beside it: their levels, people's times, the protocol list."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models.speaker import Speaker
from waic.editions.models import Edition, Hall
from waic.lib import clock
from waic.lib.text import LineField, localized


class RuleLevel(models.TextChoices):
    """What a broken rule stops. The order is the order of weight."""

    BLOCK_SAVE = "block_save", _("Refuse to save")
    BLOCK_RELEASE = "block_release", _("Refuse to release")
    WARN = "warn", _("Warn")
    OFF = "off", _("Off")


class RuleSetting(models.Model):
    """An edition's own level and parameters of one rule; without a row the rule's usual ones hold."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="rule_settings", verbose_name=_("edition")
    )
    rule = models.SlugField(_("rule"), max_length=40)
    level = models.CharField(pgettext_lazy("rule", "level"), max_length=14, choices=RuleLevel)
    number = models.PositiveSmallIntegerField(
        _("parameter"), null=True, blank=True, help_text=_("Minutes or a count; empty for the usual value.")
    )  # fmt: skip

    class Meta:
        ordering = ["edition", "rule"]
        verbose_name = _("level of a rule")
        verbose_name_plural = _("levels of rules")
        constraints = [
            models.UniqueConstraint(fields=["edition", "rule"], name="forums_rulesetting_once_per_rule",
                                    violation_error_message=_("This edition has a level for this rule already."))
        ]  # fmt: skip

    def __str__(self):
        return f"{self.edition} · {self.rule}: {self.get_level_display()}"


class Availability(models.Model):
    """A time at which a guest can be there. A guest without any is there all the time."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="availabilities", verbose_name=_("speaker")
    )
    starts_at = models.DateTimeField(_("available from"))
    ends_at = models.DateTimeField(_("available until"))

    class Meta:
        ordering = ["speaker", "starts_at"]
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="forums_availability_ends_after_start",
                violation_error_message=_("The end must lie after the beginning."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.speaker} {clock.local(self.starts_at):%m-%d %H:%M}"


class ProtocolItem(models.Model):
    """An appointment of the protocol list: leaders are expected at an opening or on a tour."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="protocol_items", verbose_name=_("edition")
    )
    title_zh = LineField(_("title in Chinese"), max_length=200)
    title_en = LineField(_("title in English"), max_length=200, blank=True)
    hall = models.ForeignKey(
        Hall, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("hall")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    people = models.ManyToManyField(
        Speaker, related_name="protocol_items", verbose_name=_("people expected")
    )

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("item of the protocol list")
        verbose_name_plural = _("protocol list")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="forums_protocolitem_ends_after_start",
                violation_error_message=_("The end must lie after the beginning."),
            )
        ]  # fmt: skip

    def __str__(self):
        return localized(self, "title")
