"""What a speaker tells the conference: consents, and how they travel."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.speaker import Speaker
from waic.lib.models import Versioned
from waic.lib.text import LineField, ProseField


class ConsentKind(models.TextChoices):
    RECORDING = "recording", _("Recording and broadcast of the talk")
    SLIDES = "slides", _("Publishing the slides")


class Consent(models.Model):
    """One answer of a speaker; the newest of its kind counts. Rows are only ever added."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="consents", verbose_name=_("speaker")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ConsentKind)
    is_given = models.BooleanField(_("consented"))
    answered_at = models.DateTimeField(_("answered at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"),
    )  # fmt: skip

    class Meta:
        ordering = ["-answered_at", "-pk"]
        verbose_name = _("consent of a speaker")
        verbose_name_plural = _("consents of speakers")
        indexes = [
            models.Index(fields=["speaker", "kind", "-answered_at"], name="forums_consent_newest")
        ]

    def __str__(self):
        return f"{self.speaker} · {self.get_kind_display()}"


class Travel(Versioned):
    """How and when somebody comes and goes. For the programme desk alone; each look is on record."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="travels", verbose_name=_("speaker")
    )
    arrives_at = models.DateTimeField(_("arrival"), null=True, blank=True)
    arrives_by = LineField(_("flight or train of the arrival"), max_length=100, blank=True)
    departs_at = models.DateTimeField(_("departure"), null=True, blank=True)
    departs_by = LineField(_("flight or train of the departure"), max_length=100, blank=True)
    hotel = ProseField(_("hotel and other needs"), max_length=1000, blank=True)
    contact = LineField(_("contact on site"), max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("travel of a speaker")
        verbose_name_plural = _("travel of speakers")
        constraints = [
            models.UniqueConstraint(fields=["speaker"], name="forums_travel_one_per_speaker"),
            models.CheckConstraint(
                condition=Q(arrives_at=None) | Q(departs_at=None) | Q(departs_at__gt=F("arrives_at")),
                name="forums_travel_departs_after_arrival",
                violation_error_message=_("The departure must be after the arrival."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return str(self.speaker)
