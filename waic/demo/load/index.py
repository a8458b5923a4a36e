"""The search index of an edition, from its public rows."""

from awards.models import Winner
from exhibitors.models import Application, Exhibit
from forums.releases.indexing import programme_findables
from forums.releases.shown import public_programme
from waic.editions.models import SearchEntry
from waic.editions.search import Findable, index


def index_edition(edition):
    """Write every public row of an edition into the index and drop what is not public any more."""
    findables = [
        *programme_findables(public_programme(edition)),
        *_exhibitors(edition),
        *_exhibits(edition),
        *_winners(edition),
    ]
    known = {(f.kind, f.code) for f in findables}
    stale = [
        e.pk
        for e in SearchEntry.objects.filter(edition=edition).only("kind", "code")
        if (e.kind, e.code) not in known
    ]
    SearchEntry.objects.filter(pk__in=stale).delete()
    index(edition, findables)


def _exhibitors(edition):
    for a in Application.objects.filter(edition=edition).public():
        yield Findable(
            "exhibitor",
            a.code,
            a.name_zh,
            a.name_en,
            a.category,
            "",
            f"{a.profile_zh} {a.profile_en}",
        )


def _exhibits(edition):
    for e in (
        Exhibit.objects.public().filter(application__edition=edition).select_related("application")
    ):
        yield Findable(
            "exhibit",
            e.code,
            e.name_zh,
            e.name_en,
            e.application.name_zh,
            e.application.name_en,
            f"{e.description_zh} {e.description_en} {e.category}",
        )


def _winners(edition):
    for w in Winner.objects.filter(edition=edition).select_related("award"):
        yield Findable(
            "winner",
            w.code,
            w.title_zh or w.people,
            w.title_en,
            w.award.name_zh,
            w.award.name_en,
            f"{w.organisation} {w.people} {w.track}",
        )
