"""Entries: what applicants fill in over days, with whom, and what they upload."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from awards.models.award import Call, FormField, Track
from waic.lib import places
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.steps import Step, Workflow
from waic.lib.text import LineField, localized


class EntryState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    REOPENED = "reopened", _("Reopened")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EntryQuerySet(models.QuerySet):
    def of(self, user):
        """Entries the person started or was invited to and joined."""
        return self.filter(members__user=user, members__joined_at__isnull=False)

    def handed_in(self):
        return self.filter(submitted_at__isnull=False).exclude(state=EntryState.WITHDRAWN)


class Entry(Versioned):
    """One entry in a call. `answers` holds what was typed, keyed by the call's form fields."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="entries", verbose_name=_("call"))
    track = models.ForeignKey(
        Track,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("track"),
    )
    code = PublicCodeField(verbose_name=_("code"))
    title_zh = LineField(_("title in Chinese"), max_length=200, blank=True)
    title_en = LineField(_("title in English"), max_length=200, blank=True)
    organisation = LineField(_("organisation"), max_length=200, blank=True)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=EntryState, default=EntryState.DRAFT
    )
    receipt_number = models.CharField(_("receipt"), max_length=24, blank=True, editable=False)
    receipt = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("receipt"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    # A reopened entry may be changed until this moment although the call is closed.
    editable_until = models.DateTimeField(_("open until"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=EntryState.SUBMITTED) | (Q(submitted_at__isnull=False) & ~Q(receipt_number="")),
                name="awards_entry_submitted_has_time_and_receipt",
            ),
            models.UniqueConstraint(fields=["receipt_number"], condition=~Q(receipt_number=""), name="awards_entry_one_per_receipt"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["call", "state"], name="awards_entry_by_state")]

    def __str__(self):
        return localized(self, "title") or self.code

    @property
    def due(self):
        """Until when its applicants may change it: the call's end, or later when the desk reopened it."""
        return max(self.call.closes_at, self.editable_until or self.call.closes_at)

    @property
    def is_international(self):
        return bool(self.country) and self.country != places.HOME_COUNTRY


class EntryMember(models.Model):
    """A person who works on an entry: the one who started it, or somebody invited by mail."""

    entry = models.ForeignKey(
        Entry, models.CASCADE, related_name="members", verbose_name=_("entry")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="entry_memberships",
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail"))
    name = LineField(_("name"), max_length=100, blank=True)
    is_lead = models.BooleanField(_("lead applicant"), default=False)
    digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    invited_at = models.DateTimeField(_("invited at"), auto_now_add=True)
    joined_at = models.DateTimeField(_("joined at"), null=True, blank=True)

    class Meta:
        ordering = ["entry", "-is_lead", "pk"]
        verbose_name = _("person of an entry")
        verbose_name_plural = _("people of an entry")
        constraints = [
            models.UniqueConstraint("entry", Lower("email"), name="awards_entrymember_once_per_address",
                                    violation_error_message=_("This address is invited already.")),
            models.UniqueConstraint(fields=["entry"], condition=Q(is_lead=True), name="awards_entrymember_one_lead"),
        ]  # fmt: skip

    def __str__(self):
        return self.name or self.email


class EntryFile(models.Model):
    """The file that answers one question of the form."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="files", verbose_name=_("entry"))
    field = models.ForeignKey(
        FormField, models.PROTECT, related_name="+", verbose_name=_("question")
    )
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["entry", "field__order", "pk"]
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of an entry")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"], name="awards_entryfile_one_per_field"
            )
        ]

    def __str__(self):
        return str(self.file)


_S = EntryState
ENTRY = Workflow(
    steps=(
        Step(
            "submit",
            _("Submit"),
            (_S.DRAFT, _S.REOPENED),
            _S.SUBMITTED,
            side="theirs",
            stamp="submitted_at",
        ),
        Step("take_back", _("Take back to change it"), (_S.SUBMITTED,), _S.DRAFT, side="theirs"),
        Step(
            "withdraw",
            _("Withdraw"),
            (_S.DRAFT, _S.SUBMITTED, _S.REOPENED),
            _S.WITHDRAWN,
            side="theirs",
            danger=True,
        ),
        Step("reopen", _("Reopen"), (_S.SUBMITTED, _S.DRAFT), _S.REOPENED, needs_reason=True),
    ),
    path=(_S.DRAFT, _S.SUBMITTED),
    turns={_S.DRAFT: "theirs", _S.REOPENED: "theirs", _S.SUBMITTED: "ours"},
)
