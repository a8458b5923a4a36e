"""Moving a forum at the programme desk: pick a room and a time, see what it will cause, then save. HTML, and JSON for the board."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from forums.models import Forum
from forums.operations.relocating import effects_of, move_part, place_in_words, unplaced
from waic.editions.models import Room
from waic.lib import clock
from waic.lib.stepping import number_of


class MoveForm(forms.Form):
    """Which part of a forum, and where it shall go."""

    part = forms.ModelChoiceField(None, label=_("Part"), required=False, empty_label=_("a first place"), widget=UnfoldAdminSelectWidget)  # fmt: skip
    room = forms.ModelChoiceField(None, label=_("Room"), required=False, empty_label=_("online or not known"), widget=UnfoldAdminSelectWidget)  # fmt: skip
    day = forms.DateField(label=_("Day"), widget=UnfoldAdminTextInputWidget({"type": "date"}))
    starts = forms.TimeField(label=_("Starts"), widget=UnfoldAdminTextInputWidget({"type": "time"}))
    ends = forms.TimeField(label=_("Ends"), widget=UnfoldAdminTextInputWidget({"type": "time"}))

    def __init__(self, *args, forum, **kwargs):
        super().__init__(*args, **kwargs)
        self.forum = forum
        self.fields["part"].queryset = forum.parts.select_related("forum")
        rooms = Room.objects.filter(venue__edition=forum.edition).select_related("venue")
        self.fields["room"].queryset = rooms

    def clean(self):
        data = super().clean()
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            self.add_error("ends", _("The end must lie after the beginning."))
        return data

    def target(self):
        """(part, where it goes) of a valid form."""
        data = self.cleaned_data
        part = data["part"] or unplaced(self.forum)
        part.forum = self.forum
        starts, ends = (
            datetime.combine(data["day"], data[name], tzinfo=clock.ZONE) for name in ("starts", "ends")
        )  # fmt: skip
        return part, {"room": data["room"], "starts_at": starts, "ends_at": ends}


def asked_part(forum, query):
    """The part of the forum that an address names, or its first one; None where it has none."""
    named = [pk for pk in query.getlist("part") if pk.isascii() and pk.isdigit() and len(pk) < 10]
    parts = forum.parts.all()
    return parts.filter(pk__in=named).first() or parts.first()


def way_back(request, forum):
    """The page that led here, or the forum's own."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("admin:forums_forum_change", args=[forum.pk])


def shown(part):
    """What the form shows of a part as it is."""
    if part is None:
        return {}
    starts, ends = (when.astimezone(clock.ZONE) for when in (part.starts_at, part.ends_at))
    times = {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    return {"part": part.pk, "room": part.room_id, "day": f"{starts:%Y-%m-%d}", **times}


class MoveMixin:
    """Adds /move/ to the pages of a forum, and the button that leads there."""

    actions_detail = ["move_forum"]

    @action(description=_("Move"), permissions=["change"], icon="schedule")
    def move_forum(self, request, object_id):
        return HttpResponseRedirect(reverse("admin:forums_forum_move", args=[object_id]))

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/", view, name="forums_forum_move"), *super().get_urls()]

    def move_view(self, request, pk):
        """GET with a place says what it will cause; POST saves it. With format=json both answer plain values."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        forum = Forum.objects.select_related("edition", "kind").filter(pk=pk).first()
        if forum is None:
            raise Http404
        data = request.POST if request.method == "POST" else request.GET
        is_asked = request.method == "POST" or "starts" in data
        part = None if is_asked else asked_part(forum, request.GET)
        form = MoveForm(data if is_asked else None, forum=forum, initial=shown(part))
        if not (is_asked and form.is_valid()):
            return self.move_page(request, forum, form, status=400 if is_asked else 200)
        if request.method == "POST":
            return self.save_move(request, forum, form)
        part, place = form.target()
        return self.move_page(request, forum, form, effects_of(part, **place))

    def save_move(self, request, forum, form):
        part, place = form.target()
        try:
            version = number_of(request.POST.get("version"))
            part = move_part(part, **place, by=request.user, version=version)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            status = 409 if getattr(refusal, "code", "") == "stale" else 400
            return self.move_page(request, forum, form, status=status)
        if request.GET.get("format") == "json":
            return JsonResponse({"saved": True, "version": part.forum.version})
        messages.success(request, _("Moved to %(place)s.") % {"place": place_in_words(part)})
        return HttpResponseRedirect(way_back(request, forum))

    def move_page(self, request, forum, form, effects=None, status=200):
        if request.GET.get("format") == "json":
            found = (
                effects.as_json() if effects else {"errors": form.errors if form.is_bound else {}}
            )
            return JsonResponse({"version": forum.version, **found}, status=status)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move a forum"), "subtitle": str(forum), "forum": forum, "form": form, "effects": effects,
            "opts": self.opts, "media": self.media + form.media,
            "back": way_back(request, forum), "came_from": "next" in request.GET or "next" in request.POST,
        }  # fmt: skip
        return TemplateResponse(request, "forums/desk/move.html", context, status=status)
