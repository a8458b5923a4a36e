"""The speakers' room: who is expected today, one tap when somebody comes. Made for a phone in one hand."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.models import Travel
from forums.operations import arrivals
from waic.editions.models import Edition
from waic.lib import clock

MOST_SHOWN = 60
VIEWS = ("waiting", "late", "arrived", "all")


class ArrivalsView(LoginRequiredMixin, PermissionRequiredMixin, View):
    """The list of a day; the address holds what was asked for. With htmx a tap answers with its own row."""

    permission_required = "forums.change_arrival"

    def dispatch(self, request, *args, **kwargs):
        self.edition = Edition.objects.current()
        if self.edition is None:
            raise Http404
        self.day = self.asked_day(request)
        return super().dispatch(request, *args, **kwargs)

    def asked_day(self, request):
        """The day of the address, else today; outside the edition its first one."""
        try:
            day = date.fromisoformat(request.GET.get("day", ""))
        except ValueError:
            day = clock.today()
        return day if day in self.edition.days else self.edition.days[0]

    def get(self, request):
        return self.page()

    def post(self, request):
        code = request.POST.get("arrive") or request.POST.get("undo") or ""
        guest = next((g for g in self.expected() if g.speaker.code == code), None)
        if guest is None:
            raise Http404
        sentence, good = self.tap(guest)
        if not request.htmx:
            (messages.success if good else messages.warning)(request, sentence)
            return redirect(request.get_full_path())
        guest = next(g for g in self.expected() if g.speaker.code == code)
        context = {"guest": guest, "told": sentence, "is_good": good, **self.shared([guest])}
        return render(request, "forums/_arrival.html", context)

    def tap(self, guest):
        """(what to say, whether it is as the person wished)"""
        name = guest.speaker
        if "arrive" in self.request.POST:
            row, first = arrivals.note_arrival(guest.speaker, self.day, by=self.request.user)
            if first:
                return _("%(name)s has arrived.") % {"name": name}, True
            time = f"{clock.local(row.arrived_at):%H:%M}"
            return _("%(name)s was noted at %(time)s already.") % {
                "name": name,
                "time": time,
            }, False
        try:
            arrivals.undo_arrival(guest.arrival, by=self.request.user, version=self.seen())
        except ValidationError:
            return _("A colleague changed %(name)s meanwhile. Look again.") % {"name": name}, False
        return _("%(name)s is not here yet.") % {"name": name}, True

    def seen(self):
        text = self.request.POST.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1

    def expected(self):
        return arrivals.expected_on(self.edition, self.day)

    # --- The page -------------------------------------------------------------------------------

    def page(self):
        everybody = self.expected()
        asked = self.request.GET
        forum, text = asked.get("forum", ""), asked.get("q", "").strip()[:60]
        shown = asked.get("show") if asked.get("show") in VIEWS else "all" if text else "waiting"
        guests = [g for g in everybody if not forum or any(r.forum.code == forum for r in g.rows)]
        found = arrivals.matching(self.of_view(guests, shown), text)
        context = {
            "edition": self.edition, "days": self.edition.days, "day": self.day, "forum": forum, "text": text, "shown": shown,
            "views": [(key, name, len(self.of_view(guests, key))) for key, name in self.view_names()],
            "forums": {row.forum.code: row.forum for guest in everybody for row in guest.rows}.values(),
            "is_narrow": bool(forum) or self.day != clock.today(), "guests": found[:MOST_SHOWN], "more": max(0, len(found) - MOST_SHOWN),
            **self.shared(found[:MOST_SHOWN]),
        }  # fmt: skip
        return render(self.request, "forums/arrivals.html", context)

    @staticmethod
    def view_names():
        return [
            ("waiting", _("Not arrived")),
            ("late", _("Urgent")),
            ("arrived", _("Arrived")),
            ("all", _("All")),
        ]

    @staticmethod
    def of_view(guests, view):
        fits = {
            "waiting": lambda g: not g.has_arrived,
            "late": lambda g: g.is_late,
            "arrived": lambda g: g.has_arrived,
        }
        return [guest for guest in guests if fits.get(view, bool)(guest)]

    def shared(self, guests):
        """What a row needs beside its guest: whose travel is on record, for whoever may open it."""
        if not self.request.user.has_perm("forums.view_travel"):
            return {"travels": {}}
        rows = Travel.objects.filter(speaker__in=[g.speaker.pk for g in guests])
        return {"travels": dict(rows.values_list("speaker_id", "pk"))}
