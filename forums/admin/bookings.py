"""Seats that visitors have or wait for, reserved seats, draws."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from forums.models import Booking, Lottery, SeatPool
from forums.operations.lottery import close_list, draw_lottery
from forums.operations.pools import give_seat
from forums.operations.seats import cancel_booking
from forums.seat_steps import BOOKING, LOTTERY
from waic.lib.desk import DeskAdmin


class PoolInline(TabularInline):
    """Reserved seats on the forum's own page. What was released belongs to the public."""

    model = SeatPool
    fields = ["kind", "capacity", "taken", "release_at", "released_at"]
    readonly_fields = ["taken", "released_at"]
    extra = 0
    tab = True

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, formset=PoolFormSet, **kwargs)


class PoolFormSet(forms.models.BaseInlineFormSet):
    """Pools are counted in while the desk types, so only what was typed is written."""

    def save_existing(self, form, obj, commit=True):
        if commit:
            obj.save(update_fields=form.changed_data or ["kind"])
            return obj
        return super().save_existing(form, obj, commit=commit)


class GiveSeatForm(forms.ModelForm):
    """A reserved seat for a person."""

    class Meta:
        model = Booking
        fields = ["pool", "visitor"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "pool" in self.fields:
            self.fields["pool"].required = True
            self.fields["pool"].queryset = SeatPool.objects.select_related("forum")

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                with transaction.atomic():
                    self.given = give_seat(data["pool"], visitor=data["visitor"])
            except ValidationError as refusal:
                self.add_error("pool", refusal)
        return data

    def _post_clean(self):
        """The operation has checked; the row is made."""

    def save(self, commit=True):
        return self.given

    def save_m2m(self):
        pass


@admin.register(Booking)
class BookingAdmin(DeskAdmin):
    list_display = ["visitor", "forum", "shown_state", "pool_kind", "booked_at", "offer_ends_at"]
    list_filter = ["state", "pool__kind", "forum__edition"]
    list_select_related = ["visitor", "forum", "pool"]
    search_fields = ["visitor__email", "visitor__name", "forum__title_zh", "forum__code", "lot"]
    fields = readonly_fields = [
        "visitor", "forum", "state_name", "pool", "booked_at", "offer_ends_at", "lot", "rank",
    ]  # fmt: skip
    workflow = BOOKING
    step_operations = {"cancel": cancel_booking}

    @admin.display(description=_("reserved for"), ordering="pool__kind")
    def pool_kind(self, booking):
        return booking.pool.get_kind_display() if booking.pool else _("Public")

    def get_fields(self, request, obj=None):
        return super().get_fields(request, obj) if obj else ["pool", "visitor"]

    def get_readonly_fields(self, request, obj=None):
        return super().get_readonly_fields(request, obj) if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = GiveSeatForm
        return super().get_form(request, obj, change=change, **kwargs)

    raw_id_fields = ["visitor", "pool"]

    def save_model(self, request, obj, form, change):
        """A seat is given by the operation; nothing else of a booking is written by hand."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Lottery)
class LotteryAdmin(DeskAdmin):
    list_display = ["forum", "opens_at", "closes_at", "shown_state", "lots", "seats"]
    list_filter = ["state", "forum__edition"]
    list_select_related = ["forum"]
    search_fields = ["forum__title_zh", "forum__title_en", "forum__code"]
    autocomplete_fields = ["forum"]
    fields = ["forum", "opens_at", "closes_at", "state_name", "seed_hash", "list_hash", "lots", "seats", "drawn_at"]  # fmt: skip
    readonly_fields = ["state_name", "seed_hash", "list_hash", "lots", "seats", "drawn_at"]
    workflow = LOTTERY
    step_operations = {"close": close_list, "draw": draw_lottery}
    step_notes = {
        "close": _("The hash of the list goes to the forum's page; nobody can register any more."),
        "draw": _("Seats are given by lot, the others wait in the order drawn. Everybody is told. It cannot be undone."),
    }  # fmt: skip

    @admin.display(description=_("SHA-256 of the seed"))
    def seed_hash(self, lottery):
        return lottery.seed_hash

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        if obj is None:
            return fixed
        return (
            ["forum", *fixed] if obj.state == "open" else ["forum", "opens_at", "closes_at", *fixed]
        )

    def has_delete_permission(self, request, obj=None):
        # People have registered; their lots would be in no list.
        used = obj is not None and obj.forum.bookings.exclude(lot="").exists()
        return super().has_delete_permission(request, obj) and not used
