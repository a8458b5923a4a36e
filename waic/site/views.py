"""Pages that show several rooms together: home, search, editions, portal, the demo clock."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from forums.models import ForumCall
from forums.programme import items_of
from forums.releases.shown import with_shown_release
from forums.river import River, Strand
from waic.editions.jsonld import edition_ld
from waic.editions.models import Edition, SearchEntry
from waic.editions.pages import EditionPage, page_number
from waic.lib import clock, portal
from waic.lib.pagecache import public_page
from waic.lib.text import clean_text
from waic.site.figures import board_figures


@public_page(ttl=60)
def home(request, year=None):
    """The current edition, or the one in the address: theme, dates, what is on now, the four boards."""
    editions = with_shown_release(Edition.objects.published())
    edition = get_object_or_404(editions, year=year) if year is not None else editions.current()
    if edition is None:
        return render(request, "site/welcome.html", {"current_edition": None})
    items = items_of(edition)
    context = {
        "edition": edition,
        "current_edition": edition,
        "section": "home",
        "ld": edition_ld(edition),
        "figures": board_figures(edition, items),
        **_programme(edition, [item for item in items if item.starts_at]),
    }
    context["editions"] = Edition.objects.published().exclude(pk=edition.pk)[:8]
    # An edition that is only on record has figures of its time instead of rows.
    context["published"] = edition.figures.exclude(name_zh="") if edition.is_archive else []
    context["calls"] = edition.calls.open().select_related("award")
    context["forum_call"] = ForumCall.objects.open().filter(edition=edition).first()
    return render(request, "site/home.html", context)


def _programme(edition, items):
    """The river, what runs now and what comes next, of items that have a time."""
    now, today = clock.now(), clock.today()
    running = sorted(
        (i for i in items if i.is_now and not i.is_all_day),
        key=lambda i: (not i.forum.kind.is_main, not i.has_laureate, i.ends_at),
    )
    coming = sorted(
        (i for i in items if now < i.starts_at <= now + timedelta(hours=30)),
        key=lambda i: (i.starts_at, i.forum.pk),
    )
    days = edition.days
    return {
        "now": now.astimezone(clock.ZONE),
        "days": [{"date": d, "is_today": d == today} for d in days],
        "running": running[:6],
        "running_count": len(running),
        "coming": coming[:5],
        "river": _river(items, days),
        "day_index": days.index(today) + 1 if today in days else 1,
        "has_begun": today >= edition.starts_on,
        "is_over": today > edition.last_day,
        "days_to_go": (edition.starts_on - today).days,
    }


def _day(item):
    return item.starts_at.astimezone(clock.ZONE).date()


def _minutes(moment):
    local = moment.astimezone(clock.ZONE)
    return local.hour * 60 + local.minute


def _river(items, days):
    """The river's paths beside their items, and where now lies; None without a programme."""
    shown = [i for i in items if _day(i) in days and not i.is_all_day]
    if not shown:
        return None
    strands = [
        Strand(
            days.index(_day(i)),
            _minutes(i.starts_at),
            max(_minutes(i.ends_at), _minutes(i.starts_at) + 5),
            i.forum.kind.is_main,
        )
        for i in shown
    ]
    river = River(strands, len(days))
    now = clock.local_now()
    now_x = (
        Strand(days.index(now.date()), _minutes(now), _minutes(now)).span[0]
        if now.date() in days
        else None
    )
    return {
        "width": river.width,
        "strands": list(zip(shown, river.paths(), strict=True)),
        "water": river.water(),
        "now_x": now_x and round(now_x),
    }


class SearchView(EditionPage, TemplateView):
    """Everything of an edition at once; titles above text."""

    template_name = "site/search.html"
    section = "search"
    # kind of an entry: its name, and the address of one.
    kinds = {
        "forum": (_("Forums"), "forums:forum"),
        "session": (_("Agenda items"), "forums:session"),
        "speaker": (_("Speakers"), "forums:speaker"),
        "exhibitor": (_("Exhibitors"), "exhibitors:exhibitor"),
        "exhibit": (_("Exhibits"), "exhibitors:exhibit"),
        "winner": (_("Award winners"), "awards:winner"),
    }
    page_size = 30

    def get_context_data(self, **kwargs):
        text = clean_text(self.request.GET.get("q", ""))[:100]
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in self.kinds else ""
        page = self.page(text, kind)
        return super().get_context_data(
            text=text,
            kind=kind,
            kinds=[(key, name) for key, (name, _address) in self.kinds.items()],
            page_obj=page,
            results=[(entry, self.address(entry)) for entry in page],
            count=page.paginator.count,
            **kwargs,
        )

    def page(self, text, kind):
        found = SearchEntry.objects.filter(edition=self.edition).matching(text)
        if kind:
            found = found.filter(kind=kind)
        pages = Paginator(found.defer("body", "vector"), self.page_size)
        return pages.get_page(page_number(self.request))

    def address(self, entry):
        return reverse(self.kinds[entry.kind][1], args=[self.edition.year, entry.code])


@public_page(ttl=600)
def about(request):
    """All editions with theme, dates and published figures."""
    editions = Edition.objects.published().prefetch_related("figures")
    return render(request, "site/about.html", {"editions": editions, "section": "about"})


class PortalView(LoginRequiredMixin, TemplateView):
    """What is mine, across all rooms: where it stands, what is next and by when."""

    template_name = "site/portal.html"

    def get_context_data(self, **kwargs):
        # What a person has comes before what they might begin.
        sections = sorted(portal.sections_for(self.request.user), key=lambda s: not s[1])
        yours = [item for _one, items, _starts in sections for item in items if item.is_yours]
        return super().get_context_data(
            sections=sections, yours=sorted(yours, key=lambda i: (i.due is None, i.due)), **kwargs
        )


class DemoClockView(View):
    """Anybody may move the demo's time; there is no such page elsewhere."""

    def dispatch(self, request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, "site/demo_clock.html", {"stops": clock.STOPS})

    def post(self, request):
        stop = request.POST.get("stop", "")
        if stop not in clock.STOPS:
            return render(request, "site/demo_clock.html", {"stops": clock.STOPS}, status=400)
        clock.jump_to_stop(stop)
        return redirect("site:home")


@public_page(ttl=3600)
def robots(request):
    lines = [
        "User-agent: *",
        "Disallow: /portal/",
        "Disallow: /en/portal/",
        "Disallow: /accounts/",
        "Disallow: /admin/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@public_page(ttl=600)
def sitemap(request):
    """Every public page in both languages, as alternates of each other."""
    paths = []
    for edition in Edition.objects.published():
        year = edition.year
        paths += [
            reverse(name, args=[year])
            for name in (
                "forums:programme",
                "forums:speakers",
                "exhibitors:exhibitors",
                "awards:awards",
                "site:map",
            )
        ]
        names = {
            "forum": "forums:forum",
            "speaker": "forums:speaker",
            "exhibitor": "exhibitors:exhibitor",
            "exhibit": "exhibitors:exhibit",
        }
        rows = (
            SearchEntry.objects.filter(edition=edition, kind__in=names)
            .order_by("kind", "pk")
            .values_list("kind", "code")
        )
        paths += [reverse(names[kind], args=[year, code]) for kind, code in rows[:20_000]]
    return HttpResponse("".join(_sitemap(paths)), content_type="application/xml")


def _sitemap(paths):
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    for path in paths:
        zh, en = f"{settings.SITE_URL}{path}", f"{settings.SITE_URL}/en{path}"
        links = f'<xhtml:link rel="alternate" hreflang="zh-Hans" href="{zh}"/><xhtml:link rel="alternate" hreflang="en" href="{en}"/>'
        yield f"<url><loc>{zh}</loc>{links}</url><url><loc>{en}</loc>{links}</url>"
    yield "</urlset>\n"


def favicon(request):
    """Where browsers look without being told."""
    return redirect(static("waic/img/icon.svg"), permanent=True)
