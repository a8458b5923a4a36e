"""Judging: blind copies, conflicts, scores. Only dossiers reach judges."""

from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from awards.answers import shown
from awards.models import Conflict, Dossier, Review
from waic.lib import clock
from waic.lib.text import clean_text


def make_dossier(entry):
    """The blind copy of an entry: titles, track and the answers that tell nobody who it is, in both languages."""
    questions = entry.call.fields.filter(is_identifying=False).exclude(kind="file")
    answers = [blind_answer(q, entry.answers.get(q.key, "")) for q in questions]
    dossier, _made = Dossier.objects.update_or_create(
        entry=entry,
        defaults={"title_zh": entry.title_zh, "title_en": entry.title_en, "answers": answers, "made_at": clock.now(),
                  "track_zh": entry.track.name_zh if entry.track else "", "track_en": entry.track.name_en if entry.track else ""},
    )  # fmt: skip
    return dossier


def blind_answer(question, value):
    """A question and its answer in both languages, whatever language the desk reads."""
    row = {"zh": question.label_zh, "en": question.label_en}
    for suffix, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            row[f"answer_{suffix}"] = str(shown(question, value))
    return row


@transaction.atomic
def declare_conflict(assignment, *, reason):
    """The judge must not see this entry; it leaves lists and totals at once."""
    Conflict.objects.get_or_create(
        judge=assignment.judge,
        entry=assignment.dossier.entry,
        defaults={"reason": clean_text(reason)[:300]},
    )


def weighted_total(criteria, scores):
    """Of 100: each score over its maximum, weighted, rounded to two places half up."""
    weights = sum(c.weight for c in criteria)
    total = sum(Decimal(c.weight) * Decimal(scores[c.key]) / c.maximum for c in criteria)
    return (100 * total / weights).quantize(Decimal("0.01"), ROUND_HALF_UP)


@transaction.atomic
def save_review(assignment, *, scores, comment, version=None):
    """Keep scores and words.

    version: the one the judge saw, 0 before there was any. ValidationError `stale` when another window saved since,
    `final` after handing in, `score` for a score outside its scale (params: key), `max_length` for too many words.
    """
    review, is_new = Review.objects.select_for_update().get_or_create(assignment=assignment)
    if review.handed_in_at:
        raise ValidationError(_("This review is handed in and final."), code="final")
    _check_version(review, version, seen=0 if is_new else review.version)
    _check_scores(assignment.stage.criteria.all(), scores)
    review.scores = {k: int(v) for k, v in scores.items() if v}
    review.comment = Review._meta.get_field("comment").clean(comment, review)
    review.version += 0 if is_new else 1
    review.save()
    return review


def _check_version(review, version, *, seen):
    if version is not None and version != seen:
        raise ValidationError(
            _(
                "You changed this review in another window. What you typed here is not saved yet; compare and save again."
            ),
            code="stale",
        )


def _check_scores(criteria, scores):
    """ValidationError `score` for the first text that is no whole number on its criterion's scale."""
    limits = {c.key: c.maximum for c in criteria}
    for key, value in scores.items():
        is_number = value.isascii() and value.isdigit() and len(value) < 4
        if value and not (is_number and 1 <= int(value) <= limits[key]):
            raise ValidationError(
                _("A score is a whole number from 1 to %(most)d."),
                code="score",
                params={"most": limits[key], "key": key},
            )


@transaction.atomic
def hand_in_review(assignment, *, version=None):
    """Make a review final; ValidationError when a criterion has no score or the review was changed elsewhere."""
    review = Review.objects.select_for_update().get(assignment=assignment)
    _check_version(review, version, seen=review.version)
    criteria = list(assignment.stage.criteria.all())
    if not criteria:
        raise ValidationError(_("There is no rubric for this stage yet."), code="no_rubric")
    if any(c.key not in review.scores for c in criteria):
        raise ValidationError(_("Please score every criterion first."), code="incomplete")
    review.total, review.handed_in_at = weighted_total(criteria, review.scores), clock.now()
    review.version += 1
    review.save()
    return review
