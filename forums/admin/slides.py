"""Slides at the programme desk: whose are missing, taking them all, giving them to the public."""

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from forums.models import SLIDES, Contribution, Forum, Slides, SlidesFile
from forums.operations import slides as operations
from forums.operations.slides_reminding import remind_of_slides
from forums.operations.slides_zip import JOB
from waic.editions.models import Edition
from waic.lib import clock, jobs
from waic.lib.admin import ReadOnlyAdmin
from waic.lib.files import serve
from waic.lib.templatetags.dates import moment

MOST_AT_ONCE = 2000


class SlidesFilter(admin.SimpleListFilter):
    """Missing means: the stage waits for slides; of what is over it does not any more."""

    title = _("slides")
    parameter_name = "slides"

    def lookups(self, request, model_admin):
        return [
            ("missing", _("missing")),
            ("late", _("missing and late")),
            ("never", _("never came")),
            ("here", _("here")),
        ]

    def queryset(self, request, queryset):
        without, over = queryset.presenting().filter(has_slides=False), Q(ends__lte=clock.now())
        chosen = {
            "missing": without.filter(~over | Q(ends=None)), "late": without.filter(due__lte=clock.now(), ends__gt=clock.now()),
            "never": without.filter(over), "here": queryset.filter(has_slides=True),
        }  # fmt: skip
        return chosen.get(self.value(), queryset)


class ReleasableFilter(admin.SimpleListFilter):
    """What a release would take today: the session is over, and the speaker has consented."""

    title = _("can be released")
    parameter_name = "releasable"

    def lookups(self, request, model_admin):
        return [("yes", _("now"))]

    def queryset(self, request, queryset):
        return operations.releasable(queryset) if self.value() == "yes" else queryset


class DayFilter(admin.SimpleListFilter):
    """Days of the current edition, by the beginning of the session."""

    title = _("day")
    parameter_name = "day"

    def lookups(self, request, model_admin):
        edition = Edition.objects.current()
        return [(day.isoformat(), f"{day:%m-%d}") for day in edition.days] if edition else []

    def queryset(self, request, queryset):
        try:
            return queryset.filter(begins__date=date.fromisoformat(self.value() or ""))
        except ValueError:
            return queryset


class ForumFilter(DropdownFilter):
    """The forums of the current edition, by title."""

    title = _("forum")
    parameter_name = "of_forum"

    def lookups(self, request, model_admin):
        edition = Edition.objects.current()
        forums = Forum.objects.of_edition(edition).exclude(state="cancelled") if edition else ()
        return [(forum.code, str(forum)) for forum in forums]

    def queryset(self, request, queryset):
        return queryset.filter(forum__code=self.value()) if self.value() else queryset


class ZipMixin:
    """An action that packs the slides of what is chosen; `contributions_in` says whose."""

    def contributions_in(self, queryset):
        return list(queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])

    @admin.action(description=_("Take the slides as one ZIP"))
    def take_as_zip(self, request, queryset):
        pks = sorted(self.contributions_in(queryset))
        run = jobs.start(
            JOB, title=_("Slides as one ZIP"), params={"contributions": pks}, by=request.user
        )
        return HttpResponseRedirect(reverse("jobs:progress", args=[run.uuid]))


@admin.register(Contribution)
class ContributionAdmin(ZipMixin, ReadOnlyAdmin):
    """Who speaks where, and whether the stage has their slides."""

    list_display = ["speaker", "where", "shown_begins", "role", "shown_slides", "shown_due"]
    list_filter = ["forum__edition", SlidesFilter, DayFilter, ForumFilter, "role", "forum__kind"]
    list_select_related = ["speaker", "session", "forum"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "forum__title_zh", "forum__title_en", "=forum__code", "session__title_zh"]  # fmt: skip
    fields = readonly_fields = ["speaker", "forum", "session", "role", "shown_begins", "shown_slides", "shown_due"]  # fmt: skip
    actions = ["remind", "take_as_zip"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).timed().with_slides()
        return rows.order_by(F("begins").asc(nulls_last=True), "pk")

    def get_ordering(self, request):
        return [F("begins").asc(nulls_last=True), "pk"]

    @display(description=_("session"))
    def where(self, row):
        return row.session or row.forum

    @display(description=_("begins"), ordering="begins")
    def shown_begins(self, row):
        return moment(row.begins) or "–"

    @display(description=_("slides due"), ordering="due")
    def shown_due(self, row):
        return (moment(row.due) if row.is_presenting or row.has_slides else "") or "–"

    @display(
        description=_("slides"),
        label={"here": "success", "missing": "warning", "late": "danger", "never": "", "none": ""},
    )
    def shown_slides(self, row):
        if row.has_slides:
            return "here", _("here")
        if not row.is_presenting:
            return "none", _("not expected")
        if row.ends and row.ends <= clock.now():
            return "never", _("never came")
        return (
            ("missing", _("missing"))
            if operations.is_open(row)
            else ("late", _("missing and late"))
        )

    @admin.action(description=_("Remind of the slides"))
    def remind(self, request, queryset):
        count = remind_of_slides(queryset[:MOST_AT_ONCE])
        words = ngettext(
            "%(count)d person is written to.", "%(count)d people are written to.", count
        )
        self.message_user(
            request, words % {"count": count}, messages.SUCCESS if count else messages.INFO
        )


@admin.register(Slides)
class SlidesAdmin(ZipMixin, ReadOnlyAdmin):
    """What is here: every version, and whether the public may have the newest."""

    list_display = [
        "speaker",
        "where",
        "shown_state",
        "consent",
        "versions",
        "changed_at",
        "released_at",
    ]
    list_filter = [
        "participation__forum__edition",
        ReleasableFilter,
        "state",
        "participation__forum__date",
    ]
    list_select_related = [
        "participation__speaker",
        "participation__session",
        "participation__forum",
    ]
    search_fields = [
        "participation__speaker__name_zh", "participation__speaker__name_en", "participation__forum__title_zh", "=code",
    ]  # fmt: skip
    fields = readonly_fields = ["speaker", "forum", "session", "state_name", "consent", "files", "code", "changed_at", "released_at"]  # fmt: skip
    actions = ["take_as_zip"]
    workflow = SLIDES
    insists_on_seen = True
    step_operations: dict = {
        "release": operations.release_slides,
        "take_back": operations.take_back_slides,
    }
    step_notes = {
        "release": _("Anybody may download the newest version from the page of the forum. It needs the speaker's consent, and the session to be over."),
        "take_back": _("The download is off the public pages at once; the stage keeps the slides."),
    }  # fmt: skip

    def get_queryset(self, request):
        files = Prefetch("files", SlidesFile.objects.select_related("file").order_by("-number"))
        return super().get_queryset(request).with_consent().prefetch_related(files)

    def has_step_permission(self, request, obj=None, name=None):
        return request.user.has_perm("forums.change_slides")

    def what_changed(self, slides):
        """Who released or took back last, and which version is the newest by now."""
        now = self.model.objects.prefetch_related("files__file").get(pk=slides.pk)
        return [*super().what_changed(slides), _("Now: %(slides)s.") % {"slides": now.step_note}]

    def contributions_in(self, queryset):
        return list(queryset.values_list("participation", flat=True)[:MOST_AT_ONCE])

    @display(description=_("speaker"))
    def speaker(self, slides):
        return slides.participation.speaker

    @display(description=_("forum"))
    def forum(self, slides):
        return slides.participation.forum

    @display(description=_("session"))
    def session(self, slides):
        return slides.participation.session or "–"

    @display(description=_("session"))
    def where(self, slides):
        return slides.participation.session or slides.participation.forum

    @display(description=_("consent to publish"), boolean=True)
    def consent(self, slides):
        return slides.is_consented

    @display(description=_("versions"))
    def versions(self, slides):
        return len(slides.files.all())

    # --- Files ----------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.file_view)
        return [path("files/<int:pk>/", view, name="forums_slides_file"), *super().get_urls()]

    def file_view(self, request, pk):
        """Any version, for whoever sees the slides."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return serve(get_object_or_404(SlidesFile.objects.select_related("file"), pk=pk).file)

    @admin.display(description=_("versions"))
    def files(self, slides):
        """Links to every version, the newest first."""
        rows = (
            (reverse("admin:forums_slides_file", args=[row.pk]), row.number, row.file.name, moment(row.file.uploaded_at))
            for row in slides.files.all()
        )  # fmt: skip
        line = '<li>{1}. <a class="text-primary-600 underline dark:text-primary-500" href="{0}">{2}</a> · {3}</li>'
        return format_html("<ul>{}</ul>", format_html_join("", line, rows))
