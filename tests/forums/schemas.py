"""What clients of schedule.json and schedule.xml insist on: closed lists of fields and the forms of their values."""

import re

TEXT, NUMBER, URL = {"type": "string"}, {"type": "integer"}, {"type": "string", "pattern": "^https?://[^ ]+$"}  # fmt: skip
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
UUID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
UUID = {"type": "string", "pattern": UUID_PATTERN}
DURATION_PATTERN = r"^([01]?\d|2[0-3]):[0-5]\d$"  # below 24:00, or a known client drops the file
CODE = {"type": "string", "pattern": "^[A-Z0-9]+$"}


def closed(required, **optional):
    """An object with these fields and no others."""
    return {
        "type": "object", "additionalProperties": False, "required": list(required), "properties": {**required, **optional},
    }  # fmt: skip


def listed(item):
    return {"type": "array", "items": item}


LINK = closed({"url": URL}, title=TEXT, type={"enum": ["slides", "paper", "web", "blog", "article", "media", "related", "activitypub"]})  # fmt: skip
PERSON = {
    "type": "object",
    "properties": {"name": TEXT, "guid": UUID, "id": NUMBER, "url": URL, "code": CODE, "avatar": URL, "biography": TEXT, "public_name": TEXT},
    "oneOf": [
        {"required": ["name"], "properties": {"name": TEXT}},
        {"required": ["id", "public_name"]},
    ],
}  # fmt: skip
EVENT = closed(
    {
        "guid": UUID, "id": {"type": "integer", "minimum": 1}, "date": MOMENT, "start": {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"},
        "duration": {"type": "string", "pattern": DURATION_PATTERN}, "room": TEXT, "slug": {"type": "string", "pattern": "^[a-z0-9_-]+[a-z0-9]$"},
        "url": URL, "title": {"type": "string", "minLength": 1}, "subtitle": TEXT, "track": TEXT, "type": TEXT, "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Za-z]+)?$"},
        "abstract": TEXT, "persons": listed(PERSON), "links": listed(LINK),
    },
    code=CODE, logo=TEXT, end=MOMENT, description=TEXT, recording_license=TEXT, do_not_record={"type": "boolean"}, do_not_stream={"type": "boolean"},
    feedback_url=URL, origin_url=URL, attachments=listed(LINK),
)  # fmt: skip
ROOM = closed(
    {"name": TEXT, "guid": UUID},
    slug=TEXT, type={"enum": ["lecturehall", "stage", "workshop", "outside", "online", "project", "bbb", "hangar", "other"]}, stream_id=TEXT,
    description={}, capacity={"type": "integer", "minimum": 1}, url=URL, features={}, assembly={},
)  # fmt: skip
DAY = closed(
    {"index": {"type": "integer", "minimum": 1}, "date": DATE, "day_start": MOMENT, "day_end": MOMENT,
     "rooms": {"type": "object", "additionalProperties": listed(EVENT)}}
)  # fmt: skip
TRACK = closed({"name": TEXT, "slug": TEXT}, color={"type": "string", "pattern": "^#[0-9a-f]{6}$"})
CONFERENCE = closed(
    {
        "title": TEXT, "acronym": {"type": "string", "pattern": "^[a-z0-9_]{4,}$"}, "start": DATE, "end": DATE, "days": listed(DAY),
        "daysCount": NUMBER, "timeslot_duration": {"type": "string", "pattern": r"^\d\d:\d\d$"},
    },
    description=TEXT, time_zone_name={"const": "Asia/Shanghai"}, logo=TEXT, colors={}, keywords=listed(TEXT), url=URL, tracks=listed(TRACK),
    rooms=listed(ROOM), meta={"type": "object"},
)  # fmt: skip
SCHEDULE_JSON = closed(
    {"schedule": closed({"version": TEXT, "conference": CONFERENCE}, base_url=URL)},
    **{"$schema": URL, "generator": closed({"name": TEXT, "version": TEXT}, url=URL)},
)


# --- XML ----------------------------------------------------------------------------------------

_CONFERENCE = {"title", "acronym", "start", "end", "days", "timeslot_duration", "base_url", "logo", "url", "time_zone_name", "color", "track"}  # fmt: skip
_EVENT = {
    "room", "title", "type", "date", "start", "duration", "abstract", "track", "subtitle", "slug", "logo", "persons", "language", "description",
    "recording", "links", "attachments", "url", "feedback_url", "origin_url", "video_download_url",
}  # fmt: skip
_EVENT_NEEDS = {"room", "title", "type", "date", "start", "duration", "abstract", "track"}
_FORMS = {
    "conference/acronym": "^[a-z0-9_-]{4,}$", "conference/start": r"^\d{4}-\d\d-\d\d", "conference/url": "^https?://.", "conference/track/@color": "^#[0-9a-f]{6}$",
    "day/@index": "^[1-9][0-9]*$", "day/@start": MOMENT["pattern"], "day/@end": MOMENT["pattern"], "day/@date": DATE["pattern"],
    "day/room/@name": ".", "day/room/@guid": UUID_PATTERN,
    "day/room/event/@id": "^[1-9][0-9]*$", "day/room/event/@guid": UUID_PATTERN, "day/room/event/@code": "^[A-Z0-9]{6}$",
    "day/room/event/date": MOMENT["pattern"], "day/room/event/start": r"^\d\d:\d\d(:\d\d)?$", "day/room/event/duration": DURATION_PATTERN,
    "day/room/event/slug": "^[a-z0-9_]{4,}-[a-z0-9_-]{4,}$", "day/room/event/url": "^https?://.", "day/room/event/feedback_url": "^https?://.",
    "day/room/event/origin_url": "^https?://.", "day/room/event/persons/person/@id": "^[1-9][0-9]*$", "day/room/event/persons/person/@guid": UUID_PATTERN,
}  # fmt: skip
_UNIQUE = ("day/@index", "day/room/event/@id", "day/room/event/@guid", "day/room/event/@code", "day/room/event/slug")  # fmt: skip


def _values(root, path):
    return [v if isinstance(v, str) else (v.text or "") for v in root.xpath(path)]


def _troubles_of_structure(root):
    order = [child.tag for child in root]
    ranks = {"generator": 0, "url": 1, "version": 2, "conference": 3, "day": 4}
    if set(order) - set(ranks) or order != sorted(order, key=ranks.get):
        yield f"schedule: {order}"
    for name in ("version", "conference"):
        if order.count(name) != 1:
            yield f"schedule needs one {name}"
    if "day" not in order:
        yield "no day"
    for child in root.findall("conference/*"):
        if child.tag not in _CONFERENCE or (child.tag == "color" and child.text):
            yield f"conference/{child.tag}"
    for event in root.iter("event"):
        names = [child.tag for child in event]
        if len(names) != len(set(names)) or set(names) - _EVENT or _EVENT_NEEDS - set(names):
            yield f"event: {names}"
        if {"id", "guid"} - set(event.keys()):
            yield f"event without id or guid: {dict(event.attrib)}"
        if event.find("room") is not None and event.find("room").attrib:
            yield "the inner room has an attribute"


def troubles(root):
    """Everything a client or the schema refuses in a <schedule>."""
    yield from _troubles_of_structure(root)
    for path, form in _FORMS.items():
        yield from (f"{path}: {v!r}" for v in _values(root, path) if not re.search(form, v))
    for path in _UNIQUE:
        values = _values(root, path)
        if len(values) != len(set(values)):
            yield f"{path} twice"


# --- schedule2, alpha 3: flat, texts as maps of languages ----------------------------------------

TEXTS = {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": {"zh": TEXT, "en": TEXT}}  # fmt: skip
PARTICIPANT = closed({"guid": UUID, "name": TEXTS, "role": {"enum": ["SPEAKER", "MODERATOR", "CONTRIBUTOR", "HOST", "GUEST"]}})  # fmt: skip
FLAT_EVENT = closed(
    {
        "guid": UUID, "slug": EVENT["properties"]["slug"], "url": URL, "title": TEXTS, "type": {"enum": ["TALK", "DISCUSSION", "MEETING", "BREAK"]},
        "start": MOMENT, "end": MOMENT, "track": closed({"slug": TEXT}), "language": EVENT["properties"]["language"],
        "participants": listed(PARTICIPANT), "links": listed(LINK), "attachments": listed(LINK), "state": {"enum": ["CONFIRMED", "CANCELED"]},
    },
    code=CODE, subtitle=TEXTS, abstract=TEXTS, room=closed({"guid": UUID}),
)  # fmt: skip
SCHEDULE2 = closed(
    {
        "generator": {"type": "object"}, "version": TEXT, "rooms": listed(closed({"guid": UUID, "name": TEXTS, "parent": closed({"name": TEXTS})})),
        "conference": closed({"acronym": TEXT, "title": TEXTS, "start": MOMENT, "end": DATE, "time_zone_name": TEXT, "url": URL, "tracks": listed({"type": "object"})}),
        "events": listed(FLAT_EVENT),
    }
)  # fmt: skip
