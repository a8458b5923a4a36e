"""The programme as its rows are: what the public sees before the first release, and the desk in a preview.

`Live` and `released.Released` answer the same questions with the same shapes; pages and feeds do not ask which it is.
"""

from django.db.models import F, Prefetch, Q, prefetch_related_objects

from forums.models import (
    Forum,
    ForumOrganisation,
    ForumPart,
    ForumState,
    Honour,
    Participation,
    Session,
    Slot,
    SlotState,
    Speaker,
)
from forums.releases.snapshot import ANNOUNCED, announced_forums

# A company on the guest list stays out of the faces: it has no page of its own.
_PEOPLE = (
    Participation.objects.announced()
    .filter(speaker__is_person=True)
    .select_related("speaker__photo")
    .prefetch_related(Prefetch("speaker__honours", Honour.objects.order_by("pk")))
)

ORGANISATIONS = Prefetch(
    "forum_organisations", ForumOrganisation.objects.select_related("organisation")
)

_OF_A_FORUM = (
    Prefetch("parts", ForumPart.objects.select_related("room__venue", "room__hall")),
    ORGANISATIONS,
    Prefetch("participations", _PEOPLE),
)


class Live:
    """An edition's programme from its rows."""

    def __init__(self, edition):
        self.edition = edition

    # --- For pages ------------------------------------------------------------------------------

    def forums(self):
        """Forums everybody may see now, in order of time, with their parts; three queries."""
        parts = ForumPart.objects.select_related("room__venue").order_by("starts_at", "pk")
        forums = Forum.objects.of_edition(self.edition).published().select_related("kind")
        return forums.prefetch_related(Prefetch("parts", parts))

    def strands(self):
        """[(forum, board, whether it runs in mid-stream, start, end)] of the parts of these forums; one query."""
        forums = Forum.objects.of_edition(self.edition).published()
        return (
            ForumPart.objects.filter(forum__in=forums)
            .order_by("forum__starts_at", "forum_id", "starts_at", "pk")
            .values_list("forum_id", "forum__kind__board", "forum__kind__is_main", "starts_at", "ends_at")
        )  # fmt: skip

    def honours(self):
        """{forum: {kinds of honours of its guests}}; one query."""
        found: dict = {}
        rows = Honour.objects.filter(
            speaker__participations__forum__edition=self.edition,
            speaker__participations__is_confirmed=True,
            speaker__is_person=True,
        )
        pairs = rows.values_list("speaker__participations__forum_id", "kind").distinct()
        for forum, kind in pairs.order_by():
            found.setdefault(forum, set()).add(kind)
        return found

    def forum(self, row):
        """A published forum with everything its page shows; never None."""
        prefetch_related_objects([row], *_OF_A_FORUM)
        return row

    def agenda(self, forum):
        """Its sessions in order of time, each with `starts_at`, `ends_at` and `slot_state` of its first slot; one query."""
        sessions = forum.sessions.annotate(
            starts_at=F("slots__starts_at"), ends_at=F("slots__ends_at"), slot_state=F("slots__state")
        ).order_by(F("starts_at").asc(nulls_last=True), "order", "slots__pk")  # fmt: skip
        first: dict = {}
        for session in sessions:
            first.setdefault(session.pk, session)
        return list(first.values())

    def session(self, code):
        """One session with its forum, slots and guests, or None."""
        sessions = Session.objects.filter(
            forum__edition=self.edition, forum__state=ForumState.PUBLISHED
        )
        slots = Prefetch("slots", Slot.objects.select_related("room__venue"))
        people = Prefetch("participations", _PEOPLE)
        sessions = sessions.select_related("forum__kind").prefetch_related(slots, people)
        return sessions.filter(code=code).first()

    def speaker(self, code):
        """One guest with photo and honours, or None; whether they are anywhere now is known by their `appearances`."""
        speakers = Speaker.objects.of_edition(self.edition).filter(is_person=True, code=code)
        honours = Prefetch("honours", Honour.objects.order_by("pk"))
        return speakers.select_related("photo").prefetch_related(honours).first()

    def speakers(self):
        """Guests everybody sees."""
        return Speaker.objects.of_edition(self.edition).public()

    def appearances(self, speaker):
        """The forums and sessions a guest is in, as their page shows them, in order of time."""
        parts = ForumPart.objects.select_related("room__venue")
        return list(
            Participation.objects.announced()
            .filter(speaker=speaker, forum__state=ForumState.PUBLISHED)
            .select_related("forum__kind", "session")
            .prefetch_related(Prefetch("forum__parts", parts))
            .order_by("forum__starts_at", "pk")
        )

    def codes_with(self, found):
        """Codes of forums that are named in {kind: codes of what was found}, or whose sessions or guests are; one query."""
        wanted = Q(code__in=found.get("forum", ())) | Q(sessions__code__in=found.get("session", ()))
        wanted |= Q(
            participations__speaker__code__in=found.get("speaker", ()),
            participations__is_confirmed=True,
        )
        forums = Forum.objects.of_edition(self.edition).filter(wanted)
        return set(forums.order_by().values_list("code", flat=True))

    # --- For feeds and the search ---------------------------------------------------------------

    def whole(self):
        """Forums everybody may see now, with agenda, parts and people."""
        return announced_forums(self.edition).filter(state=ForumState.PUBLISHED)

    def announced(self, *, code=None, speaker=None, forums=None):
        """Forums for calendars, also those called off: entries (slots and parts) with state, number and stamp, and `guests`."""
        wanted = {"code": code} if code else {}
        if speaker:
            wanted |= {"participations__speaker": speaker, "participations__is_confirmed": True}
        wanted |= {} if forums is None else {"pk__in": forums}
        return [_with_entries(forum) for forum in announced_forums(self.edition, **wanted)]

    def gone(self, **wanted):
        """Nothing: what was released and is not any more."""
        return ()

    def heard(self):
        """Guests of what was announced, also where it is called off by now."""
        announced = {f"participations__forum__{name}": value for name, value in ANNOUNCED.items()}
        speakers = Speaker.objects.of_edition(self.edition).filter(is_person=True)
        return speakers.filter(participations__is_confirmed=True, **announced).distinct()


def _with_entries(forum):
    """What a feed reads beside the columns."""
    cancelled = forum.state == ForumState.CANCELLED
    forum.guests = tuple(p.speaker for p in forum.participations.all() if p.speaker.is_person)
    for part in forum.parts.all():
        part.state = SlotState.CANCELLED if cancelled else SlotState.CONFIRMED
        part.sequence, part.changed_at = forum.version, forum.changed_at
    for session in forum.sessions.all():
        for slot in session.slots.all():
            slot.state = SlotState.CANCELLED if cancelled else slot.state
            slot.changed_at = max(slot.changed_at, session.changed_at)
    return forum
