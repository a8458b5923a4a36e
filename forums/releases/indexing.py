"""Search follows what the public sees: of an edition with releases the newest one."""

from django.db.models import prefetch_related_objects

from forums.releases.live import ORGANISATIONS
from forums.releases.shown import forget_programme, programme_of_release, public_programme
from waic.editions.models import SearchEntry
from waic.editions.search import Findable, forget, index

KINDS = ("forum", "session", "speaker")


def index_release(release):
    """Make the forums, sessions and guests of a release findable, and nothing else of the programme."""
    _index(release.edition, programme_of_release(release.edition, release.pk))


def index_programme(edition):
    """The same for what the public sees of an edition now."""
    _index(edition, public_programme(edition))


def index_guest(edition, speaker):
    """Let a guest of a released programme be found as long as it shows them: who declined is not, who says yes again is."""
    forget_programme(edition)
    if public_programme(edition).speakers().filter(pk=speaker.pk).exists():
        index(edition, [speaker_findable(speaker)])
    else:
        forget(edition, "speaker", [speaker.code])


def programme_findables(programme):
    """[Findable] of all that is to be found of a programme (forums.releases.shown)."""
    return findables_of(list(programme.whole()))


def findables_of(forums):
    """[Findable] of forums with agenda and people: the forums, their sessions and the guests they announce, each once."""
    prefetch_related_objects(forums, ORGANISATIONS)
    sessions = [session for forum in forums for session in forum.sessions.all()]
    places = [place for owner in (*forums, *sessions) for place in owner.participations.all()]
    speakers = list({place.speaker_id: place.speaker for place in places if place.speaker.is_person}.values())  # fmt: skip
    prefetch_related_objects(speakers, "honours")
    return [
        *map(_forum_findable, forums),
        *map(_session_findable, sessions),
        *map(speaker_findable, speakers),
    ]


def _forum_findable(forum):
    names = " ".join(row.organisation.name_zh for row in forum.forum_organisations.all())
    body = f"{names} {forum.summary_zh} {forum.summary_en}"
    return Findable("forum", forum.code, forum.title_zh, forum.title_en, body=body)


def _session_findable(s):
    forum, text = s.forum, f"{s.abstract_zh} {s.abstract_en}"
    return Findable("session", s.code, s.title_zh, s.title_en, forum.title_zh, forum.title_en, text)


def speaker_findable(speaker):
    """A guest as the search finds them."""
    honours = " ".join(f"{h.name_zh} {h.name_en}" for h in speaker.honours.all())
    return Findable(
        "speaker", speaker.code, speaker.name_zh, speaker.name_en, f"{speaker.affiliation_zh} {speaker.title_zh}".strip(),
        f"{speaker.affiliation_en} {speaker.title_en}".strip(), f"{honours} {speaker.bio_zh} {speaker.bio_en}",
    )  # fmt: skip


def _index(edition, programme):
    wanted = {(f.kind, f.code): f for f in programme_findables(programme)}
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
