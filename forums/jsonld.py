"""schema.org descriptions of forums and sessions, for search engines."""

from django.conf import settings
from django.urls import reverse

from waic.editions.jsonld import SCHEMA, edition_data, place, script, without_empty
from waic.lib.templatetags.dates import iso
from waic.lib.text import localized


def _event(obj, edition, entry, starts_at, ends_at, path):
    """What a forum and a session have in common. entry: the part or slot that says where and, moved, when it was to be before."""
    room = entry and entry.room
    data = {
        "@context": "https://schema.org", "@type": "Event", "name": localized(obj, "title"), "url": settings.SITE_URL + path,
        "eventStatus": f"{SCHEMA}EventScheduled", "eventAttendanceMode": f"{SCHEMA}OfflineEventAttendanceMode",
        "location": place(room, edition),
    }  # fmt: skip
    if starts_at:
        data |= {"startDate": iso(starts_at), "endDate": iso(ends_at)}
    if before := [moment for moment in getattr(entry, "announced_before", ()) if moment != starts_at]:  # fmt: skip
        data["eventStatus"] = f"{SCHEMA}EventRescheduled"
        data["previousStartDate"] = [iso(moment) for moment in before]
    return data


def _online(data):
    """What is online only is at its own address."""
    data["eventAttendanceMode"] = f"{SCHEMA}OnlineEventAttendanceMode"
    data["location"] = {"@type": "VirtualLocation", "url": data["url"]}


def _languages(spoken):
    """["zh", "en"] of "zh, en"."""
    return [code for code in (piece.strip() for piece in spoken.split(",")) if code]


def _performers(participations):
    """Everybody once, as first announced."""
    once: dict = {}
    for row in participations:
        if row.speaker.is_person:
            once.setdefault(row.speaker_id, row)
    return [_person(row) for row in once.values()]


def _person(row):
    data = {"@type": "Person", "name": localized(row.speaker, "name"), "jobTitle": row.shown_title}
    if row.shown_affiliation:
        data["affiliation"] = {"@type": "Organization", "name": row.shown_affiliation}
    return without_empty(data)


def _with_streams(data, streams):
    """Add where it can be watched: a live stream is a place of its own, a replay a recording."""
    live = [s.link.url for s in streams if s.is_live]
    if live:
        is_online = data["location"]["@type"] == "VirtualLocation"
        there = [] if is_online else [data["location"]]
        data["location"] = [*there, *({"@type": "VirtualLocation", "url": url} for url in live)]
        if not is_online:
            data["eventAttendanceMode"] = f"{SCHEMA}MixedEventAttendanceMode"
    replays = [{"@type": "VideoObject", "name": str(s.link), "url": s.link.url} for s in streams if not s.is_live]  # fmt: skip
    if replays:
        data["recordedIn"] = replays


def forum_ld(forum, edition, streams=()):
    """A forum with its guests."""
    part = next(iter(forum.parts.all()), None)
    data = _event(
        forum,
        edition,
        part,
        forum.starts_at,
        forum.ends_at,
        reverse("forums:forum", args=[edition.year, forum.code]),
    )
    data |= {
        "superEvent": edition_data(edition), "description": localized(forum, "summary"), "about": localized(forum.kind, "name"),
        "inLanguage": _languages(forum.language), "performer": _performers(forum.participations.all()),
        "organizer": [{"@type": "Organization", "name": str(row.organisation)} for row in forum.forum_organisations.all()],
    }  # fmt: skip
    if forum.is_online:
        _online(data)
    _with_streams(data, [s for s in streams if not s.session])
    if forum.seats:
        data |= {
            "maximumAttendeeCapacity": forum.seats,
            "remainingAttendeeCapacity": forum.seats_left,
        }
    return script(without_empty(data))


def session_ld(session, edition, streams=()):
    """A session and the forum it belongs to; one whose slots are all cancelled keeps its time and says so."""
    slots = list(session.slots.all())
    slot = next((s for s in slots if s.state != "cancelled"), next(iter(slots), None))
    path = reverse("forums:session", args=[edition.year, session.code])
    data = _event(session, edition, slot, slot and slot.starts_at, slot and slot.ends_at, path)
    if slot and slot.state == "cancelled":
        data["eventStatus"] = f"{SCHEMA}EventCancelled"
    forum = session.forum
    above = settings.SITE_URL + reverse("forums:forum", args=[edition.year, forum.code])
    data |= {
        "superEvent": {"@type": "Event", "name": localized(forum, "title"), "url": above},
        "description": localized(session, "abstract"), "performer": _performers(session.participations.all()),
        "inLanguage": _languages(session.language or forum.language),
    }  # fmt: skip
    if forum.is_online:
        _online(data)
    _with_streams(data, streams)
    return script(without_empty(data))
