"""People on stage and their honours. They exist before sessions and before accounts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized, pinyin_key


class SpeakerQuerySet(PublicQuerySet):
    def of_edition(self, edition):
        return self.filter(edition=edition)

    def living(self):
        """Without the rows that were merged into others."""
        return self.filter(merged_into=None)

    def public(self):
        """Confirmed people of published forums; a company on the guest list is no person."""
        announced = {"participations__forum__state": "published", "participations__is_confirmed": True}  # fmt: skip
        return self.filter(**announced, is_person=True).distinct()


class Speaker(Versioned):
    """A guest of an edition: names, title, affiliation, bio, photo."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="speakers", verbose_name=_("edition")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="speaker_profiles",
        verbose_name=_("person"),
    )
    code = PublicCodeField(verbose_name=_("code"))
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_zh = LineField(_("personal name in Chinese"), max_length=100, blank=True)
    name_en = LineField(_("personal name in English"), max_length=100, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    title_zh = LineField(_("position in Chinese"), max_length=200, blank=True)
    title_en = LineField(_("position in English"), max_length=200, blank=True)
    affiliation_zh = LineField(_("affiliation in Chinese"), max_length=200, blank=True)
    affiliation_en = LineField(_("affiliation in English"), max_length=200, blank=True)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    bio_zh = ProseField(_("biography in Chinese"), blank=True, max_length=3000)
    bio_en = ProseField(_("biography in English"), blank=True, max_length=3000)
    photo = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo"),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged", verbose_name=_("merged into"),
    )  # fmt: skip
    is_person = models.BooleanField(_("a person"), default=True)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    source = ProseField(_("source"), blank=True)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="forums_speaker_has_a_name",
                                   violation_error_message=_("Give the name in Chinese or in English.")),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("pk")), name="forums_speaker_merged_into_another"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["edition", "sort_key"], name="forums_speaker_by_name")]

    def __str__(self):
        return localized(self, "name")

    def save(self, *args, **kwargs):
        self.sort_key = pinyin_key(self.name_zh or self.name_en)
        super().save(*args, **kwargs)

    @property
    def survivor(self):
        """The row a merged one leads to in the end; the row itself where it was not merged."""
        speaker = self
        for _step in range(20):
            if speaker.merged_into_id is None:
                break
            speaker = speaker.merged_into
        return speaker


class HonourKind(models.TextChoices):
    TURING = "turing", _("Turing Award")
    NOBEL = "nobel", _("Nobel Prize")
    FIELDS = "fields", _("Fields Medal")
    ACADEMICIAN = "academician", _("Academician")
    FELLOW = "fellow", _("Fellow")


class Honour(models.Model):
    """An honour of a speaker, with its year where known and the source that says so."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="honours", verbose_name=_("speaker")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=HonourKind)
    name_zh = LineField(_("name in Chinese"), max_length=100)
    name_en = LineField(_("name in English"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = LineField(_("source"), max_length=500, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["speaker", "kind", "pk"]
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        constraints = [
            models.UniqueConstraint(
                fields=["speaker", "name_zh"], name="forums_honour_once_per_speaker"
            )
        ]

    def __str__(self):
        return localized(self, "name")
