"""The programme as one compact JSON document. It names people by number only: who is forgotten leaves no name in it."""

from datetime import UTC, datetime

from django.db.models import Prefetch

from forums.models import Forum, ForumPart, Participation, Session, Slot
from waic.editions.models import Room

SCHEMA = 1

# A cancelled forum stays, so that subscribers learn of it; a draft, or one that was taken back, is not announced.
ANNOUNCED = {"state__in": ["published", "cancelled"], "published_at__isnull": False}


def draft_of(edition):
    """The edition's draft as a document, in seven queries for any size."""
    forums = [_forum(forum) for forum in announced_forums(edition)]
    return {"schema": SCHEMA, "forums": forums, "rooms": _rooms(edition), "gone": []}


def announced_forums(edition, **forum_filters):
    """Forums that are published, or were and are cancelled, with agenda, parts and people; six queries."""
    people = Participation.objects.announced().select_related("speaker")
    slots = Slot.objects.select_related("room__venue").order_by("starts_at", "pk")
    sessions = Session.objects.prefetch_related(
        Prefetch("slots", slots), Prefetch("participations", people)
    )
    parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
    return (
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


def _forum(forum):
    return {
        "pk": forum.pk, "code": forum.code, "kind": forum.kind.key, "state": forum.state,
        "zh": forum.title_zh, "en": forum.title_en, "summary_zh": forum.summary_zh, "summary_en": forum.summary_en,
        "language": forum.language, "online": forum.is_online, "date": forum.date and forum.date.isoformat(),
        "parts": [_part(part, forum) for part in forum.parts.all()],
        "sessions": [_session(session, forum) for session in forum.sessions.all()],
        "people": _people(forum),
    }  # fmt: skip


def _part(part, forum):
    state = "cancelled" if forum.state == "cancelled" else "confirmed"
    return {
        **_place(part), "state": state, "note": part.place_note, "zh": part.label_zh, "en": part.label_en,
        "seq": forum.version, "changed": instant(forum.changed_at),
    }  # fmt: skip


def _session(session, forum):
    return {
        "pk": session.pk, "code": session.code, "kind": session.kind, "zh": session.title_zh, "en": session.title_en,
        "abstract_zh": session.abstract_zh, "abstract_en": session.abstract_en, "language": session.language,
        "order": session.order, "slots": [_slot(slot, session, forum) for slot in session.slots.all()],
        "people": _people(session),
    }  # fmt: skip


def _slot(slot, session, forum):
    return {
        **_place(slot), "uuid": str(slot.uuid), "state": "cancelled" if forum.state == "cancelled" else slot.state,
        "seq": slot.sequence, "changed": instant(max(slot.changed_at, session.changed_at)),
    }  # fmt: skip


def _place(row):
    return {"pk": row.pk, "room": row.room_id, "starts": instant(row.starts_at), "ends": instant(row.ends_at)}  # fmt: skip


def _people(owner):
    """[[participation, speaker, role]] in their order."""
    return [[p.pk, p.speaker_id, p.role] for p in owner.participations.all() if p.speaker.is_person]


def _rooms(edition):
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue")
    return {
        str(room.pk): {"zh": room.name_zh, "en": room.name_en, "venue_zh": room.venue.name_zh, "venue_en": room.venue.name_en}
        for room in rooms
    }  # fmt: skip


def instant(moment):
    """A moment as the document writes it."""
    return moment.astimezone(UTC).isoformat()


def moment(text):
    """A moment of the document."""
    return datetime.fromisoformat(text)


def entries_of(content):
    """(key, entry, session or None, forum) of all a calendar shows: slots, or the parts of a forum without any."""
    for forum in content["forums"]:
        timed = [(s, slot) for s in forum["sessions"] for slot in s["slots"]]
        for session, slot in timed:
            yield f"slot{slot['pk']}", slot, session, forum
        for part in () if timed else forum["parts"]:
            yield f"part{part['pk']}", part, None, forum
