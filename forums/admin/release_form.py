"""The form of a release, and what becomes of it when somebody else was faster."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from forums.operations import releasing

CONFLICTS = ("stale", "unchanged", "busy")


class ReleaseForm(forms.Form):
    """Notes of a release, whether people are told, and what makes a second click harmless."""

    note_zh = forms.CharField(
        label=_("Note in Chinese"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )  # fmt: skip
    note_en = forms.CharField(
        label=_("Note in English"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )  # fmt: skip
    tells = forms.BooleanField(
        label=_("Tell the people concerned"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget(),
        help_text=_("By mail after the quiet period. While mails of an earlier release wait, this one is told with them in any case."),
    )  # fmt: skip
    expects = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    request = forms.UUIDField(widget=forms.HiddenInput)


def promise(edition):
    """The number a release would have now, and a name for this click."""
    return {"expects": releasing.next_number(edition), "request": uuid.uuid4()}


def show_refusal(form, refusal):
    """Put the sentences on the form; the status of the answer."""
    form.add_error(None, refusal.messages)
    return 409 if getattr(refusal, "code", None) in CONFLICTS else 400


def renewed(form, edition):
    """The same form, with what was typed, for the number a release would have by now."""
    again = ReleaseForm({**form.data.dict(), **promise(edition)})
    again.full_clean()
    for name, errors in form.errors.items():
        again.add_error(None if name == "__all__" else name, list(errors))
    return again
