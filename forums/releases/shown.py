"""The newest release as the rows that pages and feeds read: made from the document, never saved.

By release are which forums, sessions and people there are, titles, texts, times, rooms. Live are seats, links, names and
photos of people, and that a forum was called off or taken back: nobody is to walk to it until the next release.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cached_property, lru_cache
from uuid import UUID

from django.db.models import OuterRef, Subquery

from forums.models import (
    Forum,
    ForumKind,
    ForumPart,
    ForumState,
    Participation,
    Release,
    Session,
    Slot,
    Speaker,
)
from forums.releases.people import merged_into, with_people_of_today
from forums.releases.snapshot import moment
from waic.editions.models import Room, Venue

_ANNOUNCED_STATES = (ForumState.PUBLISHED, ForumState.CANCELLED)
_draft: ContextVar[bool] = ContextVar("draft", default=False)


@contextmanager
def showing_the_draft():
    """Inside the block the desk's draft is what pages show."""
    token = _draft.set(True)
    try:
        yield
    finally:
        _draft.reset(token)


@lru_cache(maxsize=4)
def _content(pk):
    # A release never changes, so a process reads it once.
    return Release.objects.values_list("content", flat=True).get(pk=pk)


def content_of(release):
    """The document of a release; the caller must not change it."""
    return _content(release.pk) if release and release.schema else {}


def newest_release(edition):
    """A subquery with the number of the row of an edition's newest release; `edition` is an expression for the edition."""
    rows = Release.objects.with_content().filter(edition=OuterRef(edition)).order_by("-number")
    return Subquery(rows.values("pk")[:1])


def remember_release(edition, pk):
    """Spare `shown_release` its query: which release this object's edition shows."""
    edition._shown_release = pk


def forget_release(edition):
    """Look again: there is a newer one."""
    edition.__dict__.pop("_shown_release", None)


def shown_release(edition):
    """What the public sees of an edition, or None while it sees the draft: before the first release, or in a preview.

    An Edition object is asked once; it lives as long as a request.
    """
    if _draft.get():
        return None
    if not hasattr(edition, "_shown_release"):
        rows = edition.releases.with_content().order_by("-number")
        remember_release(edition, rows.values_list("pk", flat=True).first())
    return Shown(edition, _content(edition._shown_release)) if edition._shown_release else None


def seen_speakers(edition):
    """Guests everybody sees: of the newest release, or before it of what is published."""
    speakers = Speaker.objects.of_edition(edition)
    if shown := shown_release(edition):
        return speakers.filter(pk__in=shown.people_numbers(), is_person=True)
    return speakers.public()


class Shown:
    """The document of a release as rows."""

    def __init__(self, edition, content):
        self.edition, self.as_released = edition, content

    @cached_property
    def content(self):
        """The document with its people under the numbers they have today."""
        return with_people_of_today(self.as_released, merged_into(self.edition))

    # --- For pages ------------------------------------------------------------------------------

    def forums(self, codes=None, *, with_people=False):
        """Forums everybody may see now, in order of time, with their parts; their guests when asked for."""
        content = self.content if with_people else self.as_released
        docs = [f for f in content["forums"] if codes is None or f["code"] in codes]
        live = Forum.objects.published().select_related("kind")
        live = live.in_bulk([doc["pk"] for doc in docs])
        return self._built([doc for doc in docs if doc["pk"] in live], live, with_people)

    def forum(self, code):
        """One forum with everything its page shows, or None."""
        return next(iter(self.forums([code], with_people=True)), None)

    def session(self, code):
        """One session with its forum, slots and guests, or None."""
        for doc in self.as_released["forums"]:
            if any(s["code"] == code for s in doc["sessions"]) and (forum := self.forum(doc["code"])):  # fmt: skip
                return next(s for s in forum.sessions.all() if s.code == code)
        return None

    def people_numbers(self):
        """Numbers of everybody in a forum that may be seen now."""
        visible = self.visible()
        return {
            speaker
            for doc in self.content["forums"]
            if doc["pk"] in visible
            for speaker in people_in(doc)
        }

    def visible(self):
        """Numbers of the released forums that may be seen now."""
        numbers = [doc["pk"] for doc in self.as_released["forums"]]
        return set(
            Forum.objects.published().filter(pk__in=numbers).order_by().values_list("pk", flat=True)
        )

    def appearances(self, speaker):
        """The forums and sessions a guest is in, as their page shows them."""
        codes = [d["code"] for d in self.content["forums"] if speaker.pk in people_in(d)]
        for forum in self.forums(codes, with_people=True):
            yield from (p for p in forum.participations.all() if p.speaker_id == speaker.pk)
            for session in forum.sessions.all():
                yield from (p for p in session.participations.all() if p.speaker_id == speaker.pk)

    # --- For feeds ------------------------------------------------------------------------------

    def announced(self):
        """Every forum of the document with its people, also those called off since, for calendars to say so.

        One that was taken back since is not among them.
        """
        docs = self.content["forums"]
        live = Forum.objects.select_related("kind").in_bulk([doc["pk"] for doc in docs])
        return self._built([d for d in docs if _is_announced(live.get(d["pk"]))], live, True)

    def announced_people(self):
        """Numbers of the guests of what is announced, and of what earlier releases announced."""
        numbers = [doc["pk"] for doc in self.content["forums"]]
        live = dict(Forum.objects.filter(pk__in=numbers).order_by().values_list("pk", "state"))
        hidden = {pk for pk, state in live.items() if state not in _ANNOUNCED_STATES}
        docs = [doc for doc in self.content["forums"] if doc["pk"] not in hidden]
        docs += [_of_ghost(ghost) for ghost in self.content["gone"]]
        return {speaker for doc in docs for speaker in people_in(doc)}

    def gone(self):
        """[(ghost, forum, session, room)] of what earlier releases had and this one has not."""
        ghosts = self.content["gone"]
        if not ghosts:
            return
        kinds = self._kinds()
        people = self._people([_of_ghost(ghost) for ghost in ghosts])
        for ghost in ghosts:
            forum = self._forum(ghost["forum"], None, kinds)
            forum.guests = _guests(ghost["forum"]["people"], people)
            session = ghost["session"] and self._session(forum, ghost["session"], {}, people)
            yield ghost, forum, session, self._named_room(Room(), ghost["room"])

    # --- Building -------------------------------------------------------------------------------

    def _built(self, docs, live, with_people):
        rooms, kinds = self._rooms(), self._kinds() if len(live) < len(docs) else {}
        people = self._people(docs) if with_people else {}
        forums = [self._filled(doc, live.get(doc["pk"]), rooms, kinds, people) for doc in docs]
        return sorted(forums, key=lambda f: (f.starts_at is None, f.starts_at or f.pk, f.pk))

    def _kinds(self):
        return {kind.key: kind for kind in ForumKind.objects.filter(edition=self.edition)}

    def _rooms(self):
        live = Room.objects.filter(venue__edition=self.edition).select_related("venue", "hall")
        known = {room.pk: room for room in live}
        names = self.as_released["rooms"].items()
        return {int(pk): self._named_room(known.get(int(pk)) or Room(), doc) for pk, doc in names}

    def _named_room(self, room, doc):
        """A room under the name it was announced with; also one that is no more."""
        if doc is None:
            return None
        room.name_zh, room.name_en = doc["zh"], doc["en"]
        if room.venue_id is None:
            room.venue = Venue(
                edition=self.edition, name_zh=doc["venue_zh"], name_en=doc["venue_en"]
            )
        return room

    def _people(self, docs):
        """{speaker number: Speaker} and {participation number: Participation} of the people in some forums."""
        entries = [p for d in docs for owner in (d, *d["sessions"]) for p in owner["people"]]
        speakers = Speaker.objects.select_related("photo").prefetch_related("honours")
        return {
            "speakers": speakers.in_bulk({speaker for _pk, speaker, _role in entries}),
            "announced": Participation.objects.in_bulk([pk for pk, _speaker, _role in entries]),
        }

    def _forum(self, doc, live, kinds):
        forum = live or Forum(pk=doc["pk"], edition=self.edition, kind=kinds.get(doc["kind"]))
        if live is None and forum.kind_id is None:
            forum.kind = ForumKind(edition=self.edition, key=doc["kind"])
        forum.edition = self.edition
        forum.code, forum.title_zh, forum.title_en = doc["code"], doc["zh"], doc["en"]
        forum.summary_zh, forum.summary_en = doc["summary_zh"], doc["summary_en"]
        forum.language, forum.is_online = doc["language"], doc["online"]
        forum.date = doc["date"] and date.fromisoformat(doc["date"])
        return forum

    def _filled(self, doc, live, rooms, kinds, people):
        forum = self._forum(doc, live, kinds)
        parts = [self._part(forum, entry, rooms) for entry in doc["parts"]]
        forum.starts_at = min((p.starts_at for p in parts), default=None)
        forum.ends_at = max((p.ends_at for p in parts), default=None)
        forum.is_shown_as_released = True
        _prefetched(forum, "parts", ForumPart, parts)
        if people:
            # The forum's page shows everybody, a session's page its own.
            everybody = doc["people"] + [p for s in doc["sessions"] for p in s["people"]]
            _prefetched(forum, "participations", Participation, _participations(everybody, people, forum))  # fmt: skip
            forum.guests = _guests(doc["people"], people)
            sessions = [self._session(forum, entry, rooms, people) for entry in doc["sessions"]]
            _prefetched(forum, "sessions", Session, sessions)
        return forum

    def _part(self, forum, entry, rooms):
        part = ForumPart(
            pk=entry["pk"], forum=forum, room=rooms.get(entry["room"]), starts_at=moment(entry["starts"]), ends_at=moment(entry["ends"]),
            place_note=entry["note"], label_zh=entry["zh"], label_en=entry["en"],
        )  # fmt: skip
        part.sequence, part.changed_at, part.state = entry["seq"], moment(entry["changed"]), entry["state"]  # fmt: skip
        return part

    def _session(self, forum, doc, rooms, people):
        session = Session(
            pk=doc["pk"], forum=forum, code=doc["code"], kind=doc["kind"], title_zh=doc["zh"], title_en=doc["en"], language=doc["language"],
            abstract_zh=doc["abstract_zh"], abstract_en=doc["abstract_en"], order=doc.get("order", 0),
        )  # fmt: skip
        slots = [
            Slot(
                pk=e["pk"], uuid=UUID(e["uuid"]), session=session, room=rooms.get(e["room"]), starts_at=moment(e["starts"]),
                ends_at=moment(e["ends"]), state=e["state"], sequence=e["seq"], changed_at=moment(e["changed"]),
            )
            for e in doc["slots"]
        ]  # fmt: skip
        _prefetched(session, "slots", Slot, slots)
        _prefetched(session, "participations", Participation, _participations(doc["people"], people, forum))  # fmt: skip
        return session


def people_in(doc):
    """Numbers of everybody in a forum's document."""
    return {speaker for owner in (doc, *doc["sessions"]) for _pk, speaker, _role in owner["people"]}


def _of_ghost(ghost):
    """The document of a ghost's forum, with its session if it was one."""
    return {**ghost["forum"], "sessions": [ghost["session"]] if ghost["session"] else []}


def _is_announced(live):
    """A forum that was deleted since is still announced; one that was taken back is not."""
    return live is None or live.state in _ANNOUNCED_STATES


def _participations(entries, people, forum):
    """Rows in the order of the document; titles as announced come from today's row, where there still is one."""
    found = []
    for pk, speaker, role in entries:
        if (person := people["speakers"].get(speaker)) is None:
            continue
        row = people["announced"].get(pk) or Participation(pk=pk)
        row.forum, row.speaker, row.role = forum, person, role
        found.append(row)
    return found


def _guests(entries, people):
    return tuple(people["speakers"][s] for _pk, s, _role in entries if s in people["speakers"])


def _prefetched(obj, name, model, rows):
    """Make `obj.name.all()` answer these rows, as prefetching would."""
    queryset = model._default_manager.all()
    queryset._result_cache, queryset._prefetch_done = rows, True
    if not hasattr(obj, "_prefetched_objects_cache"):
        obj._prefetched_objects_cache = {}
    obj._prefetched_objects_cache[name] = queryset
