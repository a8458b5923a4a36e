"""The agenda: sessions of a forum, their slots (place and time), and who takes part in which role."""

import uuid

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.moments import MomentsField, span
from forums.models.speaker import Speaker
from waic.editions.models import Room
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, language_column, localized


class SessionKind(models.TextChoices):
    SPEECH = "speech", _("Speech")
    PANEL = "panel", _("Panel")
    CEREMONY = "ceremony", _("Ceremony")
    SIGNING = "signing", _("Signing")
    LAUNCH = "launch", _("Launch")
    BREAK = "break", _("Break")


class Session(Versioned):
    """One item of a forum's agenda."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="sessions", verbose_name=_("forum")
    )
    code = PublicCodeField(verbose_name=_("code"))
    kind = models.CharField(
        _("kind"), max_length=10, choices=SessionKind, default=SessionKind.SPEECH
    )
    title_zh = LineField(_("title in Chinese"), max_length=300)
    title_en = LineField(_("title in English"), max_length=300, blank=True)
    abstract_zh = ProseField(_("abstract in Chinese"), blank=True, max_length=5000)
    abstract_en = ProseField(_("abstract in English"), blank=True, max_length=5000)
    language = models.CharField(_("language"), max_length=10, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # When everybody expects it, as the newest release says; None where that has not got it: then its slots say it.
    announced = MomentsField(null=True, default=None, editable=False)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["forum", "order", "pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return localized(self, "title")

    @property
    def announced_span(self):
        """(beginning, end) as its guests expect it; (None, None) without a time."""
        if self.announced is not None:
            return span(self.announced)
        slots = [slot for slot in self.slots.all() if slot.state != SlotState.CANCELLED]
        first, last = (s.starts_at for s in slots), (s.ends_at for s in slots)
        return min(first, default=None), max(last, default=None)


class SlotState(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    TENTATIVE = "tentative", _("Tentative")
    CANCELLED = "cancelled", _("Cancelled")


class Slot(models.Model):
    """A session's place and time. Its uuid and integer are permanent: calendars and exports rely on them."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="slots", verbose_name=_("session")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name=_("room")
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(
        _("state"), max_length=10, choices=SlotState, default=SlotState.CONFIRMED
    )
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Raised when time, place or state change.")
    )
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="forums_slot_ends_after_start",
                violation_error_message=_("A session cannot end before it begins."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.session} {clock.local(self.starts_at):%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        """Calendars move or cancel an entry only when its number rises, whoever moved it."""
        told = ("starts_at", "ends_at", "room_id", "state")
        before = Slot.objects.filter(pk=self.pk).values(*told, "sequence").first() if self.pk else None  # fmt: skip
        if before and any(before[name] != getattr(self, name) for name in told):
            self.sequence = before["sequence"] + 1
        super().save(*args, **kwargs)


class ParticipationRole(models.TextChoices):
    KEYNOTE = "keynote", _("Keynote")
    SPEAKER = "speaker", _("Speaker")
    PANELLIST = "panellist", _("Panellist")
    MODERATOR = "moderator", _("Moderator")
    HOST = "host", _("Host of the stage")
    GUEST = "guest", _("Guest of honour")


class ParticipationQuerySet(PublicQuerySet):
    def announced(self):
        """Guests the public may read of: who declined, or has not confirmed yet, is not shown."""
        return self.filter(is_confirmed=True)

    def expected(self):
        """Guests to plan with: not those whose newest letter was declined, withdrawn or let lapse.

        Whoever the desk confirms is expected whatever became of a letter, and whoever has had no letter yet as well.
        """
        from forums.models.invitation import ENDED, Invitation  # it builds on this module

        letters = Invitation.objects.filter(forum=OuterRef("forum"), speaker=OuterRef("speaker"))
        newest = Subquery(letters.order_by("-pk").values("state")[:1])
        open_or_none = Q(newest_letter=None) | ~Q(newest_letter__in=ENDED)
        return self.alias(newest_letter=newest).filter(Q(is_confirmed=True) | open_or_none)


class Participation(models.Model):
    """A speaker takes part in a forum, or in one session of it, in a role and an order."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="participations", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("session"),
    )
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="participations", verbose_name=_("speaker")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=ParticipationRole, default=ParticipationRole.SPEAKER
    )
    # As announced there: one person may speak for one house here and for another there.
    title_zh = LineField(_("title as announced, Chinese"), max_length=200, blank=True)
    title_en = LineField(_("title as announced, English"), max_length=200, blank=True)
    affiliation_zh = LineField(_("affiliation as announced, Chinese"), max_length=200, blank=True)
    affiliation_en = LineField(_("affiliation as announced, English"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["forum", "order", "pk"]
        verbose_name = _("guest of a forum")
        verbose_name_plural = _("guests of a forum")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "session", "speaker"], nulls_distinct=False, name="forums_participation_once_per_session",
                violation_error_message=_("This person is on the list already."),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.speaker} · {self.forum}"

    @property
    def shown_title(self):
        return self._as_announced("title")

    @property
    def shown_affiliation(self):
        return self._as_announced("affiliation")

    def _as_announced(self, name):
        """The reader's language first; in it, what was announced for this forum before the person's own."""
        language = language_column()
        for column in (language, "zh" if language == "en" else "en"):
            for row in (self, self.speaker):
                if text := getattr(row, f"{name}_{column}"):
                    return text
        return ""
