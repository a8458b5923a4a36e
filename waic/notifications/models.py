"""The outbox: one row per message and person, written in the transaction of its cause (rule 4, guarantee R3)."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.lib.text import LineField, ProseField
from waic.notifications.catalogue import template_names, unknown_placeholders


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Suppressed")


class OfDesksQuerySet(models.QuerySet):
    """Rows that name a `template`."""

    def for_desks_of(self, user):
        """Rows of the rooms the person works in; sign-in and team mails are the organisers' business."""
        if user.has_perm("notifications.change_message"):
            return self
        wanted = Q(pk=None)
        for app in {name.partition("/")[0] for name in template_names()} - {"accounts"}:
            if user.has_module_perms(app):
                wanted |= Q(template__startswith=f"{app}/")
        return self.filter(wanted)


class MessageQuerySet(OfDesksQuerySet):
    def unread(self):
        return self.filter(read_at=None)


class Message(models.Model):
    """One mail to one address, rendered when it was caused, so that it says what was true then."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.CharField(_("template"), max_length=80)
    cause = models.CharField(
        _("cause"), max_length=120, help_text=_("What made this message; once per person.")
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("person"),
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=10)
    subject = LineField(_("subject"), max_length=300)
    text = ProseField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    attachments = models.ManyToManyField("lib.StoredFile", blank=True, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=MessageState, default=MessageState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name=_("lease until")
    )
    error = LineField(_("last error"), max_length=500, blank=True)
    is_secret = models.BooleanField(
        _("secret"),
        default=False,
        editable=False,
        help_text=_("It carries a code or a personal link: its words are wiped once it is sent."),
    )
    created_at = models.DateTimeField(_("written at"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "address"], name="notifications_message_once_per_cause_and_person"
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENT) | Q(sent_at__isnull=False),
                name="notifications_message_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="notifications_message_due",
            )
        ]

    def __str__(self):
        return self.subject


class TemplateText(models.Model):
    """A desk's own wording for one template in one language; the files' wording where there is none."""

    template = models.CharField(_("template"), max_length=80)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = LineField(_("subject"), max_length=300)
    text = ProseField(_("text"), max_length=10_000)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = OfDesksQuerySet.as_manager()

    class Meta:
        ordering = ["template", "language"]
        verbose_name = _("template wording")
        verbose_name_plural = _("template wordings")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language"], name="notifications_templatetext_one_per_language"
            )
        ]

    def __str__(self):
        return f"{self.template} ({self.get_language_display()})"

    def clean(self):
        """Only placeholders of this message; a brace around another name is most likely a slip."""
        super().clean()
        if self.template not in template_names():
            return
        refusals = {}
        for field in ("subject", "text"):
            unknown = unknown_placeholders(self.template, getattr(self, field) or "")
            if unknown:
                refusals[field] = _("This message has nothing for: %s") % ", ".join(
                    f"{{{name}}}" for name in unknown
                )
        if refusals:
            raise ValidationError(refusals)


class Suppression(models.Model):
    """An address nothing is sent to: bounced, complained or asked to be left alone."""

    address = models.EmailField(_("address"), unique=True)
    reason = LineField(_("reason"), max_length=200)
    since = models.DateTimeField(auto_now_add=True, verbose_name=_("since"))

    class Meta:
        ordering = ["address"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self):
        return self.address
