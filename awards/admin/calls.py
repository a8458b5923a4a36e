"""Awards, their calls with tracks, stages and questions, and their winners."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline

from awards.models import (
    Award,
    Call,
    Criterion,
    FormField,
    Stage,
    Track,
    Winner,
)
from waic.lib.desk import DeskAdmin


@admin.register(Award)
class AwardAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "kind", "since", "order"]
    list_filter = ["kind"]
    search_fields = ["name_zh", "name_en", "full_zh", "full_en"]


class TrackInline(TabularInline):
    model = Track
    extra = 0
    tab = True


class StageInline(TabularInline):
    model = Stage
    extra = 0
    tab = True


class FormFieldInline(StackedInline):
    """The questions of the form, each whole: what is asked, how it is answered, whether judges see it."""

    model = FormField
    fields = [
        ("order", "key", "kind"), ("label_zh", "label_en"), ("help_zh", "help_en"), ("part_zh", "part_en"),
        ("is_required", "is_identifying"), ("max_length", "accept"), "choices",
    ]  # fmt: skip
    extra = 0
    tab = True


@admin.register(Call)
class CallAdmin(DeskAdmin):
    list_display = ["award", "edition", "opens_at", "closes_at", "handed_in", "drafts", "is_sample"]
    list_filter = ["edition", "award"]
    list_select_related = ["award", "edition"]
    inlines = [TrackInline, StageInline, FormFieldInline]
    readonly_fields = ["last_number"]
    search_fields = ["award__name_zh", "award__name_en", "prefix"]

    def get_queryset(self, request):
        counts = {
            "in_count": Count("entries", filter=Q(entries__submitted_at__isnull=False)),
            "draft_count": Count("entries", filter=Q(entries__state="draft")),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("handed in"), ordering="in_count")
    def handed_in(self, call):
        return call.in_count

    @admin.display(description=_("drafts"), ordering="draft_count")
    def drafts(self, call):
        return call.draft_count


class CriterionInline(TabularInline):
    model = Criterion
    extra = 0


@admin.register(Stage)
class StageAdmin(DeskAdmin):
    list_display = ["name_zh", "call", "starts_on", "ends_on"]
    list_filter = ["call__edition", "call__award"]
    list_select_related = ["call__award", "call__edition"]
    search_fields = ["name_zh", "name_en"]
    inlines = [CriterionInline]


@admin.register(Winner)
class WinnerAdmin(DeskAdmin):
    list_display = ["title_zh", "award", "edition", "level", "organisation", "people"]
    list_filter = ["edition", "award", "level"]
    list_select_related = ["award", "edition"]
    search_fields = ["title_zh", "title_en", "organisation", "people"]
    raw_id_fields = ["entry"]
