"""The first five reports: programme, speakers with honours, exhibitors by origin, exhibits and launches, entries."""

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import Entry
from exhibitors.models import Allocation
from forums.models import Forum, ForumOrganisation, ForumPart, Honour, HonourKind
from waic.lib.places import country_name
from waic.lib.templatetags.look import day, hour
from waic.lib.text import language_column, localized
from waic.reports import facts
from waic.reports.registry import Bar, Report, register


@register
class Programme(Report):
    """Every forum with time, place and hosts."""

    key, title, permission = "programme", gettext_lazy("Programme"), "forums.view_forum"
    columns = tuple(
        map(
            gettext_lazy,
            (
                "Code",
                "Kind",
                "Title (Chinese)",
                "Title (English)",
                "Day",
                "Start",
                "End",
                "Place",
                "Hosts",
                "State",
            ),
        )
    )

    def rows(self, edition):
        parts = Prefetch("parts", ForumPart.objects.select_related("room__venue"))
        hosts = Prefetch(
            "forum_organisations", ForumOrganisation.objects.select_related("organisation")
        )
        return (
            Forum.objects.of_edition(edition).select_related("kind").prefetch_related(parts, hosts)
        )

    def row(self, forum):
        rooms = ", ".join(
            dict.fromkeys(str(p.room) if p.room else p.place_note for p in forum.parts.all())
        )
        hosts = ", ".join(str(o.organisation) for o in forum.forum_organisations.all())
        return [
            forum.code,
            str(forum.kind),
            forum.title_zh,
            forum.title_en,
            day(forum.starts_at or forum.date),
            hour(forum.starts_at),
            hour(forum.ends_at),
            rooms,
            hosts,
            forum.get_state_display(),
        ]

    def bars(self, edition):
        counts = (
            edition.forum_kinds.annotate(count=Count("forums"))
            .filter(count__gt=0)
            .order_by("-count")
        )
        return [Bar(str(kind), kind.count) for kind in counts]

    def finding(self, edition):
        bars = self.bars(edition)
        return (
            _("%(kind)s is the largest group: %(count)d of %(all)d")
            % {"kind": bars[0].label, "count": bars[0].value, "all": sum(b.value for b in bars)}
            if bars
            else _("No forums yet")
        )


@register
class Speakers(Report):
    """Guests with their honours."""

    key, title, permission = (
        "speakers",
        gettext_lazy("Speakers with honours"),
        "forums.view_speaker",
    )
    columns = tuple(
        map(
            gettext_lazy,
            (
                "Code",
                "Name (Chinese)",
                "Name (English)",
                "Affiliation",
                "Title",
                "Honours",
                "Forums",
            ),
        )
    )

    def rows(self, edition):
        return (
            facts.guests(edition)
            .prefetch_related("honours")
            .annotate(forums=Count("participations__forum", distinct=True))
        )

    def row(self, speaker):
        honours = ", ".join(localized(h, "name") for h in speaker.honours.all())
        return [
            speaker.code,
            speaker.name_zh,
            speaker.name_en,
            localized(speaker, "affiliation"),
            localized(speaker, "title"),
            honours,
            speaker.forums,
        ]

    def bars(self, edition):
        counts = dict(
            Honour.objects.filter(speaker__in=facts.guests(edition))
            .order_by()
            .values_list("kind")
            .annotate(n=Count("speaker", distinct=True))
        )
        return [Bar(label, counts[kind]) for kind, label in HonourKind.choices if kind in counts]

    def finding(self, edition):
        return _("%(laureates)d laureates and %(academicians)d academicians among %(guests)d guests") % {
            "laureates": facts.laureates(edition).count(), "academicians": facts.academicians(edition).count(), "guests": facts.guests(edition).count(),
        }  # fmt: skip


ORIGINS = {
    "local": gettext_lazy("Shanghai"),
    "domestic": gettext_lazy("Elsewhere in China"),
    "abroad": gettext_lazy("Abroad"),
    "unknown": gettext_lazy("Not said"),
}


@register
class Exhibitors(Report):
    """Exhibitors by where they come from."""

    key, title, permission = (
        "exhibitors",
        gettext_lazy("Exhibitors by origin"),
        "exhibitors.view_application",
    )
    columns = tuple(
        map(
            gettext_lazy,
            (
                "Code",
                "Name (Chinese)",
                "Name (English)",
                "Origin",
                "Country or region",
                "City",
                "Block",
                "Booths",
                "Exhibits",
            ),
        )
    )

    def rows(self, edition):
        stands = Prefetch(
            "allocations",
            Allocation.objects.filter(released_at=None).select_related("booth"),
            to_attr="stands",
        )
        return (
            facts.exhibitors(edition)
            .with_origin()
            .select_related("block")
            .prefetch_related(stands)
            .annotate(shown=Count("exhibits"))
        )

    def row(self, a):
        return [
            a.code,
            a.name_zh,
            a.name_en,
            str(ORIGINS[a.origin]),
            country_name(a.country),
            a.city,
            str(a.block or ""),
            ", ".join(s.booth.number for s in a.stands),
            a.shown,
        ]

    def bars(self, edition):
        counts = dict(
            facts.exhibitors(edition)
            .with_origin()
            .order_by()
            .values_list("origin")
            .annotate(n=Count("pk"))
        )
        return [Bar(str(label), counts[key]) for key, label in ORIGINS.items() if key in counts]

    def finding(self, edition):
        return _(
            "%(share)s of the exhibitors of known origin come from outside the city or abroad"
        ) % {"share": facts.BY_KEY["outside_share"].shown(edition)}


@register
class Exhibits(Report):
    """Exhibits with first launches and highlights."""

    key, title, permission = (
        "exhibits",
        gettext_lazy("Exhibits and first launches"),
        "exhibitors.view_exhibit",
    )
    columns = tuple(
        map(
            gettext_lazy,
            (
                "Code",
                "Name (Chinese)",
                "Name (English)",
                "Exhibitor",
                "Field",
                "First launch",
                "Highlight",
            ),
        )
    )

    def rows(self, edition):
        return facts.exhibits(edition).select_related("application", "first_launch")

    def row(self, e):
        launch = getattr(e, "first_launch", None)
        return [
            e.code,
            e.name_zh,
            e.name_en,
            str(e.application),
            e.category,
            launch.get_state_display() if launch else "",
            "✓" if e.is_highlight else "",
        ]

    def bars(self, edition):
        top = (
            facts.exhibits(edition)
            .exclude(category="")
            .order_by()
            .values_list("category")
            .annotate(n=Count("pk"))
            .order_by("-n")[:8]
        )
        return [Bar(category, n) for category, n in top]

    def finding(self, edition):
        return _("%(launches)d confirmed first launches among %(exhibits)d exhibits") % {
            "launches": facts.first_launches(edition).count(),
            "exhibits": facts.exhibits(edition).count(),
        }


@register
class Entries(Report):
    """Award entries by award and origin."""

    key, title, permission = (
        "entries",
        gettext_lazy("Award entries by award and origin"),
        "awards.view_entry",
    )
    columns = tuple(
        map(
            gettext_lazy,
            (
                "Receipt",
                "Award",
                "Track",
                "Title (Chinese)",
                "Title (English)",
                "Organisation",
                "Country or region",
                "International",
                "Handed in",
            ),
        )
    )

    def rows(self, edition):
        return (
            Entry.objects.handed_in()
            .filter(call__edition=edition)
            .select_related("call__award", "track")
            .order_by("call__award__order", "receipt_number")
        )

    def row(self, e):
        return [
            e.receipt_number,
            str(e.call.award),
            str(e.track or ""),
            e.title_zh,
            e.title_en,
            e.organisation,
            country_name(e.country),
            "✓" if e.is_international else "",
            day(e.submitted_at),
        ]

    def bars(self, edition):
        counts = (
            self.rows(edition)
            .order_by()
            .values_list("call__award__name_zh", "call__award__name_en")
            .annotate(n=Count("pk"))
            .order_by("-n")
        )
        return [Bar((zh if language_column() == "zh" else en) or zh, n) for zh, en, n in counts]

    def finding(self, edition):
        papers = facts.BY_KEY["youth_international_share"].shown(edition)
        return _("%(count)d entries handed in; %(share)s of the youth papers are international") % {
            "count": self.rows(edition).count(),
            "share": papers,
        }
