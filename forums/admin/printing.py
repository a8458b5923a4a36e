"""What the desk prints: booklets in a list with their steps, and a page that asks for booklets or signs of rooms."""

from datetime import date

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from forums.admin.asked import edition_asked_for
from forums.feeds.source import version_of
from forums.jobs import BOOKLETS, SIGNS
from forums.models import Booklet
from forums.operations.booklets import publish_booklet, withdraw_booklet
from waic.editions.admin import RoomAdmin
from waic.editions.models import Edition, Room, Venue
from waic.lib import files, jobs
from waic.lib.desk import DeskAdmin
from waic.lib.templatetags.dates import day, weekday


class SignsForm(forms.Form):
    """Which doors, on which paper."""

    day = forms.ChoiceField(label=_("Day"), required=False, widget=UnfoldAdminSelectWidget)
    venue = forms.ChoiceField(label=_("Venue"), required=False, widget=UnfoldAdminSelectWidget)
    paper = forms.ChoiceField(
        label=_("Paper size"), choices=[("a3", "A3"), ("a4", "A4")], initial="a3", widget=UnfoldAdminSelectWidget
    )  # fmt: skip

    def __init__(self, edition, *args, **kwargs):
        super().__init__(*args, **kwargs)
        days = [(d.isoformat(), f"{day(d)} {weekday(d)}") for d in edition.days]
        venues = [(v.code, str(v)) for v in Venue.objects.filter(edition=edition, is_online=False)]
        self.fields["day"].choices = [("", _("Every day")), *days]
        self.fields["venue"].choices = [("", _("Every venue")), *venues]


# Rooms belong to the floor, which knows nothing of forums: their list gets the action here.
admin.site.unregister(Room)


@admin.register(Room)
class PrintableRoomAdmin(RoomAdmin):
    """Rooms, with the way to their signs."""

    actions = ["print_signs"]

    def has_print_permission(self, request):
        return request.user.has_perm("forums.change_booklet")

    @admin.action(description=_("Signs for the doors of these rooms"), permissions=["print"])
    def print_signs(self, request, queryset):
        rooms = queryset.select_related("venue__edition")
        editions = {room.venue.edition for room in rooms}
        if len(editions) != 1:
            self.message_user(request, _("Choose rooms of one edition."), messages.ERROR)
            return None
        edition = editions.pop()
        title = _("Signs of %(edition)s, %(day)s") % {"edition": edition, "day": _("every day")}
        return started(request, SIGNS, title, edition, rooms=sorted(room.code for room in rooms))


class PrintButtonMixin:
    """For the forums' changelist: the way to what is printed. Put "printed" into its `actions_list`."""

    @action(description=_("Booklet and signs"), url_path="printed", permissions=["view"], icon="print")  # fmt: skip
    def printed(self, request):
        return HttpResponseRedirect(reverse("admin:forums_booklet_print"))


@admin.register(Booklet)
class BookletAdmin(DeskAdmin):
    """Booklets are made by a job and only published or taken back."""

    list_display = ["edition", "language", "shown_release", "pages", "made_at", "made_by", "published_at", "download"]  # fmt: skip
    list_display_links = None
    list_filter = ["edition", "language"]
    list_select_related = ["edition", "made_by", "file"]
    actions = ["publish_selected", "withdraw_selected"]
    actions_list = ["open_print"]
    fields = readonly_fields = [
        "edition", "language", "release_number", "pages", "made_at", "made_by", "published_at", "download",
    ]  # fmt: skip

    def has_add_permission(self, request):
        return False  # they are made on the page of printing

    def has_delete_permission(self, request, obj=None):
        return False  # newer ones take their place

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("print/", view(self.print_view), name="forums_booklet_print"),
            path("<int:pk>/file/", view(self.file_view), name="forums_booklet_file"),
            *super().get_urls(),
        ]

    @display(description=_("release"), ordering="release_number")
    def shown_release(self, booklet):
        return booklet.release_number or "–"

    @display(description=_("file"))
    def download(self, booklet):
        address = reverse("admin:forums_booklet_file", args=[booklet.pk])
        words = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
        return format_html(words, address, booklet.file.name)

    def file_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        booklet = self.get_queryset(request).select_related("file").filter(pk=pk).first()
        if booklet is None:
            raise Http404
        return files.serve(booklet.file)

    # --- Publishing -----------------------------------------------------------------------------

    @admin.action(description=_("Publish: everybody may download it"), permissions=["change"])
    def publish_selected(self, request, queryset):
        self._do(request, queryset, publish_booklet, _("Published: %d."))

    @admin.action(description=_("Take back from the public"), permissions=["change"])
    def withdraw_selected(self, request, queryset):
        self._do(request, queryset, withdraw_booklet, _("Taken back: %d."))

    def _do(self, request, queryset, operation, words):
        try:
            done = [booklet for booklet in queryset if operation(booklet)]
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return
        for booklet in done:
            self.log_change(request, booklet, str(words % 1))
        self.message_user(request, words % len(done), messages.SUCCESS if done else messages.INFO)

    # --- Printing -------------------------------------------------------------------------------

    @action(description=_("Print"), url_path="open-print", permissions=["view"], icon="print")
    def open_print(self, request):
        return HttpResponseRedirect(reverse("admin:forums_booklet_print"))

    def print_view(self, request):
        """GET offers both; POST starts a job and leads to its progress."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        edition = edition_asked_for(request)
        wants_signs = request.POST.get("what") == SIGNS
        form = SignsForm(edition, request.POST if wants_signs else None)
        status = 200
        if request.method == "POST":
            if not wants_signs:
                return started(request, BOOKLETS, _("Booklets of %s") % edition, edition)
            if form.is_valid():
                return started(request, SIGNS, _title(edition, form), edition, **form.cleaned_data)  # fmt: skip
            status = 400
        context = {
            **self.admin_site.each_context(request), "title": _("Booklet and signs"), "opts": self.opts, "edition": edition,
            "form": form, "media": self.media + form.media, "release": int(version_of(edition)),
            "editions": Edition.objects.exclude(pk=edition.pk).filter(is_archive=False),
            "booklets": Booklet.objects.filter(edition=edition).select_related("file", "edition"),
        }  # fmt: skip
        return TemplateResponse(request, "forums/desk/print.html", context, status=status)


def started(request, kind, title, edition, **params):
    """Start a job of an edition and lead to its progress."""
    run = jobs.start(kind, title=title, params={"year": edition.year, **params}, by=request.user)
    return HttpResponseRedirect(reverse("jobs:progress", args=[run.uuid]))


def _title(edition, form):
    chosen = form.cleaned_data["day"]
    return _("Signs of %(edition)s, %(day)s") % {
        "edition": edition, "day": day(date.fromisoformat(chosen)) if chosen else _("every day"),
    }  # fmt: skip
