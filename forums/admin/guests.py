"""The guests of a forum on its own page."""

from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from forums.models import Participation, Session


class GuestFormSet(BaseInlineFormSet):
    """Nobody is twice on the list. Django compares no rows whose session is empty; the database does."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            if form in self.deleted_forms or form.errors or not form.cleaned_data.get("speaker"):
                continue
            key = (form.cleaned_data["speaker"], form.cleaned_data.get("session"))
            if key in seen:
                form.add_error("speaker", _("This person is on the list already."))
            seen.add(key)


class GuestInline(TabularInline):
    model = Participation
    formset = GuestFormSet
    fields = ["order", "speaker", "role", "session", "title_zh", "affiliation_zh", "is_confirmed"]
    autocomplete_fields = ["speaker"]
    extra = 0
    tab = True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "session":
            kwargs["queryset"] = Session.objects.filter(
                forum=request.resolver_match.kwargs.get("object_id") or None
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
