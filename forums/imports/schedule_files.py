"""Schedules that pretalx, frab and their kin export (C3 JSON version 1, frab's XML), read as the tables of an import.

An event becomes a session; a track becomes a forum, one for each day and room it is in. Without a track the whole file
is one. What the two tables call a forum is the same, so a file is imported as forums first, then as their agenda.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.models import SessionKind
from waic.lib import clock, files
from waic.lib.imports import cells
from waic.lib.imports.reading import MAX_CELL, Line, check_size, read

KINDS = {
    "panel": SessionKind.PANEL, "panel discussion": SessionKind.PANEL, "break": SessionKind.BREAK, "ceremony": SessionKind.CEREMONY,
    "opening": SessionKind.CEREMONY, "launch": SessionKind.LAUNCH, "signing": SessionKind.SIGNING,
}  # fmt: skip


@dataclass
class Event:
    """What an import takes from an event, as text; times are those of the edition's zone."""

    title: str
    starts: datetime
    ends: datetime
    room: str
    track: str
    kind: str
    language: str
    abstract: str
    people: list = field(default_factory=list)

    @property
    def part(self):
        """What makes it one forum with other events."""
        return self.track, self.starts.date(), self.room


class ScheduleFiles:
    """For an import that understands schedules beside tables; `schedule_rows(events, title)` gives dicts by column."""

    accept = ".xlsx,.csv,.json,.xml"

    @classmethod
    def lines_of(cls, data):
        if not is_schedule(data):
            return read(data)
        check_size(len(data))
        media_type, title, events = schedule_of(data)
        rows = cls.schedule_rows(events, title)
        heads = [column.name for column in cls.columns if any(column.name in row for row in rows)]
        body = [tuple(row.get(name) or None for name in heads) for row in rows]
        return media_type, [Line(n, line) for n, line in enumerate([tuple(heads), *body])]


def is_schedule(data):
    """True for what begins like JSON or XML; a table begins with neither."""
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"<")


def schedule_of(data):
    """(media type, title of the conference, events in order of time). ValidationError when it is no schedule."""
    try:
        if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            title, events = _from_json(json.loads(data))
            media_type = files.JSON
        else:
            title, events = _from_xml(data)
            media_type = files.XML
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, ElementTree.ParseError) as error:  # fmt: skip
        raise ValidationError(
            _("This is no schedule of pretalx or frab. Export it there as JSON or XML and upload that."),
            code="schedule",
        ) from error  # fmt: skip
    if not events:
        raise ValidationError(_("This schedule has no events."), code="empty")
    return media_type, title, sorted(events, key=lambda event: (event.starts, event.room))


# --- JSON ---------------------------------------------------------------------------------------


def _from_json(document):
    conference = document["schedule"]["conference"]
    events = [
        _json_event(event, day["date"], room)
        for day in conference["days"]
        for room, events in day["rooms"].items()
        for event in events
    ]
    return str(conference.get("title") or ""), events


def _json_event(event, day, room):
    people = [person.get("public_name") or person.get("name") for person in event.get("persons") or ()]  # fmt: skip
    return _event(event, day, event.get("room") or room, people)


# --- XML ----------------------------------------------------------------------------------------


def _from_xml(data):
    # Without declarations of its own (and in no encoding that hides them) a file has no entities to blow up.
    if any(mark in data for mark in (b"<!DOCTYPE", b"<!ENTITY", b"\x00")):
        raise ValueError("declarations of its own")
    root = ElementTree.fromstring(data)  # noqa: S314
    if root.tag != "schedule":
        raise ValueError(root.tag)
    events = [
        _xml_event(event, day.get("date"), room.get("name"))
        for day in root.iter("day")
        for room in day.iter("room")
        if room.get("name") is not None
        for event in room.iter("event")
    ]
    return root.findtext("conference/title") or "", events


def _xml_event(event, day, room):
    said = {child.tag: (child.text or "").strip() for child in event if not len(child)}
    people = [person.text for person in event.iterfind("persons/person")]
    return _event(said, day, said.get("room") or room, people)


# --- Either -------------------------------------------------------------------------------------


def _event(said, day, room, people):
    starts = _starts(said, day)
    hours, minutes = (int(part) for part in str(said["duration"]).split(":")[-2:])
    return Event(
        title=_text(said["title"]), starts=starts, ends=starts + timedelta(hours=hours, minutes=minutes), room=_text(room),
        track=_text(said.get("track")), kind=_text(said.get("type")), language=_text(said.get("language")),
        abstract=str(said.get("abstract") or said.get("description") or "")[:MAX_CELL],
        people=[name for name in map(_text, people) if name],
    )  # fmt: skip


def _starts(said, day):
    """The moment an event says, in the edition's zone; its day and clock time where it says no zone."""
    moment = datetime.fromisoformat(said["date"]) if said.get("date") else None
    if moment is not None and moment.tzinfo is not None:
        return moment.astimezone(clock.ZONE)
    hours, minutes = (int(part) for part in str(said["start"]).split(":")[:2])
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=clock.ZONE) + timedelta(hours=hours, minutes=minutes)  # fmt: skip


def _text(value):
    return " ".join(str(value or "").split())


def _titled(title):
    """A title goes into both columns where it is in Latin letters: a programme needs a Chinese one."""
    return {"title_zh": title, "title_en": title if cells.is_latin(title) else ""}


def forum_titles(events, title):
    """{(track, day, room): title of the forum}: the track's name, with day and room where it is in several."""
    parts = list(dict.fromkeys(event.part for event in events))
    often = Counter(track for track, _day, _room in parts)
    return {
        (track, day, room): (track or title) if often[track] == 1 else f"{track or title} · {day:%m-%d} {room}"
        for track, day, room in parts
    }  # fmt: skip


def forum_rows(events, title):
    """One row for each forum a schedule makes."""
    for part, name in forum_titles(events, title).items():
        own = [event for event in events if event.part == part]
        yield {
            **_titled(name), "kind": "forum", "date": part[1].isoformat(), "room": part[2],
            "start": f"{min(e.starts for e in own):%H:%M}", "end": f"{max(e.ends for e in own):%H:%M}",
        }  # fmt: skip


def session_rows(events, title):
    """One row for each event."""
    names = forum_titles(events, title)
    for event in events:
        yield {
            "forum": names[event.part], **_titled(event.title), "kind": KINDS.get(event.kind.casefold(), SessionKind.SPEECH),
            "date": event.starts.date().isoformat(), "start": f"{event.starts:%H:%M}", "end": f"{event.ends:%H:%M}",
            "room": event.room, "language": event.language[:10], "guests": "\n".join(event.people),
            ("abstract_en" if cells.is_latin(event.abstract) else "abstract_zh"): event.abstract,
        }  # fmt: skip
