"""The newest release as the rows that pages and feeds read, for the same questions as `live.Live`.

By release are which forums, sessions and people there are, titles, texts, times, rooms. Live are seats, links, organisations,
interpretation, names and photos of people, that a forum was called off, taken back or deleted, and that a guest declined:
nobody is to walk to it until the next release. Whose data was erased is in no release any more: documents name people by number alone.
"""

from functools import cached_property

from django.db.models import prefetch_related_objects

from forums.models import Forum, ForumState, Honour, SlotState, Speaker
from forums.releases.declines import declined_of, without_declined
from forums.releases.live import ORGANISATIONS
from forums.releases.people import merged_into, with_people_of_today
from forums.releases.rows import (
    Builder,
    guests,
    names_of,
    people_of,
    whole_people,
    with_rows,
)
from waic.editions.models import Room


class Released:
    """An edition's programme from the document of a release."""

    def __init__(self, edition, content):
        self.edition, self.as_released = edition, content

    @cached_property
    def content(self):
        """The document with its people under the numbers they have today, without those who declined since."""
        content = with_people_of_today(self.as_released, merged_into(self.edition))
        return without_declined(content, declined_of(self.edition))

    @cached_property
    def build(self):
        return Builder(self.edition, self.as_released)

    @cached_property
    def visible(self):
        """Numbers of the released forums that may be seen now."""
        numbers = [doc["pk"] for doc in self.as_released["forums"]]
        rows = Forum.objects.published().filter(pk__in=numbers)
        return set(rows.order_by().values_list("pk", flat=True))

    # --- For pages ------------------------------------------------------------------------------

    def forums(self):
        """Forums everybody may see now, in order of time, with their parts; two queries."""
        docs = self.as_released["forums"]
        live = self._live(docs)
        self.visible = set(live)
        return self.build.forums([doc for doc in docs if doc["pk"] in live], live)

    def strands(self):
        """[(forum, board, whether it runs in mid-stream, start, end)] of the parts of these forums."""
        return [
            (forum.pk, forum.kind.board, forum.kind.is_main, part.starts_at, part.ends_at)
            for forum in self.forums()
            for part in forum.parts.all()
        ]

    def honours(self):
        """{forum: {kinds of honours of its guests}}; one query."""
        kinds: dict = {}
        rows = Honour.objects.filter(speaker__edition=self.edition, speaker__is_person=True)
        for speaker, kind in rows.values_list("speaker_id", "kind").order_by():
            kinds.setdefault(speaker, set()).add(kind)
        return {
            doc["pk"]: {kind for speaker in people_in(doc) for kind in kinds.get(speaker, ())}
            for doc in self.content["forums"]
        }

    def forum(self, row):
        """A published forum with everything its page shows, or None where it is in no release yet."""
        doc = next((doc for doc in self.content["forums"] if doc["pk"] == row.pk), None)
        if doc is None:
            return None
        (forum,) = self.build.forums([doc], {row.pk: row}, people_of([doc]))
        prefetch_related_objects([forum], ORGANISATIONS)
        return forum

    def agenda(self, forum):
        """Its sessions in order of time, each with `starts_at`, `ends_at` and `slot_state` of its first slot."""
        sessions = list(forum.sessions.all())
        for session in sessions:
            slot = min(session.slots.all(), key=lambda s: (s.starts_at, s.pk), default=None)
            session.starts_at, session.ends_at = slot and slot.starts_at, slot and slot.ends_at
            session.slot_state = slot and slot.state
        return sorted(
            sessions, key=lambda s: (s.starts_at is None, s.starts_at or s.order, s.order, s.pk)
        )

    def session(self, code):
        """One session with its forum, slots and guests, or None."""
        doc, own = next(
            ((d, s) for d in self.content["forums"] for s in d["sessions"] if s["code"] == code), (None, None)
        )  # fmt: skip
        live = self._live([doc]) if doc else {}
        if not live:
            return None
        alone = {**doc, "sessions": [own], "people": []}
        (forum,) = self.build.forums([alone], live, people_of([alone]))
        return forum.sessions.all()[0]

    def speaker(self, code):
        """One guest with photo and honours, or None; whether they are anywhere now is known by their `appearances`."""
        speaker = whole_people().filter(edition=self.edition, code=code).first()
        return speaker and with_rows(speaker)

    def speakers(self):
        """Guests everybody sees: those of a forum that may be seen now."""
        docs = [doc for doc in self.content["forums"] if doc["pk"] in self.visible]
        return self._people({speaker for doc in docs for speaker in people_in(doc)})

    def appearances(self, speaker):
        """The forums and sessions a guest (of `speaker`) is in, as their page shows them, in order of time."""
        docs = [doc for doc in self.content["forums"] if speaker.pk in people_in(doc)]
        live = self._live(docs)
        docs = [doc for doc in docs if doc["pk"] in live]
        own = people_of(docs, speaker)
        forums = self.build.forums(docs, live, own)
        return [row for forum in forums for row in forum.participations.all()]

    def codes_with(self, found):
        """Codes of forums that are named in {kind: codes of what was found}, or whose sessions or guests are; one query."""
        own, sessions = found.get("forum", ()), found.get("session", ())
        speakers = Speaker.objects.of_edition(self.edition).filter(
            code__in=found.get("speaker", ())
        )
        numbers = set(speakers.order_by().values_list("pk", flat=True))
        return {
            doc["code"]
            for doc in self.content["forums"]
            if doc["code"] in own
            or any(s["code"] in sessions for s in doc["sessions"])
            or numbers & people_in(doc)
        }

    # --- For feeds and the search ---------------------------------------------------------------

    def whole(self):
        """Forums everybody may see now, with agenda, parts and people."""
        docs = self.content["forums"]
        live = self._live(docs)
        docs = [doc for doc in docs if doc["pk"] in live]
        return self.build.forums(docs, live, names_of(docs, texts=True))

    def announced(self, *, code=None, speaker=None, forums=None):
        """Forums for calendars, also those called off: entries (slots and parts) with state, number and stamp, and `guests`."""
        docs = [d for d in self.content["forums"] if _is_asked_for(d, code, speaker, forums)]
        numbers = [doc["pk"] for doc in docs]
        live = Forum.objects.select_related("kind").in_bulk(numbers)
        built = self.build.forums(docs, live, names_of(docs))
        for forum in built:
            if forum.pk not in live or forum.state != ForumState.PUBLISHED:
                _call_off(forum)
        return built

    def gone(self, *, code=None, speaker=None, forums=None):
        """[(ghost, forum, session, room)] of what earlier releases had and this one has not."""
        ghosts = [g for g in self.content["gone"] if _is_asked_for(of_ghost(g), code, speaker, forums)]  # fmt: skip
        if not ghosts:
            return
        kinds, people = self.build.kinds(), names_of([of_ghost(ghost) for ghost in ghosts])
        for ghost in ghosts:
            forum = self.build.forum(ghost["forum"], None, kinds)
            forum.guests = guests(ghost["forum"]["people"], people)
            session = ghost["session"] and self.build.session(forum, ghost["session"], people)
            yield ghost, forum, session, self.build.named_room(Room(), ghost["room"])

    def heard(self):
        """Guests of what is announced, and of what earlier releases announced."""
        docs = [*self.content["forums"], *(of_ghost(ghost) for ghost in self.content["gone"])]
        return self._people({speaker for doc in docs for speaker in people_in(doc)})

    # --- Reading --------------------------------------------------------------------------------

    def _live(self, docs):
        live = Forum.objects.published().select_related("kind")
        return live.in_bulk([doc["pk"] for doc in docs])

    def _people(self, numbers):
        return Speaker.objects.of_edition(self.edition).filter(pk__in=numbers, is_person=True)


def people_in(doc):
    """Numbers of everybody in a forum's document."""
    return {speaker for owner in (doc, *doc["sessions"]) for _pk, speaker, _role in owner["people"]}


def of_ghost(ghost):
    """The document of a ghost's forum, with its session if it was one."""
    return {**ghost["forum"], "sessions": [ghost["session"]] if ghost["session"] else []}


def _is_asked_for(doc, code, speaker, forums):
    if (code and doc["code"] != code) or not (forums is None or doc["pk"] in forums):
        return False
    return speaker is None or speaker.pk in people_in(doc)


def _call_off(forum):
    """What was called off, taken back or deleted since the release says so at once, as the next release will."""
    slots = [slot for session in forum.sessions.all() for slot in session.slots.all()]
    for entry in (*forum.parts.all(), *slots):
        if entry.state != SlotState.CANCELLED:
            entry.state, entry.sequence = SlotState.CANCELLED, entry.sequence + 1
            entry.changed_at = max(entry.changed_at, forum.changed_at or entry.changed_at)
