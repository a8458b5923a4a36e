"""The judges' desk: dossiers only. A judge never sees who handed an entry in; a conflict makes it vanish."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from awards.models import Assignment, FieldKind
from awards.operations import papers
from awards.operations.judging import declare_conflict, hand_in_review, save_review
from awards.views.portal import number
from waic.lib.files import serve
from waic.lib.text import clean_text
from waic.lib.toolong import TOO_LONG


def assignments_of(user):
    """What the person is to judge; an entry they have a conflict with is not there."""
    return (
        Assignment.objects.filter(judge__user=user)
        .exclude(dossier__entry__conflicts__judge__user=user)
        .select_related("stage__call__award", "stage__call__edition", "dossier", "judge", "review")
    )


class JudgingView(LoginRequiredMixin, TemplateView):
    """My dossiers by code, with what is done."""

    template_name = "awards/judging.html"

    def get_context_data(self, **kwargs):
        rows = assignments_of(self.request.user).order_by(
            "stage__call", "stage__order", "dossier__code"
        )
        return super().get_context_data(assignments=rows, **kwargs)


class ReviewView(LoginRequiredMixin, View):
    """One dossier and its rubric. The page holds the version it shows, so that two windows do not overwrite each other."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.assignment = self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self):
        return get_object_or_404(
            assignments_of(self.request.user).select_related("dossier__paper__file"),
            dossier__code=self.kwargs["code"], stage__key=self.kwargs["stage"],
        )  # fmt: skip

    def get(self, request, code, stage):
        return self.page()

    def post(self, request, code, stage):
        if "conflict" in request.POST:
            declare_conflict(self.assignment, reason=request.POST.get("reason", ""))
            messages.success(request, _("Thank you. The dossier was taken off your list."))
            return redirect("awards:judging")
        try:
            return self.keep()
        except ValidationError as refusal:
            return self.page(refusal)

    def keep(self):
        """Save what was typed, and hand it in when that was asked."""
        version = number(self.request.POST.get("version", ""))
        review = save_review(
            self.assignment, scores=self.typed_scores(), comment=self.typed_comment(), version=version
        )  # fmt: skip
        if "hand_in" in self.request.POST:
            hand_in_review(self.assignment, version=review.version)
            messages.success(self.request, _("Handed in."))
            return redirect("awards:judging")
        messages.success(self.request, _("Saved."))
        return redirect(self.request.path)

    def typed_scores(self):
        """{criterion key: text as typed} of this stage's criteria only."""
        return {
            c.key: self.request.POST.get(f"score-{c.key}", "")
            for c in self.assignment.stage.criteria.all()
        }

    def typed_comment(self):
        return clean_text(self.request.POST.get("comment", ""))

    # --- What is shown --------------------------------------------------------------------------

    def page(self, refusal=None, *, too_long=""):
        """The rubric as stored, or after a refusal as typed; where the two differ, both are there to compare.

        too_long: the sentence for a post that could not be read at all.
        """
        self.assignment = self.load()
        review = getattr(self.assignment, "review", None)
        code = getattr(refusal, "code", "")
        is_final = bool(review and review.handed_in_at)
        context = {
            "assignment": self.assignment, "dossier": self.assignment.dossier, "review": review, "is_final": is_final,
            "rows": self.rows(review, refusal, is_final), "comment": self.comment(review, refusal, is_final) | ({"sentence": too_long} if too_long else {}),
            "paper": getattr(self.assignment.dossier, "paper", None), "asks_for_paper": self.asks_for_paper(),
            "error": " ".join(refusal.messages) if refusal else too_long, "total": review.total if review else Decimal(0),
        }  # fmt: skip
        status = (
            409 if code in ("stale", "final") else 400 if refusal else TOO_LONG if too_long else 200
        )
        return render(self.request, "awards/review.html", context, status=status)

    def asks_for_paper(self):
        """Whether applicants of this call upload anything that judges cannot see as it is."""
        return self.assignment.stage.call.fields.filter(kind=FieldKind.FILE).exists()

    def rows(self, review, refusal, is_final):
        """Each criterion with its score, a sentence, and the score that is not the one shown."""
        stored = {k: str(v) for k, v in review.scores.items()} if review else {}
        typed = self.typed_scores() if refusal else stored
        wrong = (getattr(refusal, "params", None) or {}).get("key")
        return [
            {
                "criterion": c, "scale": range(1, c.maximum + 1),
                **self.shown(stored.get(c.key, ""), typed.get(c.key, ""), refusal, is_final),
                "sentence": " ".join(refusal.messages) if c.key == wrong else "",
            }
            for c in self.assignment.stage.criteria.all()
        ]  # fmt: skip

    def comment(self, review, refusal, is_final):
        stored = review.comment if review else ""
        typed = self.typed_comment() if refusal else stored
        is_wrong = getattr(refusal, "code", "") == "max_length"
        sentence = " ".join(refusal.messages) if is_wrong else ""
        return {**self.shown(stored, typed, refusal, is_final), "sentence": sentence}

    @staticmethod
    def shown(stored, typed, refusal, is_final):
        """{"value", "other"}: a final review shows what is stored, any other what was typed."""
        value, other = (stored, typed) if is_final else (typed, stored)
        is_told = getattr(refusal, "code", "") in ("stale", "final") and typed != stored
        return {"value": value, "other": (other or "—") if is_told else ""}


class PaperView(LoginRequiredMixin, View):
    """The redacted paper of a dossier on one's list; every opening is on record (S4)."""

    def get(self, request, code, stage):
        assignment = get_object_or_404(
            assignments_of(request.user).select_related("dossier__paper__file"),
            dossier__code=code, stage__key=stage, dossier__paper__isnull=False,
        )  # fmt: skip
        papers.read_paper(assignment.dossier.paper, by=request.user)
        return serve(assignment.dossier.paper.file)


class ReviewTooLongView(ReviewView):
    """The review as it was saved, and a sentence; what was typed could not be read."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.assignment = self.load()
        return self.page(
            too_long=_(
                "This is more text than can be sent at once. Nothing of it was saved; please shorten it. "
                "Your browser's Back button brings back what you typed."
            )
        )
