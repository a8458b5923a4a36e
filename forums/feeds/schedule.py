"""schedule.json (C3 JSON schema, version 1) and schedule.xml (C3VOC's XSD): the same events in two shapes."""

import json
import uuid
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

from forums.feeds.extras import with_extras
from forums.feeds.source import (
    day_bounds,
    edition_of_feed,
    events_of,
    feed_response,
    open_feed,
    version_of,
    without_overlaps,
)
from waic.lib import clock
from waic.lib.text import localized

SCHEMA = "https://c3voc.de/schedule/schema.json"
GENERATOR = {"name": "waic", "version": "1", "url": "https://www.worldaic.com.cn"}
BOARD_COLOURS = {"forum": "#144e8c", "expo": "#0b6852", "award": "#815200", "experience": "#94275a"}


def acronym(edition):
    return f"waic{edition.year}"


def hours_minutes(minutes):
    """hh:mm; a whole day at most, less a minute, because one longer item stops the whole file in a known client."""
    minutes = min(minutes, 24 * 60 - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def iso(moment):
    return moment.astimezone(clock.ZONE).isoformat(timespec="seconds")


def slug(edition, event):
    """Acronym, hyphen and a code that is at least four characters and never changes."""
    return f"{acronym(edition)}-{(event.code or f'slot{event.id}').lower()}"


def _days(edition):
    """[(index, date, [(event, room name, corner)])]; cancelled events are left out."""
    events = [e for e in events_of(edition) if not e.is_cancelled]
    placed = list(without_overlaps(with_extras(edition, events)))
    return [
        (
            index,
            day,
            [row for row in placed if row[0].starts_at.astimezone(clock.ZONE).date() == day],
        )
        for index, day in enumerate(edition.days, start=1)
    ]


def _events(days):
    return [event for _index, _day, rows in days for event, _name, _corner in rows]


# --- JSON ---------------------------------------------------------------------------------------


@open_feed(ttl=300)
def schedule_json(request, year):
    edition = edition_of_feed(year)
    days = _days(edition)
    body = json.dumps(json_document(edition, days), ensure_ascii=False, separators=(",", ":"))
    return feed_response(body, "application/json", _events(days))


def json_document(edition, days):
    """The whole document as Python values."""
    rooms: dict = {}
    for _index, _day, rows in days:
        for event, name, corner in rows:
            rooms.setdefault(name, event.room if corner == 1 else None)
    conference = {
        "title": localized(edition, "name"), "acronym": acronym(edition), "start": edition.starts_on.isoformat(), "end": edition.last_day.isoformat(),
        "daysCount": len(days), "timeslot_duration": "00:05", "time_zone_name": settings.EDITION_TIME_ZONE, "url": f"{settings.SITE_URL}/{edition.year}/programme/",
        "tracks": [{"name": localized(kind, "name"), "slug": kind.key, "color": BOARD_COLOURS[kind.board]} for kind in edition.forum_kinds.all()],
        "rooms": [_json_room(name, room) for name, room in rooms.items()],
        "days": [_json_day(edition, *day) for day in days],
    }  # fmt: skip
    return {
        "$schema": SCHEMA,
        "generator": GENERATOR,
        "schedule": {
            "version": version_of(edition),
            "base_url": f"{settings.SITE_URL}/",
            "conference": conference,
        },
    }


def _json_room(name, room):
    # A corner of a room has no row of its own; its identity derives from its name.
    guid = room.uuid if room else uuid.uuid5(uuid.NAMESPACE_URL, f"room:{name}")
    data = {"name": name, "guid": str(guid), "type": "lecturehall"}
    if room is not None and room.capacity:
        data["capacity"] = room.capacity
    return data


def _json_day(edition, index, day, rows):
    start, end = day_bounds(day)
    rooms: dict = {}
    for event, name, _corner in rows:
        rooms.setdefault(name, []).append(_json_event(edition, event, name))
    return {
        "index": index,
        "date": day.isoformat(),
        "day_start": iso(start),
        "day_end": iso(end),
        "rooms": rooms,
    }


def _json_event(edition, event, room):
    data = {
        "guid": str(event.guid), "id": event.id, "date": iso(event.starts_at), "start": f"{event.starts_at.astimezone(clock.ZONE):%H:%M}",
        "duration": hours_minutes(event.minutes), "room": room, "slug": slug(edition, event), "url": settings.SITE_URL + event.path(edition.year),
        "title": event.title, "subtitle": event.subtitle, "track": localized(event.forum.kind, "name"), "type": event.kind,
        "language": event.language, "abstract": event.abstract,
        "persons": [{"name": localized(s, "name"), "guid": str(s.uuid), "code": s.code} for s in event.people], "links": [{"url": url, "title": title} for url, title in event.links],
    }  # fmt: skip
    if event.attachments:
        data["attachments"] = [
            {"url": u, "title": t, "type": "slides"} for u, t in event.attachments
        ]
    if event.code:
        data["code"] = event.code
    return data


# --- XML ----------------------------------------------------------------------------------------


@open_feed(ttl=300)
def schedule_xml(request, year):
    edition = edition_of_feed(year)
    days = _days(edition)
    body = "".join(xml_document(edition, days))
    return feed_response(body, "text/xml; charset=utf-8", _events(days))


def _tag(name, text, **attributes):
    inner = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{inner}>{escape(str(text))}</{name}>"


def xml_document(edition, days):
    """Pieces of the document. <schedule> and <conference> stand in the first kilobyte; some clients look no further."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<schedule>'
    yield f"<generator name={quoteattr(GENERATOR['name'])} version={quoteattr(GENERATOR['version'])}/>"
    yield _tag("version", version_of(edition))
    yield "<conference>"
    yield _tag("title", localized(edition, "name"))
    yield _tag("acronym", acronym(edition))
    yield (
        _tag("start", edition.starts_on.isoformat())
        + _tag("end", edition.last_day.isoformat())
        + _tag("days", len(days))
    )
    yield "<timeslot_duration>00:05</timeslot_duration>" + _tag("base_url", f"{settings.SITE_URL}/")
    yield _tag("time_zone_name", settings.EDITION_TIME_ZONE)
    for kind in edition.forum_kinds.all():
        yield f"<track name={quoteattr(localized(kind, 'name'))} color={quoteattr(BOARD_COLOURS[kind.board])}/>"
    yield "</conference>"
    for index, day, rows in days:
        yield from _xml_day(edition, index, day, rows)
    yield "</schedule>\n"


def _xml_day(edition, index, day, rows):
    start, end = day_bounds(day)
    yield f'<day index="{index}" date="{day.isoformat()}" start="{iso(start)}" end="{iso(end)}">'
    rooms: dict = {}
    for event, name, corner in rows:
        rooms.setdefault(
            (name, event.room.uuid if event.room and corner == 1 else None), []
        ).append(event)
    for (name, guid), events in rooms.items():
        yield f"<room name={quoteattr(name)}" + (f' guid="{guid}">' if guid else ">")
        for event in events:
            yield from _xml_event(edition, event, name)
        yield "</room>"
    yield "</day>"


def _xml_event(edition, event, room):
    code = f" code={quoteattr(event.code)}" if event.code else ""
    yield f'<event guid="{event.guid}" id="{event.id}"{code}>'
    yield (
        _tag("date", iso(event.starts_at))
        + _tag("start", f"{event.starts_at.astimezone(clock.ZONE):%H:%M}")
        + _tag("duration", hours_minutes(event.minutes))
    )
    yield (
        _tag("room", room)
        + _tag("slug", slug(edition, event))
        + _tag("url", settings.SITE_URL + event.path(edition.year))
    )
    yield (
        _tag("title", event.title)
        + _tag("subtitle", event.subtitle)
        + _tag("track", localized(event.forum.kind, "name"))
        + _tag("type", event.kind)
    )
    yield _tag("language", event.language) + _tag("abstract", event.abstract)
    yield (
        "<persons>"
        + "".join(_tag("person", localized(s, "name"), id=s.pk, guid=s.uuid) for s in event.people)
        + "</persons>"
    )
    for name, listed in (("link", event.links), ("attachment", event.attachments)):
        if listed:
            rows = "".join(_tag(name, title, href=url) for url, title in listed)
            yield f"<{name}s>{rows}</{name}s>"
    yield "</event>"
