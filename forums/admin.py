"""The programme desk."""

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from forums.agenda_inline import SessionInline, save_times
from forums.desk_views import OdditiesMixin
from forums.guest_inline import GuestInline
from forums.imports.forum import ForumImport
from forums.imports.speaker import SpeakerImport
from forums.models import (
    Availability,
    Booking,
    Forum,
    ForumHost,
    ForumKind,
    ForumOrganisation,
    ForumPart,
    Honour,
    Invitation,
    Participation,
    ProtocolItem,
    Release,
    RuleSetting,
    Session,
    Slot,
    Speaker,
)
from forums.models.invitation import INVITATION
from forums.operations import forums as forum_operations
from forums.operations import invitations as invitation_operations
from forums.operations.forums import index_forum, keep_times
from forums.operations.moving import findings_about
from forums.operations.profiles import index_speaker
from forums.part_inline import PartInline
from forums.rules.engine import rules
from forums.workflow import FORUM
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin
from waic.lib.imports.desk import ImportMixin


@admin.register(ForumKind)
class ForumKindAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "edition", "board", "limit", "order"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name_zh", "name_en", "key"]


class OrganisationInline(TabularInline):
    model = ForumOrganisation
    fields = ["role", "organisation", "order"]
    autocomplete_fields = ["organisation"]
    extra = 0
    tab = True


class HostInline(TabularInline):
    model = ForumHost
    autocomplete_fields = ["user"]
    extra = 0
    tab = True


class NeedsFilter(admin.SimpleListFilter):
    """What is still missing."""

    title = _("missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [
            ("room", _("room")),
            ("time", _("time")),
            ("guests", _("guests")),
            ("english", _("English title")),
        ]

    def queryset(self, request, queryset):
        conditions = {
            "room": ~Exists(ForumPart.objects.filter(forum=OuterRef("pk"), room__isnull=False)),
            "time": Q(starts_at=None),
            "guests": ~Exists(Participation.objects.filter(forum=OuterRef("pk"))),
            "english": Q(title_en=""),
        }
        return queryset.filter(conditions[self.value()]) if self.value() in conditions else queryset


@admin.register(Forum)
class ForumAdmin(ImportMixin, OdditiesMixin, DeskAdmin):
    import_class = ForumImport
    actions_list = ["things_to_look_at", "import_rows"]
    list_display = [
        "title_zh",
        "kind",
        "starts_at",
        "ends_at",
        "shown_state",
        "guest_count",
        "seats",
        "seats_taken",
    ]
    list_filter = ["edition", "state", "kind", "date", NeedsFilter]
    list_select_related = ["kind", "edition"]
    search_fields = [
        "title_zh",
        "title_en",
        "code",
        "forum_organisations__organisation__name_zh",
        "participations__speaker__name_zh",
    ]
    date_hierarchy = "date"
    workflow = FORUM
    step_operations = {
        "hand_in": forum_operations.hand_in_forum, "publish": forum_operations.publish_forum,
        "unpublish": forum_operations.withdraw_publication, "cancel": forum_operations.cancel_forum,
    }  # fmt: skip
    inlines = [PartInline, OrganisationInline, SessionInline, GuestInline, HostInline]
    readonly_fields = [
        "code",
        "state_name",
        "published_at",
        "starts_at",
        "ends_at",
        "seats_taken",
        "source",
    ]
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "kind"),
                    ("title_zh", "title_en"),
                    ("state_name", "published_at"),
                    ("starts_at", "ends_at"),
                    "date",
                )
            },
        ),
        (
            _("Texts"),
            {
                "fields": ("summary_zh", "summary_en", "theme", ("language", "interpretation")),
                "classes": ["tab"],
            },
        ),
        (
            _("Seats and links"),
            {
                "fields": (
                    ("seats", "seats_taken"),
                    "is_online",
                    "live_url",
                    "replay_url",
                    "code",
                    "external_id",
                    "source",
                ),
                "classes": ["tab"],
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(guests=Count("participations", distinct=True))

    @admin.display(description=_("guests"), ordering="guests")
    def guest_count(self, forum):
        return forum.guests

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }

    def changeform_view(self, request, *args, **kwargs):
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            # Somebody took the room between the check and the write; checked again, the form says who.
            return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        before = findings_about(form.instance)
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Session:
                for sentence in save_times(formset):
                    messages.warning(request, sentence)
        keep_times(form.instance)
        index_forum(form.instance)
        self.tell_what_it_caused(request, before, findings_about(form.instance))

    @staticmethod
    def tell_what_it_caused(request, before, after):
        """Saved, but somebody should know: the rules that this change has broken."""
        for about, finding in after.items():
            if about not in before:
                messages.warning(request, finding.sentence)


class SlotInline(TabularInline):
    model = Slot
    fields = ["room", "starts_at", "ends_at", "state"]
    autocomplete_fields = ["room"]
    extra = 0


@admin.register(Session)
class SessionAdmin(DeskAdmin):
    list_display = ["title_zh", "forum", "kind", "order"]
    list_filter = ["forum__edition", "kind"]
    list_select_related = ["forum"]
    search_fields = ["title_zh", "title_en", "code", "forum__title_zh"]
    autocomplete_fields = ["forum"]
    inlines = [SlotInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index_forum(form.instance.forum)


class HonourInline(TabularInline):
    model = Honour
    extra = 0


class AvailabilityInline(TabularInline):
    model = Availability
    extra = 0


@admin.register(Speaker)
class SpeakerAdmin(ImportMixin, DeskAdmin):
    import_class = SpeakerImport
    actions_list = ["import_rows"]
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
    inlines = [HonourInline, AvailabilityInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        index_speaker(form.instance)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
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


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    list_display = ["speaker", "forum", "role", "shown_state", "reply_by", "sent_at", "answered_at"]
    list_filter = ["forum__edition", "state", "role"]
    list_select_related = ["speaker", "forum"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "forum__title_zh", "code"]
    autocomplete_fields = ["forum", "speaker", "session"]
    readonly_fields = ["state_name", "sent_at", "opened_at", "answered_at", "answer"]
    fields = ["forum", "session", "speaker", "role", "message", "reply_by", *readonly_fields]
    workflow = INVITATION
    step_operations = {
        "send": invitation_operations.send_invitation,
        "withdraw": invitation_operations.withdraw_invitation,
    }

    def save_model(self, request, obj, form, change):
        if not change:
            obj.invited_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Booking)
class BookingAdmin(DeskAdmin):
    list_display = ["visitor", "forum", "status", "booked_at"]
    list_filter = ["status", "forum__edition"]
    list_select_related = ["visitor", "forum"]
    search_fields = ["visitor__email", "forum__title_zh"]
    fields = readonly_fields = ["visitor", "forum", "status", "booked_at"]

    def has_add_permission(self, request):
        return False  # a seat is taken through book_seat

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Release)
class ReleaseAdmin(DeskAdmin):
    list_display = ["number", "edition", "released_at", "released_by"]
    list_filter = ["edition"]
    list_select_related = ["edition", "released_by"]


class RuleSettingForm(forms.ModelForm):
    """Which rule, by its name in the reader's language."""

    rule = forms.ChoiceField(label=_("Rule"))

    class Meta:
        model = RuleSetting
        fields = ["edition", "rule", "level", "number"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(key, rule.label) for key, rule in rules().items()]


@admin.register(RuleSetting)
class RuleSettingAdmin(DeskAdmin):
    """Where an edition departs from the usual levels."""

    form = RuleSettingForm
    list_display = ["rule_name", "edition", "level", "shown_number"]
    list_filter = ["edition", "level"]
    list_select_related = ["edition"]

    @admin.display(description=_("rule"), ordering="rule")
    def rule_name(self, setting):
        known = rules().get(setting.rule)
        return known.label if known else setting.rule

    @admin.display(description=_("parameter"), ordering="number")
    def shown_number(self, setting):
        known = rules().get(setting.rule)
        return f"{setting.number} {known.number_label}" if known and setting.number is not None else ""  # fmt: skip

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }


@admin.register(ProtocolItem)
class ProtocolItemAdmin(DeskAdmin):
    """Where leaders are expected; the rules keep stages out of their way."""

    list_display = ["title_zh", "edition", "hall", "starts_at", "ends_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "hall"]
    search_fields = ["title_zh", "title_en", "people__name_zh", "people__name_en"]
    autocomplete_fields = ["people"]
