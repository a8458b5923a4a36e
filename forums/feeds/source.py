"""What every feed reads: the slots of published forums with room, track and people, in a fixed number of queries."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.utils.http import http_date

from forums.models import Forum, Session, SlotState
from forums.releases.shown import shown_release
from forums.releases.snapshot import announced_forums, moment
from waic.lib import clock
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


def events_of(edition, *, code=None, speaker=None, forums=None):
    """Events in order of time, of one forum, of the forums of one guest or of some forums by number when asked; few queries.

    Of an edition with releases the newest one, with what earlier ones had and it has not, as cancelled.
    """
    if shown := shown_release(edition):
        events = [event for forum in shown.announced() for event in _events_of_forum(forum)]
        events += [_ghost(*ghost) for ghost in shown.gone()]
        events = [e for e in events if _is_asked_for(e, code, speaker, forums)]
    else:
        rows = announced_forums(edition, **_filters(code, speaker, forums))
        events = [event for forum in rows for event in _events_of_forum(forum)]
    return sorted(events, key=lambda e: (e.starts_at, e.id))


def _filters(code, speaker, forums):
    wanted = {"code": code} if code else {}
    if speaker:
        wanted |= {"participations__speaker": speaker, "participations__is_confirmed": True}
    return wanted | ({} if forums is None else {"pk__in": forums})


def _is_asked_for(event, code, speaker, forums):
    if (code and event.forum.code != code) or not (forums is None or event.forum.pk in forums):
        return False
    return speaker is None or speaker in event.people or speaker in event.forum.guests


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
    released = getattr(forum, "is_shown_as_released", False)
    guests = forum.guests if released else tuple(p.speaker for p in forum.participations.all() if p.speaker.is_person)  # fmt: skip
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
                *_told(slot, cancelled, released, slot.state, slot.sequence, max(slot.changed_at, session.changed_at or slot.changed_at)),
                speakers,
            )  # fmt: skip
    if has_agenda:
        return
    parts = forum.parts.all()
    first = min((part.pk for part in parts), default=None)
    for part in parts:
        sequence, changed_at = (part.sequence, part.changed_at) if released else (forum.version, forum.changed_at)  # fmt: skip
        state = part.state if released else SlotState.CONFIRMED
        yield Event(
            PART_IDS + part.pk, part_guid(part.pk), forum.code if part.pk == first else "", forum, None, part.room, part.starts_at, part.ends_at,
            *_told(part, cancelled, released, state, sequence, changed_at), guests,
        )  # fmt: skip


def _told(entry, cancelled, released, state, sequence, changed_at):
    """State, number and stamp. What was called off since the release says so at once, as the next release will."""
    if not cancelled:
        return state, sequence, changed_at
    since = released and state != SlotState.CANCELLED
    return (
        SlotState.CANCELLED, sequence + since, max(changed_at, entry_forum(entry).changed_at) if since else changed_at,
    )  # fmt: skip


def entry_forum(entry):
    """The forum of a slot or a part."""
    return entry.session.forum if hasattr(entry, "session") else entry.forum


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
    if newest := max((event.changed_at for event in events), default=None):
        response["Last-Modified"] = http_date(newest.timestamp())
    return response
