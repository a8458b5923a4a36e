"""Sessions and their times and places."""

from django.contrib import admin, messages
from django.forms.models import BaseInlineFormSet
from unfold.admin import TabularInline

from forums.imports.session import SessionImport
from forums.models import (
    Session,
    Slot,
    SlotState,
)
from forums.operations.forums import index_forum
from forums.operations.moving import check_parts, findings_about
from forums.operations.wording import note_edits
from waic.lib.desk import DeskAdmin
from waic.lib.imports.desk import ImportMixin


class SlotFormSet(BaseInlineFormSet):
    """The times of one session; what this edition refuses to save stands above them."""

    def clean(self):
        super().clean()
        if any(form.errors for form in self.forms) or self.instance.forum_id is None:
            return
        kept = [
            f.instance for f in self.forms if f not in self.deleted_forms and f.instance.starts_at
        ]
        for slot in kept:
            slot.session = self.instance
        gone = [("slot", form.instance.pk) for form in self.deleted_forms]
        held = [slot for slot in kept if slot.state != SlotState.CANCELLED]
        check_parts(self.instance.forum, [], gone=gone, agenda=held)


class SlotInline(TabularInline):
    model = Slot
    formset = SlotFormSet
    fields = ["room", "starts_at", "ends_at", "state"]
    autocomplete_fields = ["room"]
    extra = 0


@admin.register(Session)
class SessionAdmin(ImportMixin, DeskAdmin):
    import_class = SessionImport
    actions_list = ["import_rows"]
    list_display = ["title_zh", "forum", "kind", "order"]
    list_filter = ["forum__edition", "kind"]
    list_select_related = ["forum"]
    search_fields = ["title_zh", "title_en", "code", "forum__title_zh"]
    autocomplete_fields = ["forum"]
    inlines = [SlotInline]

    def save_related(self, request, form, formsets, change):
        session = form.instance
        before = findings_about(session.forum)
        super().save_related(request, form, formsets, change)
        for about, finding in findings_about(session.forum).items():
            if about not in before:
                messages.warning(request, finding.sentence)
        note_edits(session.forum, form.changed_data, by=request.user, session=session)
        index_forum(session.forum)
