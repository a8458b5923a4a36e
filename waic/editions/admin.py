"""Editions, places and figures, for organisers."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from waic.editions.copying_desk import CopyingMixin
from waic.editions.models import (
    Edition,
    Hall,
    HallWalk,
    OpeningHours,
    PublishedFigure,
    Room,
    Target,
    Venue,
)
from waic.lib.desk import DeskAdmin
from waic.lib.text import clean_text


class TargetInline(TabularInline):
    model = Target
    extra = 0
    tab = True


class FigureInline(TabularInline):
    model = PublishedFigure
    fields = ["key", "name_zh", "name_en", "value", "cut_off", "note"]
    extra = 0
    tab = True


class LinesField(forms.CharField):
    """A list of texts, typed one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        lines = clean_text(super().to_python(value)).split("\n")
        return [line.strip() for line in lines if line.strip()]

    def run_validators(self, value):
        # The length that is limited is that of the text, not of the list.
        super().run_validators("\n".join(value))

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class EditionForm(forms.ModelForm):
    organisers = LinesField(
        label=_("organisers"), required=False, max_length=5000, help_text=_("One name a line.")
    )


@admin.register(Edition)
class EditionAdmin(CopyingMixin, DeskAdmin):
    form = EditionForm
    list_display = [
        "year",
        "name_zh",
        "theme_zh",
        "starts_on",
        "ends_on",
        "is_current",
        "is_published",
    ]
    list_filter = ["is_published", "is_archive"]
    search_fields = ["year", "name_zh", "name_en", "theme_zh", "theme_en"]
    readonly_fields = ["source"]
    inlines = [TargetInline, FigureInline]


class HallInline(TabularInline):
    model = Hall
    extra = 0
    tab = True


class RoomInline(TabularInline):
    model = Room
    fields = ["name_zh", "name_en", "hall", "capacity", "allows_parallel", "order"]
    extra = 0
    tab = True


class HoursInline(TabularInline):
    model = OpeningHours
    extra = 0
    tab = True


@admin.register(Venue)
class VenueAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "edition", "is_online", "order"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name_zh", "name_en", "address_zh"]
    inlines = [HallInline, RoomInline, HoursInline]


@admin.register(Hall)
class HallAdmin(DeskAdmin):
    list_display = ["key", "name_zh", "name_en", "venue", "area"]
    list_filter = ["venue__edition"]
    list_select_related = ["venue"]
    search_fields = ["key", "name_zh", "name_en"]


@admin.register(Room)
class RoomAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "venue", "hall", "capacity", "allows_parallel"]
    list_filter = ["venue__edition", "venue"]
    list_select_related = ["venue", "hall"]
    search_fields = ["name_zh", "name_en", "venue__name_zh", "code"]


@admin.register(HallWalk)
class HallWalkAdmin(DeskAdmin):
    list_display = ["start", "end", "minutes"]
    list_select_related = ["start", "end"]
