"""Scoring proposals: one review per reviewer, seen by others only once their own is in."""

from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, StdDev, When
from django.utils.translation import gettext as _

from forums.models import ProposalReview, ProposalState
from forums.operations.proposal_deciding import check_impartial
from forums.operations.proposals import locked
from waic.lib import clock


def with_scores(proposals, reviewer):
    """Annotate `mean`, `spread` and `votes`, empty where the reviewer has not scored: the order tells nothing either."""
    own = ProposalReview.objects.scored().filter(proposal=OuterRef("pk"), reviewer=reviewer)
    scored = Q(reviews__has_conflict=False)
    return proposals.annotate(
        votes=Count("reviews", filter=scored),
        has_own=Exists(own),
        all_mean=Avg("reviews__total", filter=scored),
        all_spread=StdDev("reviews__total", filter=scored),
    ).annotate(
        mean=Case(When(has_own=True, then=F("all_mean"))),
        spread=Case(When(has_own=True, then=F("all_spread"))),
    )


def reviews_seen_by(proposal, reviewer):
    """All reviews once one's own scores are in; before that, and with a conflict of interest, only one's own."""
    reviews = proposal.reviews.select_related("reviewer")
    if reviews.scored().filter(reviewer=reviewer).exists():
        return reviews
    return reviews.filter(reviewer=reviewer)


def weighted_total(criteria, scores):
    """Of 100: each score over its maximum, weighted, rounded to two places half up."""
    weights = sum(c.weight for c in criteria)
    total = sum(Decimal(c.weight) * scores[c.key] / c.maximum for c in criteria)
    return (100 * total / weights).quantize(Decimal("0.01"), ROUND_HALF_UP)


@transaction.atomic
def review_proposal(proposal, *, by, scores, comment="", version=None):
    """Keep one reviewer's scores ({key: whole number}) and words; they may be changed until the decision.

    version: the one the reviewer saw, 0 before there was any. ValidationError `conflict`, `not_allowed` once decided,
    `no_rubric`, `score` (params: key), `stale` when another window saved since.
    """
    row = _under_review(proposal)
    check_impartial(row, by)
    criteria = list(row.call.criteria.all())
    if not criteria:
        raise ValidationError(_("This call has no criteria yet."), code="no_rubric")
    checked = {c.key: _checked(c, scores.get(c.key)) for c in criteria}
    return _write(
        row, by, version, scores=checked, total=weighted_total(criteria, checked), comment=comment
    )


@transaction.atomic
def declare_conflict(proposal, *, by, reason="", version=None):
    """The reviewer takes no part: no score, no look at the others' scores, no decision."""
    row = _under_review(proposal)
    return _write(row, by, version, has_conflict=True, scores={}, total=None, comment=reason)


def _under_review(proposal):
    row = locked(proposal)
    if row.state != ProposalState.SUBMITTED:
        raise ValidationError(_("This proposal is not under review any more."), code="not_allowed")
    return row


def _checked(criterion, score):
    """A score on its criterion's scale."""
    if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= criterion.maximum:
        raise ValidationError(
            _("A score is a whole number from 1 to %(most)d."), code="score",
            params={"most": criterion.maximum, "key": criterion.key},
        )  # fmt: skip
    return score


def _write(row, by, version, **values):
    # The proposal's row is held, so that two windows of one reviewer come one after the other.
    review = ProposalReview.objects.filter(proposal=row, reviewer=by).first()
    if version is not None and version != (review.version if review else 0):
        raise ValidationError(
            _("You changed this review in another window. What you typed here is not saved yet; compare and save again."),
            code="stale",
        )  # fmt: skip
    review = review or ProposalReview(proposal=row, reviewer=by, version=0)
    for name, value in {**values, "changed_at": clock.now(), "version": review.version + 1}.items():
        setattr(review, name, value)
    review.full_clean(exclude=["scores"])
    review.save()
    return review
