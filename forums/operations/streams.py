"""Links to streams: who sets them, and which one is shown at a moment."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from forums.models import Consent, ConsentKind, Participation, StageRules, StreamKind, StreamLink
from forums.operations.changes import check_host, locked
from waic.lib import clock

# --- What is shown ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A link as the public sees it now."""

    link: StreamLink
    session: object  # named where the link is one of several on the page
    is_on: bool  # it runs at this moment

    @property
    def is_live(self):
        return self.link.kind == StreamKind.LIVE


def shown_streams(links, forum, agenda, edition):
    """[Shown] of a forum's page: its own links first, then those of its sessions in order of the agenda.

    A live stream is shown from some minutes before the beginning until the end, a replay afterwards; what has no time
    yet shows nothing.
    """
    if not links:
        return []
    rules = StageRules.objects.of(edition)
    places = [(None, forum.starts_at, forum.ends_at, "")]
    places += [
        (row.session.pk, row.starts_at, row.session.ends_at, row.session)
        for row in agenda
        if not row.is_cancelled
    ]
    return [
        Shown(link, what, start <= clock.now() < end)
        for session, start, end, what in places if start is not None
        for link in links if link.session_id == session and link.kind == _kind_now(start, end, rules)
    ]  # fmt: skip


def streams_of_session(session, edition):
    """[Shown] of a session's own page."""
    links = list(StreamLink.objects.filter(session=session.pk))
    slots = [slot for slot in session.slots.all() if slot.state != "cancelled"]
    if not links or not slots:
        return []
    start, end = min(s.starts_at for s in slots), max(s.ends_at for s in slots)
    wanted = _kind_now(start, end, StageRules.objects.of(edition))
    return [Shown(link, "", start <= clock.now() < end) for link in links if link.kind == wanted]


def _kind_now(start, end, rules):
    now = clock.now()
    if now >= end:
        return StreamKind.REPLAY
    return StreamKind.LIVE if now >= start - timedelta(minutes=rules.live_minutes) else None


# --- Setting them -------------------------------------------------------------------------------


@transaction.atomic
def set_stream(forum, session, kind, url, *, title_zh="", title_en="", by=None):
    """Write or (with an empty `url`) take away one link of a host's own forum; answers the link or None.

    ValidationError `not_yours` or `cancelled`, or beside the field for an address that is not allowed.
    """
    forum = locked(forum)
    check_host(forum, by)
    return write_stream(forum, session, kind, url, title_zh=title_zh, title_en=title_en)


def write_stream(forum, session, kind, url, *, title_zh=None, title_en=None):
    """The same without asking whose forum it is; titles that are None stay as they are."""
    where = {"forum": forum, "session": session, "kind": kind}
    found = StreamLink.objects.filter(**where).first() or StreamLink(**where)
    if not url:
        if found.pk:
            found.delete()
        return None
    found.url = url
    for name, title in (("title_zh", title_zh), ("title_en", title_en)):
        if title is not None:
            setattr(found, name, title)
    found.full_clean()
    found.save()
    return found


# --- Consent ------------------------------------------------------------------------------------


def refused_replays(edition):
    """[(link, speaker)]: replays with somebody in them whose newest word on recording is no; two queries."""
    links = list(
        StreamLink.objects.filter(forum__edition=edition, kind=StreamKind.REPLAY).select_related("forum", "session")
    )  # fmt: skip
    if not links:
        return []
    newest = Consent.objects.filter(speaker=OuterRef("speaker"), kind=ConsentKind.RECORDING)
    newest = newest.order_by("-answered_at", "-pk").values("is_given")[:1]
    guests = Participation.objects.announced().filter(forum__in={link.forum_id for link in links})
    refusing = guests.annotate(given=Subquery(newest)).filter(given=False).select_related("speaker")
    found = {
        (link, guest.speaker): None
        for link in links for guest in refusing
        if guest.forum_id == link.forum_id and link.session_id in (None, guest.session_id)
    }  # fmt: skip
    return list(found)
