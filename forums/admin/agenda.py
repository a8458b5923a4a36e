"""The agenda on the forum's own page: sessions with their times of day, in order."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTimeWidget

from forums.models import Session
from forums.operations.agenda import time_session
from waic.lib import clock


class SessionForm(forms.ModelForm):
    """A session and the time of its one slot. A session that takes place several times keeps its own page."""

    starts = forms.TimeField(label=_("starts"), required=False, widget=UnfoldAdminTimeWidget)
    ends = forms.TimeField(
        label=_("ends"),
        required=False,
        widget=UnfoldAdminTimeWidget,
        help_text=_("Shanghai time, on the day of the forum."),
    )

    class Meta:
        model = Session
        fields = ["kind", "order", "language", "title_zh", "title_en", "abstract_zh", "abstract_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        slots = list(self.instance.slots.all()) if self.instance.pk else []
        if len(slots) == 1:
            for name, moment in (("starts", slots[0].starts_at), ("ends", slots[0].ends_at)):
                self.initial[name] = moment.astimezone(clock.ZONE).time()
        elif slots:
            for name in ("starts", "ends"):
                self.fields[name].disabled = True
            self.fields["ends"].help_text = _("It takes place several times; see its own page.")

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts"), data.get("ends")
        if bool(starts) != bool(ends) and not {"starts", "ends"} & set(self.errors):
            self.add_error("ends" if starts else "starts", _("Give both times, or neither."))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("A session cannot end before it begins."))
        return data

    def save_time(self):
        """After the forum's parts are saved. ValidationError when there is no day to put it on."""
        data = self.cleaned_data
        if data.get("starts") and data.get("ends") and not self.fields["starts"].disabled:
            time_session(self.instance, data["starts"], data["ends"])


class SessionInline(StackedInline):
    model = Session
    form = SessionForm
    fields = [
        ("starts", "ends", "kind", "order"),
        ("title_zh", "title_en"),
        ("abstract_zh", "abstract_en"),
        "language",
    ]
    show_change_link = True
    extra = 0
    tab = True

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("slots")


def save_times(formset):
    """Write the times of a saved formset of sessions; yields a sentence for each that could not be placed."""
    for form in formset.forms:
        if form.instance.pk and form not in formset.deleted_forms:
            try:
                form.save_time()
            except ValidationError as refusal:
                yield f"{form.instance}: {' '.join(refusal.messages)}"
