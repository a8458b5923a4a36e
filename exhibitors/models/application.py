"""An organisation's application to exhibit, and the steps it goes through."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exhibitors.models.call import Block
from exhibitors.models.names import other_language
from waic.accounts.models import Organisation, Role
from waic.editions.models import Edition
from waic.lib import clock, places
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.steps import Step, Workflow
from waic.lib.text import LineField, ProseField, localized, pinyin_key


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES = "changes", _("Changes asked for")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Kind(models.TextChoices):
    COMPANY = "company", _("Company")
    STARTUP = "startup", _("Start-up")
    GROUP = "group", _("Group stand")
    INSTITUTE = "institute", _("Institute or school")


class ApplicationQuerySet(PublicQuerySet):
    def of(self, user):
        """Applications of the organisations the person works for."""
        return self.filter(organisation__memberships__user=user)

    def editable_by(self, user):
        """Applications of the organisations the person may act for."""
        return self.filter(
            organisation__memberships__user=user,
            organisation__memberships__role__in=[Role.OWNER, Role.EDITOR],
        )

    def public(self):
        """Exhibitors: applications that were approved."""
        return self.filter(state=ApplicationState.APPROVED)

    def with_origin(self):
        """Annotate `origin`: local, domestic, abroad or unknown; the same rule as waic.lib.places.origin."""
        return self.annotate(
            origin=models.Case(
                models.When(country="", then=models.Value("unknown")),
                models.When(~Q(country=places.HOME_COUNTRY), then=models.Value("abroad")),
                models.When(city="", then=models.Value("unknown")),
                models.When(
                    Q(city__startswith="上海") | Q(city__istartswith="Shanghai"),
                    then=models.Value("local"),
                ),
                default=models.Value("domestic"),
            )
        )


class Application(Versioned):
    """An organisation's application to exhibit; once approved it is the exhibitor everybody sees."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="applications", verbose_name=_("edition")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="applications", verbose_name=_("organisation")
    )
    code = PublicCodeField(verbose_name=_("code"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    block = models.ForeignKey(
        Block,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("block"),
    )
    category = LineField(_("field"), max_length=60, blank=True)
    # As shown to the public; the organisation's own record may change later.
    name_zh = LineField(_("name in Chinese"), max_length=200, blank=True)
    name_en = LineField(_("name in English"), max_length=200, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    profile_zh = ProseField(_("profile in Chinese"), blank=True, max_length=3000)
    profile_en = ProseField(_("profile in English"), blank=True, max_length=3000)
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    city = LineField(_("city"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True, max_length=200)
    logo = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("logo")
    )
    licence = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("business licence"),
    )
    contact_name = LineField(_("contact person"), max_length=100, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = LineField(_("contact phone"), max_length=30, blank=True)
    area_wanted = models.PositiveIntegerField(
        _("area wanted in m²"),
        null=True,
        blank=True,
        validators=[MinValueValidator(9), MaxValueValidator(5000)],
    )
    remarks = ProseField(_("remarks for the desk"), blank=True, max_length=2000)
    state = models.CharField(
        _("state"), max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("started by"),
    )  # fmt: skip
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("changed by"),
    )  # fmt: skip
    # What was typed and is not right yet, field by field, so that a draft loses nothing.
    typed = models.JSONField(default=dict, blank=True, editable=False)
    # The key of the form or request that made this row: a second click finds it again.
    entry_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    source = ProseField(_("source"), blank=True)
    created_at = models.DateTimeField(_("started at"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organisation"], condition=~Q(state__in=["declined", "withdrawn"]),
                name="exhibitors_application_one_open_per_organisation",
                violation_error_message=_("This organisation has an application for this edition already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="exhibitors_application_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "declined"]) | Q(decided_at__isnull=False),
                name="exhibitors_application_decision_has_time",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["edition", "state", "sort_key"], name="exhibitors_application_list"
            )
        ]

    def __str__(self):
        return localized(self, "name") or str(self.organisation)

    def save(self, *args, update_fields=None, **kwargs):
        self.sort_key = pinyin_key(self.name_zh or self.name_en)
        self.changed_at = clock.now()
        if update_fields is not None:
            update_fields = {*update_fields, "sort_key", "changed_at"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def other_name(self):
        return other_language(self, "name")

    @property
    def has_highlight(self):
        """Of the exhibits that a catalogue query put into `shown`."""
        return any(exhibit.is_highlight for exhibit in self.shown)

    @property
    def has_launch(self):
        return any(exhibit.is_launch for exhibit in self.shown)

    @property
    def origin_key(self):
        return places.origin(self.country, self.city)

    @property
    def is_public(self):
        return self.state == ApplicationState.APPROVED

    @property
    def is_editable(self):
        return self.state in (ApplicationState.DRAFT, ApplicationState.CHANGES)


_S = ApplicationState
APPLICATION = Workflow(
    steps=(
        Step(
            "submit",
            _("Submit"),
            (_S.DRAFT, _S.CHANGES),
            _S.SUBMITTED,
            side="theirs",
            stamp="submitted_at",
        ),
        Step(
            "withdraw",
            _("Withdraw"),
            (_S.DRAFT, _S.SUBMITTED, _S.CHANGES),
            _S.WITHDRAWN,
            side="theirs",
            danger=True,
        ),
        Step(
            "ask_for_changes", _("Ask for changes"), (_S.SUBMITTED,), _S.CHANGES, needs_reason=True
        ),
        Step("approve", _("Approve"), (_S.SUBMITTED,), _S.APPROVED, stamp="decided_at"),
        Step(
            "decline",
            pgettext_lazy("application", "Decline"),
            (_S.SUBMITTED,),
            _S.DECLINED,
            needs_reason=True,
            stamp="decided_at",
            danger=True,
        ),
        Step("reopen", _("Reopen"), (_S.APPROVED, _S.DECLINED), _S.CHANGES, needs_reason=True),
    ),
    path=(_S.DRAFT, _S.SUBMITTED, _S.APPROVED),
    turns={_S.DRAFT: "theirs", _S.SUBMITTED: "ours", _S.CHANGES: "theirs", _S.APPROVED: "nobody"},
)
