"""When and where a forum takes place, on its own page: a taken room is refused by the name of the other forum."""

from itertools import combinations

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from forums.models import ForumPart
from forums.operations.forums import check_room
from forums.operations.moving import check_parts


class PartForm(forms.ModelForm):
    """A part of a forum."""

    class Meta:
        model = ForumPart
        fields = ["room", "starts_at", "ends_at", "label_zh", "label_en", "place_note"]

    def clean(self):
        data = super().clean()
        if not self.errors and data.get("room") and data.get("starts_at") and data.get("ends_at"):
            part = ForumPart(
                pk=self.instance.pk,
                room=data["room"],
                starts_at=data["starts_at"],
                ends_at=data["ends_at"],
            )
            try:
                check_room(part)
            except ValidationError as refusal:
                self.add_error("room", refusal.messages)
        return data


class PartFormSet(BaseInlineFormSet):
    """The parts of one forum, which must not take a room from each other either."""

    def clean(self):
        super().clean()
        placed = [
            form for form in self.forms
            if form not in self.deleted_forms and not form.errors and form.cleaned_data.get("room")
        ]  # fmt: skip
        for first, second in combinations(placed, 2):
            a, b = first.cleaned_data, second.cleaned_data
            overlap = a["starts_at"] < b["ends_at"] and b["starts_at"] < a["ends_at"]
            if a["room"] == b["room"] and overlap and not a["room"].allows_parallel:
                second.add_error("room", _("This room is taken at that time."))
        if self.instance.edition_id and not any(form.errors for form in self.forms):
            self.check_rules()

    def check_rules(self):
        """What this edition refuses to save stands above the parts."""
        kept = [f for f in self.forms if f not in self.deleted_forms and f.instance.starts_at]
        gone = [("part", form.instance.pk) for form in self.deleted_forms]
        check_parts(self.instance, [form.instance for form in kept], gone=gone)


class PartInline(TabularInline):
    model = ForumPart
    form = PartForm
    formset = PartFormSet
    autocomplete_fields = ["room"]
    extra = 0
    tab = True
