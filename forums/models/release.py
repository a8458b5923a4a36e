"""Numbered releases of the programme: what the public sees, as it was when the desk released it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import ProseField

QUIET_MINUTES = 30


class ReleaseQuerySet(PublicQuerySet):
    def with_content(self):
        """Releases that keep their programme; older ones are only a number and a note."""
        return self.filter(schema__gt=0)

    def waiting(self):
        """Those whose mails wait for the end of the quiet period."""
        return self.filter(told_at=None, tell_at__isnull=False)

    def latest_first(self):
        """Without their content, which is large and read through forums.releases."""
        return self.order_by("-number").defer("content")


class Release(models.Model):
    """The programme as it was announced at a moment. The database refuses a gap and any later change."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="releases", verbose_name=_("edition")
    )
    number = models.PositiveIntegerField(_("number"))
    # A foreign key on (edition, previous) keeps the numbers without gaps; see the migration.
    previous = models.GeneratedField(
        expression=NullIf(F("number") - 1, Value(0)),
        output_field=models.IntegerField(null=True),
        db_persist=True,
        verbose_name=_("previous number"),
    )
    note_zh = ProseField(_("note in Chinese"), blank=True, max_length=2000)
    note_en = ProseField(_("note in English"), blank=True, max_length=2000)
    schema = models.PositiveSmallIntegerField(_("form of the content"), default=0, editable=False)
    content = models.JSONField(_("content"), default=dict, blank=True, editable=False)
    slot_count = models.PositiveIntegerField(_("places and times"), default=0, editable=False)
    restores = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("content of release"),
    )
    # The page that asked for it, so that a second click finds the first one's release.
    request = models.UUIDField(_("request"), null=True, editable=False)
    released_at = models.DateTimeField(_("released at"), default=clock.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    tell_at = models.DateTimeField(_("people are told at"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(_("people were told at"), null=True, blank=True, editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="forums_release_one_per_number"
            ),
            models.UniqueConstraint(
                fields=["edition", "request"], name="forums_release_one_per_request"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="forums_release_counts_from_one"
            ),
        ]
        indexes = [
            models.Index(
                fields=["tell_at"], condition=Q(told_at=None, tell_at__isnull=False), name="forums_release_to_tell"
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.edition} v{self.number}"


class ReleasePolicy(models.Model):
    """How an edition releases; without a row the usual quiet period holds."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="release_policy", verbose_name=_("edition")
    )
    quiet_minutes = models.PositiveSmallIntegerField(
        _("quiet period in minutes"), default=QUIET_MINUTES,
        help_text=_("The mails of a release wait so long; a further release within it is told in the same mail."),
    )  # fmt: skip

    class Meta:
        ordering = ["edition"]
        verbose_name = _("way of releasing")
        verbose_name_plural = _("ways of releasing")

    def __str__(self):
        return str(self.edition)
