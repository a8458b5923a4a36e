"""The search index of an edition, from its public rows."""

from awards.models import Winner
from exhibitors.models import Application, Exhibit
from forums.models import Forum, Session, Speaker
from waic.editions.models import SearchEntry
from waic.editions.search import Findable, index


def index_edition(edition):
    """Write every public row of an edition into the index and drop what is not public any more."""
    findables = [
        *_forums(edition),
        *_sessions(edition),
        *_speakers(edition),
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


def _forums(edition):
    for forum in (
        Forum.objects.of_edition(edition)
        .published()
        .prefetch_related("forum_organisations__organisation")
    ):
        names = " ".join(str(o.organisation) for o in forum.forum_organisations.all())
        yield Findable(
            "forum",
            forum.code,
            forum.title_zh,
            forum.title_en,
            body=f"{names} {forum.summary_zh} {forum.summary_en}",
        )


def _sessions(edition):
    for s in Session.objects.filter(
        forum__edition=edition, forum__state="published"
    ).select_related("forum"):
        yield Findable(
            "session",
            s.code,
            s.title_zh,
            s.title_en,
            s.forum.title_zh,
            s.forum.title_en,
            f"{s.abstract_zh} {s.abstract_en}",
        )


def _speakers(edition):
    for s in Speaker.objects.of_edition(edition).public().prefetch_related("honours"):
        honours = " ".join(f"{h.name_zh} {h.name_en}" for h in s.honours.all())
        note_zh, note_en = (
            f"{s.affiliation_zh} {s.title_zh}".strip(),
            f"{s.affiliation_en} {s.title_en}".strip(),
        )
        yield Findable(
            "speaker",
            s.code,
            s.name_zh,
            s.name_en,
            note_zh,
            note_en,
            f"{honours} {s.bio_zh} {s.bio_en}",
        )


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
