"""The flat form that C3VOC prepares (schedule2, alpha 3): a list of events beside the conference, in both languages.

It carries what the older forms have no place for: the state of an event, so that a cancelled one stays with its word for
it, and what somebody does in a session. The form may still change, so it has an address with its version in it.
"""

import json

from django.conf import settings

from forums.feeds.extras import with_extras
from forums.feeds.schedule import BOARD_COLOURS, GENERATOR, acronym, iso, slug
from forums.feeds.source import edition_of_feed, events_of, feed_response, open_feed, version_of
from forums.models import ParticipationRole, SessionKind

_R, _K = ParticipationRole, SessionKind
ROLES = {
    _R.KEYNOTE: "SPEAKER", _R.SPEAKER: "SPEAKER", _R.PANELLIST: "CONTRIBUTOR", _R.MODERATOR: "MODERATOR",
    _R.HOST: "HOST", _R.GUEST: "GUEST",
}  # fmt: skip
# A forum without an agenda is one event itself, and what is signed or opened is met for.
TYPES = {_K.SPEECH: "TALK", _K.PANEL: "DISCUSSION", _K.LAUNCH: "TALK", _K.BREAK: "BREAK"}


@open_feed(ttl=300)
def schedule2_json(request, year):
    edition = edition_of_feed(year)
    events = with_extras(edition, events_of(edition))
    body = json.dumps(document(edition, events), ensure_ascii=False, separators=(",", ":"))
    return feed_response(body, "application/json", events)


def document(edition, events):
    """The whole document as Python values; events in order of time, cancelled ones too."""
    return {
        "generator": GENERATOR,
        "version": version_of(edition),
        "conference": _conference(edition),
        "rooms": _rooms(events),
        "events": [_event(edition, event) for event in events],
    }


def _conference(edition):
    kinds = edition.forum_kinds.all()
    return {
        "acronym": acronym(edition), "title": both(edition, "name"), "start": iso(edition.opens_at),
        "end": edition.last_day.isoformat(), "time_zone_name": settings.EDITION_TIME_ZONE,
        "url": f"{settings.SITE_URL}/{edition.year}/programme/",
        "tracks": [{"slug": kind.key, "name": both(kind, "name"), "color": BOARD_COLOURS[kind.board]} for kind in kinds],
    }  # fmt: skip


def _rooms(events):
    """Each room once, under the hall or venue it lies in."""
    rooms = {event.room.uuid: event.room for event in events if event.room and event.room.pk}
    return [
        {
            "guid": str(guid),
            "name": both(room, "name"),
            "parent": {"name": both(room.venue, "name")},
        }
        for guid, room in sorted(rooms.items(), key=lambda row: str(row[0]))
    ]


def _event(edition, event):
    has = event.session or event.forum
    data = {
        "guid": str(event.guid), "code": event.code, "slug": slug(edition, event), "url": settings.SITE_URL + event.path(edition.year),
        "title": both(has, "title"), "subtitle": both(event.forum, "title") if event.session else None,
        "type": TYPES.get(event.kind, "MEETING"), "start": iso(event.starts_at), "end": iso(event.ends_at),
        "room": event.room and event.room.pk and {"guid": str(event.room.uuid)},
        "track": {"slug": event.forum.kind.key}, "language": event.language,
        "abstract": both(has, "abstract" if event.session else "summary"), "participants": _participants(event),
        "links": [{"url": url, "title": title} for url, title in event.links],
        "attachments": [{"url": url, "title": title, "type": "slides"} for url, title in event.attachments],
        "state": "CANCELED" if event.is_cancelled else "CONFIRMED",
    }  # fmt: skip
    return {name: value for name, value in data.items() if value not in ("", {}, None)}


def _participants(event):
    """Who takes part, with what they do there. What is cancelled nobody takes part in any more."""
    if event.is_cancelled:
        return []
    rows = (event.session or event.forum).participations.all()
    roles = {row.speaker_id: ROLES[_R(row.role)] for row in rows}
    return [
        {"guid": str(s.uuid), "name": both(s, "name"), "role": roles.get(s.pk, "GUEST")}
        for s in event.people
    ]


def both(obj, name):
    """{"zh": …, "en": …} of a bilingual text, without a language it does not have."""
    texts = {language: getattr(obj, f"{name}_{language}") for language in ("zh", "en")}
    return {language: text for language, text in texts.items() if text}
