"""The press figures, one function per figure; each is a queryset whose rows anybody can list.

Distinct people are counted once, however many forums they speak in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from awards.models import Entry
from exhibitors.models import Application, Exhibit
from forums.releases.shown import public_programme

LAUREATES = ("turing", "nobel", "fields")


def guests(edition):
    """People everybody sees in the programme."""
    return public_programme(edition).speakers()


def laureates(edition):
    """Guests with a Turing Award, a Nobel Prize or a Fields Medal."""
    return guests(edition).filter(honours__kind__in=LAUREATES).distinct()


def academicians(edition):
    """Guests who are members of an academy."""
    return guests(edition).filter(honours__kind="academician").distinct()


def exhibitors(edition):
    """Approved applications."""
    return Application.objects.filter(edition=edition).public()


def exhibitors_from_outside(edition):
    """Exhibitors from elsewhere in China or from abroad."""
    return exhibitors(edition).with_origin().filter(origin__in=["domestic", "abroad"])


def exhibitors_of_known_origin(edition):
    """Exhibitors who said where they are from."""
    return exhibitors(edition).with_origin().exclude(origin="unknown")


def exhibits(edition):
    return Exhibit.objects.public().filter(application__edition=edition)


def first_launches(edition):
    """Exhibits whose claim to be shown for the first time the desk confirmed."""
    return exhibits(edition).filter(first_launch__state="confirmed")


def _entries(edition, award):
    return Entry.objects.handed_in().filter(call__edition=edition, call__award__key=award)


def sail_entries(edition):
    return _entries(edition, "sail")


def youth_papers(edition):
    return _entries(edition, "youth-paper")


def youth_papers_from_abroad(edition):
    return youth_papers(edition).exclude(country="").exclude(country="CN")


def share(part, whole):
    """Percent of two counts, rounded half up to one place; None of nothing."""
    if not whole:
        return None
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Figure:
    """One press figure. `rows` answers its queryset; with `of` the figure is a share of those rows."""

    key: str
    name: object
    rows: Callable
    of: Callable | None = None

    def value(self, edition):
        """The count, or the share in percent."""
        part = self.rows(edition).count()
        return part if self.of is None else share(part, self.of(edition).count())

    def shown(self, edition):
        value = self.value(edition)
        if value is None:
            return "—"
        return f"{value} %" if self.of else f"{value:,}"


FIGURES = (
    Figure("laureates", _("Turing, Fields and Nobel laureates"), laureates),
    Figure("academicians", _("Academicians"), academicians),
    Figure("guests", _("Guests"), guests),
    Figure("exhibitors", _("Exhibitors"), exhibitors),
    Figure(
        "outside_share",
        _("Share of exhibitors from outside the city or abroad, of those whose origin is known"),
        exhibitors_from_outside,
        exhibitors_of_known_origin,
    ),
    Figure("exhibits", _("Exhibits"), exhibits),
    Figure("first_launches", _("First launches"), first_launches),
    Figure("sail_entries", _("SAIL entries"), sail_entries),
    Figure("youth_papers", _("Youth papers"), youth_papers),
    Figure(
        "youth_international_share",
        _("International share of youth papers"),
        youth_papers_from_abroad,
        youth_papers,
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}
