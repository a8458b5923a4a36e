"""What the desk's reviewers think of a proposal: one review each, or a conflict of interest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.proposal import ForumProposal
from waic.lib import clock
from waic.lib.models import Versioned
from waic.lib.text import ProseField


class ProposalReviewQuerySet(models.QuerySet):
    def scored(self):
        return self.filter(has_conflict=False)


class ProposalReview(Versioned):
    """One reviewer's scores and words; or that this reviewer must not take part."""

    proposal = models.ForeignKey(
        ForumProposal, models.CASCADE, related_name="reviews", verbose_name=_("proposal")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposal_reviews", verbose_name=_("reviewer")
    )  # fmt: skip
    scores = models.JSONField(_("scores"), default=dict)
    total = models.DecimalField(
        _("total of 100"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    comment = ProseField(_("comment"), blank=True, max_length=3000)
    has_conflict = models.BooleanField(_("conflict of interest"), default=False)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    objects = ProposalReviewQuerySet.as_manager()

    class Meta:
        ordering = ["proposal", "pk"]
        verbose_name = _("review of a proposal")
        verbose_name_plural = _("reviews of proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "reviewer"], name="forums_proposalreview_one_per_reviewer"
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=True, total__isnull=True)
                | Q(has_conflict=False, total__isnull=False, total__gte=0, total__lte=100),
                name="forums_proposalreview_scores_or_conflict",
            ),
        ]

    def __str__(self):
        return f"{self.reviewer} · {self.proposal}"
