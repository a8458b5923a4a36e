"""The call for forums: when institutions may propose one, what their proposals are scored on, and the proposals."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models.forum import Forum
from forums.models.kind import ForumKind
from waic.accounts.models import Organisation, Role
from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.rubric import RubricLine
from waic.lib.steps import Step, Workflow
from waic.lib.text import LineField, ProseField, localized


class ForumCallQuerySet(PublicQuerySet):
    def open(self):
        now = clock.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now, edition__is_archive=False)

    def coming(self):
        return self.filter(opens_at__gt=clock.now(), edition__is_archive=False).order_by("opens_at")


class ForumCall(models.Model):
    """From when to when institutions may propose forums for an edition, and by when they hear."""

    edition = models.OneToOneField(
        Edition, models.CASCADE, related_name="forum_call", verbose_name=_("edition")
    )
    kind = models.ForeignKey(
        ForumKind, models.PROTECT, related_name="+", verbose_name=_("kind of the forums"),
        help_text=_("What an accepted proposal becomes."),
    )  # fmt: skip
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    decide_by = models.DateField(_("answers by"), null=True, blank=True)
    about_zh = ProseField(_("what is asked for, Chinese"), blank=True, max_length=3000)
    about_en = ProseField(_("what is asked for, English"), blank=True, max_length=3000)
    is_sample = models.BooleanField(_("sample dates"), default=False)

    objects = ForumCallQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "pk"]
        verbose_name = _("call for forums")
        verbose_name_plural = _("calls for forums")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="forums_forumcall_closes_after_opening",
                violation_error_message=_("A call closes after it opens."),
            )
        ]  # fmt: skip

    def __str__(self):
        return _("Call for forums %(edition)s") % {"edition": self.edition}

    @property
    def is_open(self):
        return self.opens_at <= clock.now() < self.closes_at


class ForumCriterion(RubricLine):
    """One line of the rubric that proposals are scored on."""

    call = models.ForeignKey(
        ForumCall, models.CASCADE, related_name="criteria", verbose_name=_("call")
    )

    class Meta:
        ordering = ["call", "order", "pk"]
        verbose_name = _("criterion of a call")
        verbose_name_plural = _("criteria of a call")
        constraints = [
            models.UniqueConstraint(
                fields=["call", "key"], name="forums_forumcriterion_one_per_key"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100) & Q(maximum__gte=2, maximum__lte=100),
                name="forums_forumcriterion_has_weight_and_scale",
                violation_error_message=_("A criterion weighs 1 to 100 and goes to 2 to 100."),
            ),
        ]


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
    CHANGES = "changes", _("Accepted with changes")
    DECLINED = "declined", pgettext_lazy("proposal", "Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


DECIDED = (ProposalState.ACCEPTED, ProposalState.CHANGES, ProposalState.DECLINED)
TAKEN = (ProposalState.ACCEPTED, ProposalState.CHANGES)


class Currency(models.TextChoices):
    CNY = "CNY", _("CNY, renminbi")
    USD = "USD", _("USD, US dollar")
    EUR = "EUR", _("EUR, euro")
    HKD = "HKD", _("HKD, Hong Kong dollar")


class ProposalQuerySet(models.QuerySet):
    def of(self, user):
        """Proposals of the organisations the person works for."""
        return self.filter(organisation__memberships__user=user)

    def editable_by(self, user):
        """Proposals of the organisations the person may act for."""
        return self.filter(
            organisation__memberships__user=user,
            organisation__memberships__role__in=[Role.OWNER, Role.EDITOR],
        )

    def handed_in(self):
        """What the desk sees: drafts are their institutions' own, and so is what was withdrawn before it was sent."""
        return self.exclude(state=ProposalState.DRAFT).filter(submitted_at__isnull=False)


class ForumProposal(Versioned):
    """An institution proposes a forum; once accepted it is one."""

    call = models.ForeignKey(
        ForumCall, models.PROTECT, related_name="proposals", verbose_name=_("call")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="forum_proposals", verbose_name=_("organisation")
    )
    code = PublicCodeField(verbose_name=_("code"))
    title_zh = LineField(_("title in Chinese"), max_length=300, blank=True)
    title_en = LineField(_("title in English"), max_length=300, blank=True)
    theme = LineField(_("theme or industry"), max_length=80, blank=True)
    outline = ProseField(
        _("outline"), blank=True, max_length=5000, help_text=_("What it is about, for whom, and how the time is used.")
    )  # fmt: skip
    guests = ProseField(
        _("expected guests"), blank=True, max_length=3000, help_text=_("One a line: name, title, affiliation.")
    )  # fmt: skip
    seats = models.PositiveIntegerField(
        _("seats wanted"), null=True, blank=True, validators=[MinValueValidator(10), MaxValueValidator(10000)]
    )  # fmt: skip
    budget = models.DecimalField(
        _("budget"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )  # fmt: skip
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency, default=Currency.CNY, blank=True
    )
    past = ProseField(
        _("past forums"), blank=True, max_length=3000, help_text=_("What you held before: year, title, audience.")
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=12, choices=ProposalState, default=ProposalState.DRAFT
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    answer = ProseField(_("words of the desk"), blank=True, max_length=2000, editable=False)
    forum = models.OneToOneField(
        Forum, models.PROTECT, null=True, blank=True, related_name="proposal", editable=False,
        verbose_name=_("forum"),
    )  # fmt: skip
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("proposed by")
    )  # fmt: skip
    # What was typed and is not right yet, field by field, so that a draft loses nothing.
    typed = models.JSONField(
        default=dict, blank=True, editable=False, verbose_name=_("not right yet")
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("proposal of a forum")
        verbose_name_plural = _("proposals of forums")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="forums_forumproposal_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "changes", "declined"], decided_at__isnull=False)
                | Q(state__in=["draft", "submitted", "withdrawn"], decided_at__isnull=True),
                name="forums_forumproposal_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "changes"], forum__isnull=False)
                | Q(state__in=["draft", "submitted", "declined", "withdrawn"], forum__isnull=True),
                name="forums_forumproposal_accepted_is_a_forum",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | ~Q(currency=""), name="forums_forumproposal_budget_has_currency"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["call", "state"], name="forums_proposal_by_state")]

    def __str__(self):
        return localized(self, "title") or self.code


_S = ProposalState
PROPOSAL = Workflow(
    steps=(
        Step("submit", _("Hand in"), (_S.DRAFT,), _S.SUBMITTED, side="theirs", stamp="submitted_at"),
        Step("take_back", _("Take back to change it"), (_S.SUBMITTED,), _S.DRAFT, side="theirs"),
        Step("withdraw", _("Withdraw"), (_S.DRAFT, _S.SUBMITTED), _S.WITHDRAWN, side="theirs", danger=True),
        Step("accept", _("Accept"), (_S.SUBMITTED,), _S.ACCEPTED, stamp="decided_at"),
        Step("accept_with_changes", _("Accept with changes"), (_S.SUBMITTED,), _S.CHANGES, stamp="decided_at", needs_reason=True),
        Step("decline", pgettext_lazy("proposal", "Decline"), (_S.SUBMITTED,), _S.DECLINED, stamp="decided_at", needs_reason=True, danger=True),
    ),
    path=(_S.DRAFT, _S.SUBMITTED, _S.ACCEPTED),
    turns={_S.DRAFT: "theirs", _S.SUBMITTED: "ours", _S.ACCEPTED: "theirs", _S.CHANGES: "theirs"},
)  # fmt: skip
