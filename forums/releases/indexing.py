"""Search follows the releases: what was not released is not found."""

from django.db.models import Prefetch, prefetch_related_objects

from forums.models import ForumOrganisation
from forums.releases.shown import Shown
from waic.editions.models import SearchEntry
from waic.editions.search import Findable, forget, index

KINDS = ("forum", "session", "speaker")


def index_release(release):
    """Make the forums, sessions and guests of a release findable, and nothing else of the programme."""
    edition = release.edition
    forums = Shown(edition, release.content).forums(with_people=True)
    organisations = ForumOrganisation.objects.select_related("organisation")
    prefetch_related_objects(forums, Prefetch("forum_organisations", organisations))
    findables = [f for forum in forums for f in _findables(forum)]
    wanted = {(f.kind, f.code): f for f in findables}
    known = _known(edition)
    for kind in KINDS:
        forget(edition, kind, [code for k, code in known if k == kind and (k, code) not in wanted])
    # Cutting words is dear; what reads as before is left alone.
    index(edition, [f for key, f in wanted.items() if known.get(key) != _words(f)])


def _known(edition):
    rows = SearchEntry.objects.filter(edition=edition, kind__in=KINDS)
    return {(row.kind, row.code): _words(row) for row in rows.defer("vector")}


def _words(entry):
    shown = (entry.title_zh, entry.title_en, entry.note_zh, entry.note_en)
    return [*(text[:400] for text in shown), entry.body]


def _findables(forum):
    from forums.operations.forums import speaker_findable

    names = " ".join(o.organisation.name_zh for o in forum.forum_organisations.all())
    yield Findable(
        "forum", forum.code, forum.title_zh, forum.title_en, body=f"{names} {forum.summary_zh} {forum.summary_en}"
    )  # fmt: skip
    for s in forum.sessions.all():
        yield Findable(
            "session", s.code, s.title_zh, s.title_en, forum.title_zh, forum.title_en, f"{s.abstract_zh} {s.abstract_en}"
        )  # fmt: skip
    for speaker in {p.speaker for p in forum.participations.all() if p.speaker.is_person}:
        yield speaker_findable(speaker)
