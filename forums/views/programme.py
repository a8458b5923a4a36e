"""The programme of an edition, day by day."""

from datetime import date

from csp.constants import NONE
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from forums.models import Booklet, BookletLanguage, ForumKind
from forums.programme import Filters, clamp, items_of, lay_out, matching, on_day
from forums.views.mine import WithStars
from forums.views.pages import ProgrammePage
from waic.editions.models import Venue
from waic.editions.pages import edition_or_404
from waic.lib import clock, files
from waic.lib.text import language_column


class ProgrammeView(WithStars, ProgrammePage, TemplateView):
    """Day tabs, filters in the address, a grid of rooms by time on wide screens and a list on phones."""

    template_name = "forums/programme.html"
    params: tuple = ("day", "kind", "hall", "language", "honour", "q", "now", "view", "mine")
    section = "programme"

    def filters(self):
        get = self.request.GET
        return Filters(
            day=self.chosen_day(), kinds=tuple(get.getlist("kind")), venues=tuple(get.getlist("hall")), language=get.get("language", ""),
            honour=get.get("honour", ""), text=get.get("q", "").strip()[:100], only_now="now" in get,
        )  # fmt: skip

    def chosen_day(self):
        """The day in the address, else today while the conference runs, else its first day."""
        try:
            asked = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            asked = clock.today()
        return asked if asked in self.edition.days else self.edition.starts_on

    def get_context_data(self, **kwargs):
        filters = self.filters()
        items = items_of(self.edition)
        todays = on_day(items, filters.day)
        found = matching(todays, filters, self.edition)
        timed = sorted(
            (i for i in found if i.starts_at),
            key=lambda i: (i.starts_at, not i.forum.kind.is_main, i.forum.pk),
        )
        all_day = [i for i in timed if i.is_all_day]
        timed = [i for i in timed if not i.is_all_day]
        rows = lay_out(timed)
        now, is_today = clock.local_now(), filters.day == clock.today()
        hour, minute = clamp(now)
        return super().get_context_data(
            filters=filters, has_programme=bool(items), is_past=self.edition.last_day < clock.today(), timed=timed, all_day=all_day, untimed=[i for i in found if not i.starts_at], rows=rows,
            hours=range(9, 18), count=len(found), running=sum(i.is_now for i in found), is_today=is_today,
            view="list" if self.request.GET.get("view") == "list" else "grid",
            days=[{"date": d, "count": len(on_day(items, d)), "is_today": d == clock.today()} for d in self.edition.days],
            kinds=self.kind_counts(todays), venues=Venue.objects.filter(edition=self.edition, rooms__isnull=False).distinct(),
            languages=[("zh", _("In Chinese")), ("en", _("In English"))],
            honours=[("laureate", _("Turing, Nobel or Fields laureates")), ("academician", _("Academicians"))], now=now,
            now_css=f"h{hour} m{minute}" if is_today and 9 <= now.hour < 18 else "",
            booklet=booklet_for(self.edition), only_starred="mine" in self.request.GET,
            next_item=next((i for i in timed if is_today and i.starts_at > now), None),
            **kwargs,
        )  # fmt: skip

    def kind_counts(self, items):
        counts: dict = {}
        for item in items:
            counts[item.forum.kind_id] = counts.get(item.forum.kind_id, 0) + 1
        kinds = ForumKind.objects.filter(edition=self.edition)
        return [(kind, counts[kind.pk]) for kind in kinds if kind.pk in counts]


class WidgetView(ProgrammeView):
    """One day's programme for a frame on somebody else's page: no script, no navigation, links open a new window."""

    template_name = "forums/widget.html"
    params: tuple = ("day",)

    @method_decorator(xframe_options_exempt)
    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        # Everybody may frame this page; it has nothing to press that does anything.
        response._csp_replace = {"frame-ancestors": ["*"], "script-src": [NONE]}
        return response


def booklet_for(edition):
    """The published booklet in the language at hand, or in the other one, or None."""
    found = {b.language: b for b in Booklet.objects.published().filter(edition=edition)}
    return found.get(language_column()) or next(iter(found.values()), None)


@require_safe
def booklet_pdf(request, year, language):
    """The published booklet as a download; 404 while there is none in that language."""
    edition = edition_or_404(year)
    if language not in BookletLanguage.values:
        raise Http404
    published = Booklet.objects.published().select_related("file")
    booklet = get_object_or_404(published, edition=edition, language=language)
    response = files.serve(booklet.file)
    response["Cache-Control"] = "public, max-age=300"
    return response
