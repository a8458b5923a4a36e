"""What every feed reads: the slots of published forums with room, track and people, in a fixed number of queries."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils.http import http_date

from forums.models import Forum, ForumPart, Participation, Session, Slot, SlotState
from waic.lib import clock
from waic.lib.text import localized

# Forums without an agenda are one event themselves; their identity derives from the part's permanent number.
_PARTS = uuid.UUID("5f0e4d0a-8a52-4c53-9a8a-3d0a6f6c2024")
PART_IDS = 1_000_000_000  # so that parts and slots never share an integer


# A cancelled forum stays, so that subscribers learn of it; a draft, or one that was taken back, is not there.
ANNOUNCED = {"state__in": ["published", "cancelled"], "published_at__isnull": False}


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


def events_of(edition, **forum_filters):
    """Events in order of time; `forum_filters` narrow the forums. Six queries for any size."""
    people = Participation.objects.announced().select_related("speaker")
    slots = Slot.objects.select_related("room__venue").order_by("starts_at", "pk")
    sessions = Session.objects.prefetch_related(
        Prefetch("slots", slots), Prefetch("participations", people)
    )
    parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
    forums = (
        Forum.objects.of_edition(edition)
        .filter(**ANNOUNCED, **forum_filters)
        .select_related("kind")
        .prefetch_related(
            Prefetch("sessions", sessions),
            Prefetch("parts", parts),
            Prefetch("participations", people.filter(session=None)),
        )
        .distinct()
    )
    events = [event for forum in forums for event in _events_of_forum(forum)]
    return sorted(events, key=lambda e: (e.starts_at, e.id))


def _events_of_forum(forum):
    guests = tuple(p.speaker for p in forum.participations.all() if p.speaker.is_person)
    cancelled = forum.state == "cancelled"
    has_agenda = False
    for session in forum.sessions.all():
        speakers = tuple(p.speaker for p in session.participations.all() if p.speaker.is_person)
        slots = session.slots.all()
        # The code belongs to the first slot that was made, whichever comes first by now.
        first = min((slot.pk for slot in slots), default=None)
        for slot in slots:
            has_agenda = True
            yield Event(
                slot.pk, slot.uuid, session.code if slot.pk == first else "", forum, session, slot.room, slot.starts_at, slot.ends_at,
                SlotState.CANCELLED if cancelled else slot.state, slot.sequence, max(slot.changed_at, session.changed_at), speakers,
            )  # fmt: skip
    if has_agenda:
        return
    parts = forum.parts.all()
    first = min((part.pk for part in parts), default=None)
    for part in parts:
        yield Event(
            PART_IDS + part.pk, uuid.uuid5(_PARTS, str(part.pk)), forum.code if part.pk == first else "", forum, None, part.room, part.starts_at, part.ends_at,
            SlotState.CANCELLED if cancelled else SlotState.CONFIRMED, forum.version, forum.changed_at, guests,
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
    """The number of the newest release."""
    release = edition.releases.order_by("-number").first()
    return str(release.number) if release else "0"


def feed_response(body, content_type, events=()):
    """An answer any site may read, as old as the newest of its events."""
    response = HttpResponse(body, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    if newest := max((event.changed_at for event in events), default=None):
        response["Last-Modified"] = http_date(newest.timestamp())
    return response
