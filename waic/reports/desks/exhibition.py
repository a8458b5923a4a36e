"""The exhibition desk's reports: exhibitors by origin, exhibits with first launches."""

from django.db.models import Count, Prefetch
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exhibitors.models import Allocation
from waic.lib.places import country_name
from waic.reports import facts
from waic.reports.registry import Bar, Report, register

ORIGINS = {
    "local": _("Shanghai"),
    "domestic": _("Elsewhere in China"),
    "abroad": _("Abroad"),
    "unknown": _("Not said"),
}


@register
class Exhibitors(Report):
    """Exhibitors by where they come from."""

    key = "exhibitors"
    title = _("Exhibitors by origin")
    permission = "exhibitors.view_application"
    columns = (
        _("Code"),
        _("Name (Chinese)"),
        _("Name (English)"),
        _("Origin"),
        _("Country or region"),
        _("City"),
        _("Block"),
        _("Booths"),
        _("Exhibits"),
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
            # Grouping forgets the model's order, and pages want one.
            .order_by("sort_key", "pk")
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
        return gettext(
            "%(share)s of the exhibitors of known origin come from outside the city or abroad"
        ) % {"share": facts.BY_KEY["outside_share"].shown(edition)}


@register
class Exhibits(Report):
    """Exhibits with first launches and highlights."""

    key = "exhibits"
    title = _("Exhibits and first launches")
    permission = "exhibitors.view_exhibit"
    columns = (
        _("Code"),
        _("Name (Chinese)"),
        _("Name (English)"),
        _("Exhibitor"),
        _("Field"),
        _("First launch"),
        _("Highlight"),
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
        return gettext("%(launches)d confirmed first launches among %(exhibits)d exhibits") % {
            "launches": facts.first_launches(edition).count(),
            "exhibits": facts.exhibits(edition).count(),
        }
