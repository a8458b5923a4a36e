"""Sessions and their times and places."""

from django.contrib import admin
from unfold.admin import TabularInline

from forums.imports.session import SessionImport
from forums.models import (
    Session,
    Slot,
)
from forums.operations.forums import index_forum
from forums.operations.wording import note_edits
from waic.lib.desk import DeskAdmin
from waic.lib.imports.desk import ImportMixin


class SlotInline(TabularInline):
    model = Slot
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
        super().save_related(request, form, formsets, change)
        session = form.instance
        note_edits(session.forum, form.changed_data, by=request.user, session=session)
        index_forum(form.instance.forum)
