"""The API's lists of the programme: rows of editions with a release come from the release, those of the others from the database."""

from functools import cached_property

from django.db.models import Prefetch, Q, prefetch_related_objects
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation

from forums.models import Forum, ForumOrganisation, Participation, Speaker
from forums.releases.diff import start_of
from forums.releases.released import Released, people_in
from forums.releases.shown import public_programme, with_shown_release
from forums.releases.snapshot import moment
from waic.editions.models import Edition


class Rows:
    """Entries of releases and then the rows of a queryset, as one list for a paginator; only the page asked for is built."""

    ordered = True

    def __init__(self, entries, queryset, build):
        self.entries, self.queryset, self.build = entries, queryset, build

    def count(self):
        return len(self.entries) + self.queryset.count()

    def __getitem__(self, page):
        known = len(self.entries)
        released = self.build(self.entries[page])
        if page.stop <= known:
            return released
        return [*released, *self.queryset[max(page.start - known, 0) : page.stop - known]]


class ReleasedEditions:
    """For a viewset: the programmes of published editions that have a release."""

    @cached_property
    def released(self):
        """Their programmes by year; two queries each besides the one for all."""
        editions = with_shown_release(Edition.objects.published()).order_by("year")
        programmes = [public_programme(e) for e in editions if e.shown_release]
        return [programme for programme in programmes if isinstance(programme, Released)]


class ReleasedRows(ReleasedEditions):
    """For a viewset of forums, sessions or slots as everybody sees them; a subclass says what they are in a release."""

    edition_path = "edition"

    def get_queryset(self):
        """Rows of the editions without a release."""
        editions = [programme.edition for programme in self.released]
        rows = super().get_queryset()
        return rows.exclude(**{f"{self.edition_path}__in": editions}) if editions else rows

    def paginate_queryset(self, queryset):
        if not self.released:
            return super().paginate_queryset(queryset)
        wanted = self._wanted(queryset)
        entries = [
            (programme, *entry)
            for programme in self.released
            if wanted.get("edition") in (None, programme.edition.year)
            for entry in self.entries_of(programme)
            if self.fits(wanted, *entry)
        ]
        return super().paginate_queryset(Rows(entries, queryset, self.build))

    def _wanted(self, queryset):
        """What was asked for, by name; the names that were not are left out."""
        filterset = DjangoFilterBackend().get_filterset(self.request, queryset, self)
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return {k: v for k, v in filterset.form.cleaned_data.items() if v not in (None, "")}

    def get_object(self):
        """The one of the address, of a release or of the database."""
        found = [
            (programme, *entry)
            for programme in self.released
            for entry in self.entries_of(programme)
            if self.key_of(*entry) == self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        ]
        return self.build(found)[0] if found else super().get_object()

    def build(self, entries):
        """The rows of entries, in their order; the same few queries a programme for any number."""
        rows: dict = {}
        for programme in {id(entry[0]): entry[0] for entry in entries}.values():
            own = [entry[1:] for entry in entries if entry[0] is programme]
            rows |= {(id(programme), row.pk): row for row in self.rows_of(programme, own)}
        return [rows[id(entry[0]), entry[-1]["pk"]] for entry in entries]

    # --- For a kind of row ----------------------------------------------------------------------

    def entries_of(self, programme):
        """Tuples of documents, in the order of the list; the last one is of the row itself."""
        raise NotImplementedError

    def key_of(self, *entry):
        return entry[-1]["code"]

    def fits(self, wanted, *entry):
        raise NotImplementedError

    def rows_of(self, programme, entries):
        raise NotImplementedError


class ReleasedForums(ReleasedRows):
    def entries_of(self, programme):
        docs = [(doc,) for doc in programme.content["forums"] if doc["pk"] in programme.visible]
        return sorted(docs, key=lambda entry: (start_of(entry[0]), entry[0]["pk"]))

    def fits(self, wanted, doc):
        text = wanted.get("q", "").lower()
        return (
            wanted.get("kind") in (None, doc["kind"])
            and wanted.get("is_online") in (None, doc["online"])
            and ("date" not in wanted or doc["date"] == wanted["date"].isoformat())
            and (text in doc["zh"].lower() or text in doc["en"].lower())
        )

    def rows_of(self, programme, entries):
        docs = [doc for (doc,) in entries]
        live = Forum.objects.select_related("kind").in_bulk([doc["pk"] for doc in docs])
        forums = programme.build.forums(docs, live)
        organisations = ForumOrganisation.objects.select_related("organisation")
        prefetch_related_objects(forums, Prefetch("forum_organisations", organisations, "shown_organisations"))  # fmt: skip
        for forum in forums:
            forum.shown_parts = list(forum.parts.all())
        return forums


class ReleasedSessions(ReleasedRows):
    edition_path = "forum__edition"

    def entries_of(self, programme):
        docs = [doc for doc in programme.content["forums"] if doc["pk"] in programme.visible]
        pairs = [(doc, session) for doc in docs for session in doc["sessions"]]
        return sorted(pairs, key=lambda p: (start_of(p[0]), p[0]["pk"], p[1]["order"], p[1]["pk"]))

    def fits(self, wanted, doc, session):
        kind, forum = wanted.get("kind"), wanted.get("forum")
        return kind in (None, session["kind"]) and forum in (None, doc["code"])

    def rows_of(self, programme, entries):
        numbers = {s for _doc, session in entries for _pk, s, _role in session["people"]}
        people = Speaker.objects.filter(is_person=True).only("code").in_bulk(numbers)
        sessions = _sessions(programme, {session["pk"]: (doc, session) for doc, session in entries})
        for _doc, doc in entries:
            session = sessions[doc["pk"]]
            session.shown_slots = list(session.slots.all())
            session.on_stage = [Participation(speaker=people[s]) for _pk, s, _role in doc["people"] if s in people]  # fmt: skip
        return sessions.values()


class ReleasedSlots(ReleasedRows):
    edition_path = "session__forum__edition"

    def entries_of(self, programme):
        docs = [doc for doc in programme.content["forums"] if doc["pk"] in programme.visible]
        found = [(d, s, slot) for d in docs for s in d["sessions"] for slot in s["slots"]]
        return sorted(found, key=lambda entry: (entry[-1]["starts"], entry[-1]["pk"]))

    def key_of(self, _doc, _session, slot):
        return str(slot["pk"])

    def fits(self, wanted, doc, _session, slot):
        starts = moment(slot["starts"])
        return (
            wanted.get("forum") in (None, doc["code"])
            and wanted.get("state") in (None, slot["state"])
            and wanted.get("starts_after", starts) <= starts
            and ("starts_before" not in wanted or starts < wanted["starts_before"])
        )

    def rows_of(self, programme, entries):
        pairs = {session["pk"]: (doc, session) for doc, session, _slot in entries}
        return [
            slot for session in _sessions(programme, pairs).values() for slot in session.slots.all()
        ]


def _sessions(programme, pairs):
    """{number: Session} with their slots and the forum's code; one query."""
    build = programme.build
    forums = {doc["pk"]: build.forum(doc, None, {}) for doc, _session in pairs.values()}
    return {pk: build.session(forums[doc["pk"]], session) for pk, (doc, session) in pairs.items()}


class ReleasedSpeakers(ReleasedEditions):
    """Guests are described as they are today; which there are, and where one hears them, is by release."""

    def get_queryset(self):
        speakers, here = super().get_queryset(), [p.edition for p in self.released]
        if not here:
            return speakers.public()
        shown = Q(pk__in=Speaker.objects.public().exclude(edition__in=here).values("pk"))
        for programme in self.released:
            shown |= Q(pk__in=programme.speakers().values("pk"))
        return speakers.filter(shown)

    def paginate_queryset(self, queryset):
        return self._with_forums(super().paginate_queryset(queryset))

    def get_object(self):
        return self._with_forums([super().get_object()])[0]

    def _with_forums(self, speakers):
        programmes = {programme.edition.pk: programme for programme in self.released}
        for speaker in speakers:
            if programme := programmes.get(speaker.edition_id):
                docs = [d for d in programme.content["forums"] if d["pk"] in programme.visible]
                codes = [doc["code"] for doc in docs if speaker.pk in people_in(doc)]
                speaker.appearances = [Participation(forum=Forum(code=code)) for code in codes]
        return speakers
