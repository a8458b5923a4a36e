"""A document as the rows that pages, feeds and the API read: built in memory, never saved."""

from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from forums.models import (
    Forum,
    ForumKind,
    ForumPart,
    Honour,
    Participation,
    Session,
    Slot,
    Speaker,
)
from forums.releases.snapshot import moment
from waic.editions.models import Room, Venue

# Columns that come along with a guest.
HONOUR = ("pk", "kind", "name_zh", "name_en", "year")
ANNOUNCED = ("pk", "title_zh", "title_en", "affiliation_zh", "affiliation_en")


class Builder:
    """Builds the forums of one edition's document. Each method that asks the database says how often."""

    def __init__(self, edition, content):
        self.edition, self.content = edition, content

    def forums(self, docs, live, people=None):
        """Forums of some of the documents in order of time, with agenda and guests where `people` are given (see people_of).

        live: {number: today's row}. The first call asks for the rooms, one with forums that were deleted for the kinds.
        """
        kinds = self.kinds() if len(live) < len(docs) else {}
        forums = [self._filled(doc, live.get(doc["pk"]), kinds, people) for doc in docs]
        return sorted(forums, key=lambda f: (f.starts_at is None, f.starts_at or f.pk, f.pk))

    def kinds(self):
        return {kind.key: kind for kind in ForumKind.objects.filter(edition=self.edition)}

    @cached_property
    def rooms(self):
        """{number: Room} under the names they were announced with, also of those that are no more."""
        live = Room.objects.filter(venue__edition=self.edition).select_related("venue", "hall")
        known = {room.pk: room for room in live}
        names = self.content["rooms"].items()
        return {int(pk): self.named_room(known.get(int(pk)) or Room(), doc) for pk, doc in names}

    def named_room(self, room, doc):
        if doc is None:
            return None
        room.name_zh, room.name_en = doc["zh"], doc["en"]
        if room.venue_id is None:
            names = {"name_zh": doc["venue_zh"], "name_en": doc["venue_en"]}
            room.venue = Venue(edition=self.edition, **names)
        return room

    def forum(self, doc, live, kinds):
        """The forum alone. live: today's row, which keeps what is not by release, or None where it was deleted."""
        forum = live or Forum(pk=doc["pk"], edition=self.edition, kind=kinds.get(doc["kind"]))
        if live is None and forum.kind_id is None:
            forum.kind = ForumKind(edition=self.edition, key=doc["kind"])
        forum.edition = self.edition
        forum.code, forum.title_zh, forum.title_en = doc["code"], doc["zh"], doc["en"]
        forum.summary_zh, forum.summary_en = doc["summary_zh"], doc["summary_en"]
        forum.language, forum.is_online = doc["language"], doc["online"]
        forum.date = doc["date"] and date.fromisoformat(doc["date"])
        starts = [moment(part["starts"]) for part in doc["parts"]]
        forum.starts_at = min(starts, default=None)
        forum.ends_at = max((moment(part["ends"]) for part in doc["parts"]), default=None)
        return forum

    def _filled(self, doc, live, kinds, people):
        forum = self.forum(doc, live, kinds)
        _prefetched(forum, "parts", ForumPart, [self.part(forum, e) for e in doc["parts"]])
        if people:
            # The forum's page shows everybody, a session's page its own; exports and print have each where it belongs.
            everybody = _participations(doc["people"], people, forum)
            for session in doc["sessions"] if people["announced"] is not None else ():
                everybody += _participations(session["people"], people, forum, session["pk"])
            _prefetched(forum, "participations", Participation, everybody)
            forum.guests = guests(doc["people"], people)
            sessions = [self.session(forum, entry, people) for entry in doc["sessions"]]
            _prefetched(forum, "sessions", Session, sessions)
        return forum

    def part(self, forum, entry):
        part = ForumPart(
            pk=entry["pk"], forum=forum, room=self.rooms.get(entry["room"]), starts_at=moment(entry["starts"]), ends_at=moment(entry["ends"]),
            place_note=entry["note"], label_zh=entry["zh"], label_en=entry["en"],
        )  # fmt: skip
        part.sequence, part.changed_at, part.state = entry["seq"], moment(entry["changed"]), entry["state"]  # fmt: skip
        part.announced_before = _announced_before(entry)
        return part

    def session(self, forum, doc, people=None):
        """A session with its slots, and its people where they are given."""
        session = Session(
            pk=doc["pk"], forum=forum, code=doc["code"], kind=doc["kind"], title_zh=doc["zh"], title_en=doc["en"], language=doc["language"],
            abstract_zh=doc["abstract_zh"], abstract_en=doc["abstract_en"], order=doc.get("order", 0),
        )  # fmt: skip
        _prefetched(session, "slots", Slot, [self.slot(session, e) for e in doc["slots"]])
        if people:
            _prefetched(session, "participations", Participation, _participations(doc["people"], people, forum))  # fmt: skip
        return session

    def slot(self, session, entry):
        slot = Slot(
            pk=entry["pk"], uuid=UUID(entry["uuid"]), session=session, room=self.rooms.get(entry["room"]), starts_at=moment(entry["starts"]),
            ends_at=moment(entry["ends"]), state=entry["state"], sequence=entry["seq"], changed_at=moment(entry["changed"]),
        )  # fmt: skip
        slot.announced_before = _announced_before(entry)
        return slot


def _announced_before(entry):
    return [moment(text) for text in entry.get("was", ())]


def whole_people():
    """Speakers with their photo, and with honours and announced titles in the same query (see with_rows)."""
    own = {"speaker": OuterRef("pk")}
    honours = Honour.objects.filter(**own).order_by("pk").values(json=_columns(HONOUR))
    announced = Participation.objects.filter(**own).order_by("pk").values(json=_columns(ANNOUNCED))
    rows = Speaker.objects.filter(is_person=True).select_related("photo")
    return rows.annotate(honour_rows=ArraySubquery(honours), announced_rows=ArraySubquery(announced))  # fmt: skip


def _columns(names):
    return JSONObject(**{name: name for name in names})


def with_rows(speaker):
    """Make `speaker.honours.all()` answer what came along."""
    honours = [Honour(speaker=speaker, **row) for row in speaker.honour_rows]
    _prefetched(speaker, "honours", Honour, honours)
    return speaker


def people_of(docs, only=None):
    """The people and their announced titles in some forums' documents; one query, none for `only` one of whole_people.

    Who was erased is not among them.
    """
    speakers = {only.pk: only} if only else whole_people().in_bulk(_numbers(docs))
    for speaker in speakers.values():
        with_rows(speaker)
    rows = [row for speaker in speakers.values() for row in speaker.announced_rows]
    return {"speakers": speakers, "announced": {row["pk"]: Participation(**row) for row in rows}}


def _numbers(docs):
    return {s for d in docs for owner in (d, *d["sessions"]) for _pk, s, _role in owner["people"]}


def names_of(docs, *, texts=False):
    """The people alone, as exports and print name them: no photo, honours or announced title; one query.

    With `texts` also what they wrote of themselves, for the search.
    """
    rows = Speaker.objects.filter(is_person=True)
    rows = rows if texts else rows.defer("bio_zh", "bio_en", "source")
    return {"speakers": rows.in_bulk(_numbers(docs)), "announced": None}


class Named(NamedTuple):
    """What exports and print know of a participation; a thousand rows of the model would cost more than all else."""

    speaker: Speaker
    role: str

    @property
    def speaker_id(self):
        return self.speaker.pk


def guests(entries, people):
    return tuple(people["speakers"][s] for _pk, s, _role in entries if s in people["speakers"])


def _participations(entries, people, forum, session=None):
    """Rows in the order of the document; titles as announced come from today's row, where there still is one."""
    if people["announced"] is None:
        found = people["speakers"]
        return [Named(found[s], role) for _pk, s, role in entries if s in found]
    found = []
    for pk, speaker, role in entries:
        if (person := people["speakers"].get(speaker)) is None:
            continue
        row = people["announced"].get(pk) or Participation(pk=pk)
        row.forum, row.session_id, row.speaker, row.role = forum, session, person, role
        found.append(row)
    return found


def _prefetched(obj, name, model, rows):
    """Make `obj.name.all()` answer these rows, as prefetching would."""
    queryset = model._default_manager.all()
    queryset._result_cache, queryset._prefetch_done = rows, True
    if not hasattr(obj, "_prefetched_objects_cache"):
        obj._prefetched_objects_cache = {}
    obj._prefetched_objects_cache[name] = queryset
