"""The people on stage."""

from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from forums.admin.merging import MergingMixin
from forums.admin.recognising import RecognisingMixin
from forums.imports.speaker import SpeakerImport
from forums.models import (
    Availability,
    Honour,
    SlidesExtension,
    Speaker,
)
from forums.operations.profiles import index_speaker
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin
from waic.lib.imports.desk import ImportMixin


class HonourInline(TabularInline):
    model = Honour
    extra = 0


class AvailabilityInline(TabularInline):
    model = Availability
    extra = 0


class SlidesExtensionInline(TabularInline):
    model = SlidesExtension
    extra = 0
    max_num = 1


@admin.register(Speaker)
class SpeakerAdmin(MergingMixin, RecognisingMixin, ImportMixin, DeskAdmin):
    import_class = SpeakerImport
    actions_list = ["import_rows", "show_duplicates", "show_known"]
    list_display = ["name_zh", "name_en", "affiliation_zh", "title_zh", "forum_count", "is_person"]
    list_filter = ["edition", "is_person", "honours__kind"]
    search_fields = [
        "name_zh",
        "name_en",
        "affiliation_zh",
        "affiliation_en",
        "title_zh",
        "code",
        "email",
    ]
    readonly_fields = ["code", "source", "photo"]
    autocomplete_fields = ["user"]
    inlines = [HonourInline, AvailabilityInline, SlidesExtensionInline]

    def get_exclude(self, request, obj=None):
        """Whoever only looks, like the press desk, does not need the address."""
        return None if self.has_change_permission(request, obj) else ["email"]

    def get_search_fields(self, request):
        hidden = self.get_exclude(request) or ()
        return [name for name in self.search_fields if name not in hidden]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index_speaker(form.instance)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .living()
            .annotate(forums=Count("participations__forum", distinct=True))
        )

    @admin.display(description=_("forums"), ordering="forums")
    def forum_count(self, speaker):
        return speaker.forums

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }
