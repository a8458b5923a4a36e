"""What every feed reads: the slots of published forums with room, track and people, in a fixed number of queries."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils.http import http_date

from forums.models import Forum, Session, SlotState
from forums.releases.shown import public_programme, with_shown_release
from forums.releases.snapshot import moment
from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.pagecache import public_page
from waic.lib.text import localized

# Forums without an agenda are one event themselves; their identity derives from the part's permanent number.
_PARTS = uuid.UUID("5f0e4d0a-8a52-4c53-9a8a-3d0a6f6c2024")
PART_IDS = 1_000_000_000  # so that parts and slots never share an integer


@dataclass(frozen=True)
class Event:
    """One slot, or one part of a forum that has no agenda yet."""

    id: int
    guid: uuid.UUID
    code: str
    forum: Forum
    session: Session | None
    room: object
    starts_at: datetime
    ends_at: datetime
    state: str
    sequence: int
    changed_at: datetime
    people: tuple
    links: tuple = ()  # of streams, and (below) of slides: (address, title), filled in for exports that have a place for them
    attachments: tuple = ()

    @property
    def title(self):
        return localized(self.session or self.forum, "title")

    @property
    def subtitle(self):
        return localized(self.forum, "title") if self.session else ""

    @property
    def abstract(self):
        return (
            localized(self.session, "abstract")
            if self.session
            else localized(self.forum, "summary")
        )

    @property
    def kind(self):
        return self.session.kind if self.session else self.forum.kind.key

    @property
    def is_cancelled(self):
        return self.state == SlotState.CANCELLED

    @property
    def minutes(self):
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def language(self):
        """One language, as exports want it: the session's own, else the first of the forum's."""
        own = self.session.language if self.session else ""
        return own or self.forum.language.split(",")[0].strip() or "zh"

    def path(self, year):
        from django.urls import reverse

        if self.session:
            return reverse("forums:session", args=[year, self.session.code])
        return reverse("forums:forum", args=[year, self.forum.code])


def open_feed(ttl):
    """A public page that programs of other sites read: whoever asks how is told, whoever writes is refused."""

    def decorate(view):
        page = public_page(ttl=ttl)(view)

        @wraps(page)
        def wrapped(request, *args, **kwargs):
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers=_MAY_ASK)
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS"])
            return page(request, *args, **kwargs)

        return wrapped

    return decorate


_MAY_ASK = {
    "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since", "Access-Control-Max-Age": "86400",
}  # fmt: skip


def edition_of_feed(year):
    """The published edition of a year with what its programme is read by; Http404 without one."""
    return get_object_or_404(with_shown_release(Edition.objects.published()), year=year)


def events_of(edition, **wanted):
    """Events in order of time, of all forums or of those `wanted`: code, speaker, forums (by number). Few queries for any size.

    Of an edition with releases the newest one, with what earlier ones had and it has not, as cancelled.
    """
    programme = public_programme(edition)
    return events_in(programme, programme.announced(**wanted), **wanted)


def events_in(programme, forums, /, **wanted):
    """The same of forums that were read already: what the programme announces of those `wanted`."""
    events = [e for forum in forums for e in _events_of_forum(forum)]
    events += [_ghost(*ghost) for ghost in programme.gone(**wanted)]
    return sorted(events, key=lambda e: (e.starts_at, e.id))


def _ghost(ghost, forum, session, room):
    """What an earlier release announced and the newest one has not: calendars are told that it is cancelled."""
    entry = ghost["entry"]
    number = entry["pk"]
    guid = uuid.UUID(entry["uuid"]) if session else part_guid(number)
    people = tuple(p.speaker for p in session.participations.all()) if session else forum.guests
    return Event(
        number if session else PART_IDS + number, guid, "", forum, session, room, moment(entry["starts"]), moment(entry["ends"]),
        SlotState.CANCELLED, ghost["seq"], moment(ghost["changed"]), people,
    )  # fmt: skip


def part_guid(number):
    """The permanent identity of a part that is an event itself."""
    return uuid.uuid5(_PARTS, str(number))


def _events_of_forum(forum):
    """Its slots; of a forum without any its parts. The code belongs to the first that was made, whichever comes first by now."""
    timed = [(session, slot) for session in forum.sessions.all() for slot in session.slots.all()]
    if not timed:
        first = min((part.pk for part in forum.parts.all()), default=None)
        for part in forum.parts.all():
            code = forum.code if part.pk == first else ""
            yield _event(part, PART_IDS + part.pk, part_guid(part.pk), code, forum, None, forum.guests)  # fmt: skip
        return
    firsts = {session.pk: slot.pk for session, slot in sorted(timed, key=lambda pair: -pair[1].pk)}
    for session, slot in timed:
        speakers = tuple(p.speaker for p in session.participations.all() if p.speaker.is_person)
        code = session.code if slot.pk == firsts[session.pk] else ""
        yield _event(slot, slot.pk, slot.uuid, code, forum, session, speakers)


def _event(entry, number, guid, code, forum, session, people):
    return Event(
        number, guid, code, forum, session, entry.room, entry.starts_at, entry.ends_at, entry.state, entry.sequence, entry.changed_at, people,
    )  # fmt: skip


def without_overlaps(events):
    """Events without two at once in one room: clients cut them off. Of two, the one that began first stays in the room.

    Those without a room, and the later of two, get a corner of their own named after the room.
    """
    busy: dict = {}
    for event in events:
        name = str(event.room) if event.room else "—"
        corner = 1
        while busy.get((name, corner), datetime.min.replace(tzinfo=clock.ZONE)) > event.starts_at:
            corner += 1
        busy[(name, corner)] = event.ends_at
        yield event, (name if corner == 1 else f"{name} ({corner})"), corner


def day_bounds(day):
    """Start and end of a programme day; it changes at six in the morning."""
    start = datetime.combine(day, time(6), tzinfo=clock.ZONE)
    return start, start + timedelta(hours=24) - timedelta(minutes=1)


def version_of(edition):
    """The number of the newest release; 0 before the first."""
    number = edition.releases.order_by("-number").values_list("number", flat=True).first()
    return str(number or 0)


def feed_response(body, content_type, events=()):
    """An answer any site may read, as old as the newest of its events."""
    response = HttpResponse(body, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    if newest := max((event.changed_at for event in events), default=None):
        response["Last-Modified"] = http_date(newest.timestamp())
    return response
