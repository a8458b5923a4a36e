"""Booths on the pages of the exhibition desk, and giving them."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from exhibitors.models import Allocation, Booth
from exhibitors.operations.booths import refuse_unfit, tell_booth
from exhibitors.operations.publishing import refresh
from waic.lib.desk import DeskAdmin


class AllocationFormSet(BaseInlineFormSet):
    """Refuses what the database would refuse, and booths for whom they are not meant."""

    def clean(self):
        super().clean()
        given = set()
        for form in self.forms:
            row = form.instance
            is_current = form.is_valid() and form.has_changed() and form not in self.deleted_forms
            if not is_current or row.released_at or not (row.booth_id and row.application_id):
                continue
            if row.booth_id in given or self._is_held(row):
                form.add_error(self._shown(form), _("This booth is taken."))
            given.add(row.booth_id)
            self._refuse_unfit(form, row)

    def _is_held(self, row):
        """Whether an exhibitor has the booth whom this very page does not take it from."""
        going = [
            f.instance.pk for f in self.initial_forms
            if f in self.deleted_forms or f.instance.released_at
        ]  # fmt: skip
        held = Allocation.objects.current().filter(booth=row.booth_id)
        return held.exclude(pk__in=[row.pk, *going]).exists()

    def _refuse_unfit(self, form, row):
        try:
            refuse_unfit(row.application, row.booth)
        except ValidationError as refusal:
            form.add_error(self._shown(form), refusal)

    @staticmethod
    def _shown(form):
        """The other side of the allocation: the one that is chosen in this form."""
        return next(
            (name for name in ("booth", "application") if not form.fields[name].widget.is_hidden),
            None,
        )


class AllocationInline(TabularInline):
    """Booths of an exhibitor."""

    model = Allocation
    formset = AllocationFormSet
    fields = ["booth", "released_at"]
    autocomplete_fields = ["booth"]
    extra = 0
    tab = True


class HolderInline(AllocationInline):
    """Exhibitors of a booth: the present one and those before."""

    fields = ["application", "released_at"]
    autocomplete_fields = ["application"]


def tell_new_booths(formset):
    """Whoever was given a booth on the page that was just saved hears of it."""
    if formset.model is Allocation:
        for allocation in formset.new_objects:
            if allocation.released_at is None:
                tell_booth(allocation)


@admin.register(Booth)
class BoothAdmin(DeskAdmin):
    list_display = ["number", "hall", "area", "holder"]
    list_filter = ["hall__venue__edition", "hall"]
    list_select_related = ["hall__venue"]
    search_fields = ["number", "allocations__application__name_zh"]
    inlines = [HolderInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for allocation in form.instance.allocations.select_related("application__edition"):
            refresh(allocation.application)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        tell_new_booths(formset)

    def get_queryset(self, request):
        current = Allocation.objects.filter(released_at=None).select_related(
            "application__organisation"
        )
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("allocations", current, to_attr="current_stands"))
        )

    @admin.display(description=_("exhibitor"))
    def holder(self, booth):
        return ", ".join(str(a.application) for a in booth.current_stands) or _("vacant")
