"""What the public sees of the exhibition, and how it is narrowed down; pages and API ask the same questions."""

from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from exhibitors.models import Allocation, ApplicationState, Exhibit, FieldName, FirstLaunch, Kind
from exhibitors.operations.publishing import EXHIBIT, EXHIBITOR
from waic.editions.models import Hall, SearchEntry
from waic.lib.text import clean_text

PER_PAGE = 48
ORIGINS = (
    ("local", _("Shanghai")),
    ("domestic", _("Elsewhere in China")),
    ("abroad", _("Abroad")),
)
HIGHLIGHT, LAUNCH = "highlight", "launch"

_STANDS = Prefetch(
    "allocations", Allocation.objects.current().select_related("booth__hall"), to_attr="stands"
)
_LAUNCHED = FirstLaunch.objects.confirmed().filter(exhibit=OuterRef("pk"))


@dataclass(frozen=True)
class Filters:
    """What an address may ask for; the empty string asks for nothing."""

    q: str = ""
    block: str = ""
    hall: str = ""
    origin: str = ""
    kind: str = ""
    category: str = ""
    only: str = ""  # highlight or launch

    @classmethod
    def read(cls, params):
        return cls(
            **{f.name: clean_text(params.get(f.name, "")).strip()[:100] for f in fields(cls)}
        )

    @property
    def chosen(self):
        """What is set, for "nothing matches" and for taking filters away one by one."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


PARAMS = (*(f.name for f in fields(Filters)), "page")


def exhibitors(edition):
    """Public exhibitors with what a card shows, in three queries."""
    shown = Prefetch(
        "exhibits",
        Exhibit.objects.select_related("picture")
        .annotate(is_launch=Exists(_LAUNCHED))
        .order_by("-is_highlight", "-is_launch", "order", "pk"),
        to_attr="shown",
    )
    return (
        edition.applications.public()
        .annotate(**FieldName.objects.columns("category"))
        .select_related("block", "logo")
        .prefetch_related(shown, _STANDS)
        .order_by("sort_key", "pk")
    )


def exhibits(edition):
    """Public exhibits with their exhibitor and stands."""
    stands = Prefetch(
        "application__allocations",
        Allocation.objects.current().select_related("booth__hall"),
        to_attr="stands",
    )
    return (
        Exhibit.objects.public()
        .filter(application__edition=edition)
        .select_related("application", "application__block", "picture", "first_launch")
        .annotate(is_launch=Exists(_LAUNCHED), **FieldName.objects.columns("category"))
        .prefetch_related(stands)
        .order_by("sort_key", "pk")
    )


def narrow_exhibitors(rows, edition, filters):
    """Exhibitors that match every filter; a value nobody has matches nothing."""
    rows = rows.filter(_about(filters, ""))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.origin:
        rows = rows.with_origin().filter(origin=filters.origin)
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.only == HIGHLIGHT:
        rows = rows.filter(
            Exists(Exhibit.objects.filter(application=OuterRef("pk"), is_highlight=True))
        )
    elif filters.only == LAUNCH:
        launched = FirstLaunch.objects.confirmed().filter(exhibit__application=OuterRef("pk"))
        rows = rows.filter(Exists(launched))
    elif filters.only:
        rows = rows.none()
    if filters.hall:
        rows = rows.filter(Exists(_in_hall(filters.hall, OuterRef("pk"))))
    if filters.q:
        rows = rows.filter(code__in=_found(edition, EXHIBITOR, filters.q))
    return rows


def narrow_exhibits(rows, edition, filters):
    """Exhibits that match every filter."""
    rows = rows.filter(_about(filters, "application__"))
    if filters.category:
        rows = rows.filter(
            Q(category=filters.category) | Q(category="", application__category=filters.category)
        )
    if filters.kind:
        rows = rows.filter(application__kind=filters.kind)
    if filters.origin:
        origins = edition.applications.public().with_origin().filter(origin=filters.origin)
        rows = rows.filter(application__in=origins.values("pk"))
    if filters.only == HIGHLIGHT:
        rows = rows.filter(is_highlight=True)
    elif filters.only == LAUNCH:
        rows = rows.filter(is_launch=True)
    elif filters.only:
        rows = rows.none()
    if filters.hall:
        rows = rows.filter(Exists(_in_hall(filters.hall, OuterRef("application"))))
    if filters.q:
        rows = rows.filter(code__in=_found(edition, EXHIBIT, filters.q))
    return rows


def _about(filters, path):
    return Q(**{f"{path}block__key": filters.block}) if filters.block else Q()


def _in_hall(key, application):
    return Allocation.objects.current().filter(booth__hall__key=key, application=application)


def _found(edition, kind, text):
    entries = SearchEntry.objects.filter(edition=edition, kind=kind)
    return entries.matching(text).order_by().values("code")


# --- Figures and choices ------------------------------------------------------------------------


def figures(edition):
    """Live counts of what is public, in one query each for exhibitors and exhibits."""
    rows = edition.applications.public().with_origin()
    counted = rows.aggregate(
        exhibitors=Count("pk"),
        outside=Count("pk", filter=Q(origin__in=["domestic", "abroad"])),
        abroad=Count("pk", filter=Q(origin="abroad")),
    )
    shown = Exhibit.objects.public().filter(application__edition=edition)
    counted |= shown.aggregate(
        exhibits=Count("pk"),
        launches=Count("first_launch", filter=Q(first_launch__state="confirmed")),
        highlights=Count("pk", filter=Q(is_highlight=True)),
    )
    return counted


def choices(edition):
    """What the filters offer: blocks, halls with stands, and the commonest fields with their counts."""
    categories = (
        edition.applications.public().exclude(category="").values("category")
        .annotate(count=Count("pk"), **FieldName.objects.columns("category")).order_by("-count", "category")
        .values_list("category", "count", "category_zh", "category_en", named=True)[:12]
    )  # fmt: skip
    held = Allocation.objects.current().filter(
        booth__hall=OuterRef("pk"), application__state=ApplicationState.APPROVED
    )
    return {
        "blocks": list(edition.blocks.all()),
        "halls": list(Hall.objects.filter(Exists(held), venue__edition=edition).order_by("venue__order", "order", "key")),
        "categories": list(categories),
        "kinds": Kind.choices,
        "origins": ORIGINS,
    }  # fmt: skip


def exhibitor(edition, code):
    """One public exhibitor or None."""
    return exhibitors(edition).filter(code=code).first()


def exhibit(edition, code):
    """One public exhibit or None."""
    return exhibits(edition).filter(code=code).first()


def neighbours(row, count=3):
    """Other highlights and launches in the halls of an exhibit's stands."""
    halls = {stand.booth.hall_id for stand in row.application.stands}
    if not halls:
        return []
    near = Allocation.objects.current().filter(
        booth__hall__in=halls, application=OuterRef("application")
    )
    return list(
        exhibits(row.application.edition)
        .filter(Exists(near), Q(is_highlight=True) | Q(is_launch=True))
        .exclude(application=row.application)
        .order_by("-is_highlight", "sort_key", "pk")[:count]
    )


def launches(edition):
    """Confirmed first launches: those with a set time first, then by name."""
    return (
        exhibits(edition)
        .filter(is_launch=True)
        .order_by("first_launch__launch_at", "sort_key", "pk")
    )


def highlights(edition):
    return exhibits(edition).filter(is_highlight=True)
