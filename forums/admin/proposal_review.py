"""The form of a review: a score per criterion of the call, words, or a conflict of interest."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from forums.operations import reviews
from waic.lib.text import clean_text, localized


class ReviewForm(forms.Form):
    """Fields `score-KEY` for each criterion."""

    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=3000, widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("Colleagues read it once they have scored too; the institution does not."),
    )  # fmt: skip
    has_conflict = forms.BooleanField(
        label=_("I have a conflict of interest"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("Then you give no scores, see none, and do not decide. This cannot be taken back."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, criteria, own, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        self.fields["version"].initial = own.version if own else 0
        self.fields["comment"].initial = own.comment if own else ""
        scores = {}
        for criterion in criteria:
            scores[f"score-{criterion.key}"] = _score_field(criterion, own)
        self.fields = {**scores, **self.fields}

    def clean_comment(self):
        return clean_text(self.cleaned_data["comment"])

    def clean(self):
        data = super().clean()
        if not data.get("has_conflict"):
            for criterion in self.criteria:
                name = f"score-{criterion.key}"
                if name not in self.errors and data.get(name) is None:
                    self.add_error(name, _("Please give a score, or say that you have a conflict of interest."))  # fmt: skip
        return data

    def save(self, proposal, *, by):
        """Write the review; ValidationError says why it cannot be."""
        data = self.cleaned_data
        if data["has_conflict"]:
            return reviews.declare_conflict(proposal, by=by, reason=data["comment"], version=data["version"])  # fmt: skip
        scores = {c.key: data[f"score-{c.key}"] for c in self.criteria}
        return reviews.review_proposal(
            proposal, by=by, scores=scores, comment=data["comment"], version=data["version"]
        )


def _score_field(criterion, own):
    words = [_("1 to %(most)d, weight %(weight)d.") % {"most": criterion.maximum, "weight": criterion.weight}]  # fmt: skip
    if text := localized(criterion, "help"):
        words.insert(0, text)
    return forms.IntegerField(
        label=str(criterion), min_value=1, max_value=criterion.maximum, required=False, help_text=" ".join(map(str, words)),
        initial=own.scores.get(criterion.key) if own else None,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
