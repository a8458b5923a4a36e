"""The forums as the programme desk sees them."""

from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from forums.admin.agenda import SessionInline, save_times
from forums.admin.board import BoardMixin
from forums.admin.bookings import PoolInline
from forums.admin.guests import GuestInline
from forums.admin.moving import MoveMixin
from forums.admin.oddities import OdditiesMixin
from forums.admin.parts import PartInline
from forums.admin.planning import PlanButtonMixin
from forums.admin.printing import PrintButtonMixin
from forums.admin.readiness import ReadinessFilter, ReadinessMixin
from forums.admin.streams import StreamInline
from forums.admin.unreleased import UnreleasedMixin
from forums.imports.forum import ForumImport
from forums.models import (
    Forum,
    ForumHost,
    ForumKind,
    ForumOrganisation,
    ForumPart,
    Participation,
    Session,
)
from forums.operations import forums as forum_operations
from forums.operations.forums import index_forum, keep_times
from forums.operations.moving import findings_about
from forums.workflow import FORUM
from waic.editions.models import Edition
from waic.lib.desk import DeskAdmin
from waic.lib.imports.desk import ImportMixin
from waic.lib.templatetags import dates


@admin.register(ForumKind)
class ForumKindAdmin(DeskAdmin):
    list_display = ["name_zh", "name_en", "edition", "board", "shown_count", "limit", "order"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name_zh", "name_en", "key"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_count()

    @admin.display(description=_("forums"), ordering="count")
    def shown_count(self, kind):
        return kind.count


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
class ForumAdmin(
    BoardMixin,
    ImportMixin,
    OdditiesMixin,
    PlanButtonMixin,
    PrintButtonMixin,
    MoveMixin,
    ReadinessMixin,
    UnreleasedMixin,
    DeskAdmin,
):
    import_class = ForumImport
    actions_list = ["board", "things_to_look_at", "plan", "printed", "import_rows"]
    list_display = [
        "title_zh",
        "kind",
        "hours",
        "shown_state",
        "shown_readiness",
        "guest_count",
        "seats_of",
    ]
    list_filter = ["edition", "state", "kind", "date", NeedsFilter, ReadinessFilter]
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
    inlines = [
        PartInline,
        OrganisationInline,
        SessionInline,
        GuestInline,
        HostInline,
        PoolInline,
        StreamInline,
    ]
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
            _("Seats"),
            {
                "fields": (
                    ("seats", "seats_taken"),
                    ("allows_overlap", "offer_hours"),
                    "is_online",
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

    @admin.display(description=_("time"), ordering="starts_at")
    def hours(self, forum):
        if not forum.starts_at:
            return dates.full_day(forum.date) or None
        ends = dates.hour if dates.day(forum.starts_at) == dates.day(forum.ends_at) else dates.moment  # fmt: skip
        return f"{dates.moment(forum.starts_at)}–{ends(forum.ends_at)}"

    @admin.display(description=_("seats taken"), ordering="seats_taken")
    def seats_of(self, forum):
        return f"{forum.seats_taken} / {forum.seats}" if forum.seats else None

    @admin.display(description=_("guests"), ordering="guests")
    def guest_count(self, forum):
        return forum.guests

    def get_changeform_initial_data(self, request):
        return {
            "edition": Edition.objects.current(),
            **super().get_changeform_initial_data(request),
        }

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
                messages.warning(request, f"{finding.sentence} {finding.remedy}")
