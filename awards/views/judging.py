"""The judges' desk: dossiers only. A judge never sees who handed an entry in; a conflict makes it vanish."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from awards.models import Assignment
from awards.operations.judging import declare_conflict, hand_in_review, save_review


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
    """One dossier and its rubric."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            rows = assignments_of(request.user)
            self.assignment = get_object_or_404(
                rows, dossier__code=kwargs["code"], stage__key=kwargs["stage"]
            )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code, stage):
        return self.page()

    def post(self, request, code, stage):
        try:
            if "conflict" in request.POST:
                declare_conflict(self.assignment, reason=request.POST.get("reason", ""))
                messages.success(request, _("Thank you. The dossier was taken off your list."))
                return redirect("awards:judging")
            save_review(
                self.assignment, scores=self.typed(), comment=request.POST.get("comment", "")
            )
            if "hand_in" in request.POST:
                hand_in_review(self.assignment)
                messages.success(request, _("Handed in."))
                return redirect("awards:judging")
        except ValidationError as refusal:
            return self.page(error=" ".join(refusal.messages), status=400)
        messages.success(request, _("Saved."))
        return redirect(request.path)

    def typed(self):
        """{criterion key: text as typed} of this stage's criteria only."""
        return {
            c.key: self.request.POST.get(f"score-{c.key}", "")
            for c in self.assignment.stage.criteria.all()
        }

    def page(self, error="", status=200):
        review = getattr(self.assignment, "review", None)
        scores = review.scores if review else {}
        if self.request.method == "POST":
            scores = self.typed()
        rows = [
            {"criterion": c, "value": str(scores.get(c.key, "")), "scale": range(1, c.maximum + 1)}
            for c in self.assignment.stage.criteria.all()
        ]
        context = {
            "assignment": self.assignment, "dossier": self.assignment.dossier, "rows": rows, "review": review, "error": error,
            "comment": self.request.POST.get("comment", review.comment if review else ""), "is_final": bool(review and review.handed_in_at),
            "total": review.total if review else Decimal(0),
        }  # fmt: skip
        return render(self.request, "awards/review.html", context, status=status)
