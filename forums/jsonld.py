"""schema.org descriptions of forums and sessions, for search engines."""

import json

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from waic.lib.text import localized


def script(data):
    """JSON that may stand inside a <script type="application/ld+json">."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def place(room, edition):
    venue = room.venue
    return {
        "@type": "Place", "name": str(room),
        "address": {"@type": "PostalAddress", "streetAddress": localized(venue, "address") or localized(venue, "name"),
                    "addressLocality": localized(edition, "city"), "addressCountry": "CN"},
    }  # fmt: skip


def _event(obj, edition, starts_at, ends_at, room, path):
    from waic.lib.templatetags.dates import iso

    data = {
        "@context": "https://schema.org", "@type": "Event", "name": localized(obj, "title"), "url": settings.SITE_URL + path,
        "eventStatus": "https://schema.org/EventScheduled", "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
    }  # fmt: skip
    if starts_at:
        data |= {"startDate": iso(starts_at), "endDate": iso(ends_at)}
    if room:
        data["location"] = place(room, edition)
    return data


def _with_streams(data, streams):
    """Add where it can be watched: a live stream is a place of its own, a replay a recording."""
    live = [s.link.url for s in streams if s.is_live]
    if live:
        there = [data["location"]] if "location" in data else []
        data["location"] = [*there, *({"@type": "VirtualLocation", "url": url} for url in live)]
        data["eventAttendanceMode"] = "https://schema.org/MixedEventAttendanceMode"
    replays = [{"@type": "VideoObject", "name": str(s.link), "url": s.link.url} for s in streams if not s.is_live]  # fmt: skip
    if replays:
        data["recordedIn"] = replays


def forum_ld(forum, edition, streams=()):
    """A forum with its guests."""
    part = next(iter(forum.parts.all()), None)
    data = _event(
        forum,
        edition,
        forum.starts_at,
        forum.ends_at,
        part and part.room,
        reverse("forums:forum", args=[edition.year, forum.code]),
    )
    data["superEvent"] = {
        "@type": "Event",
        "name": localized(edition, "name"),
        "startDate": edition.starts_on.isoformat(),
    }
    data["performer"] = [
        {
            "@type": "Person",
            "name": localized(p.speaker, "name"),
            "jobTitle": p.shown_title,
            "affiliation": {"@type": "Organization", "name": p.shown_affiliation},
        }
        for p in forum.participations.all()
        if p.speaker.is_person
    ]
    _with_streams(data, [s for s in streams if not s.session])
    if forum.seats:
        data |= {
            "maximumAttendeeCapacity": forum.seats,
            "remainingAttendeeCapacity": forum.seats_left,
        }
    return script(data)


def session_ld(session, edition, streams=()):
    """A session and the forum it belongs to."""
    slot = next(iter(session.slots.all()), None)
    data = _event(
        session,
        edition,
        slot and slot.starts_at,
        slot and slot.ends_at,
        slot and slot.room,
        reverse("forums:session", args=[edition.year, session.code]),
    )
    data["superEvent"] = {"@type": "Event", "name": localized(session.forum, "title")}
    _with_streams(data, streams)
    return script(data)
