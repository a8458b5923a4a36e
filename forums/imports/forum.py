"""Forums from a table: title, kind, place and time, organisations by role, guests."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.imports import place
from forums.imports.columns import FORUM_COLUMNS, KIND_WORDS, ROLES
from forums.imports.involved import InvolvedMixin
from forums.imports.people import KnownSpeakers
from forums.imports.ruled import Ruled
from forums.imports.schedule_files import ScheduleFiles, forum_rows
from forums.models import (
    Forum,
    ForumKind,
    ForumOrganisation,
    ForumState,
    Participation,
)
from forums.operations.forums import index_forum, place_part
from forums.operations.streams import write_stream
from waic.accounts.imports import KnownOrganisations
from waic.editions.imports import EditionImport
from waic.editions.models import Room, Venue
from waic.lib.imports import cells
from waic.lib.imports.engine import register
from waic.lib.text import localized

STREAMS = {"live_url": "live", "replay_url": "replay"}


@register
class ForumImport(Ruled, ScheduleFiles, InvolvedMixin, EditionImport):
    """One row per forum; matched by code, identifier elsewhere, or title. New forums are drafts."""

    key = "forums"
    model = Forum
    title = gettext_lazy("Import forums")
    columns = FORUM_COLUMNS
    recognised_by = ({"code"}, {"external_id"}, {"title_zh"})
    chosen = ("code", "edition", "kind")

    @classmethod
    def schedule_rows(cls, events, title):
        return list(forum_rows(events, title))

    def prepare(self):
        super().prepare()
        self.kinds = list(ForumKind.objects.filter(edition=self.edition))
        self.places = place.KnownPlaces(self.edition)
        self.organisations = KnownOrganisations()
        self.speakers = KnownSpeakers(self.edition)
        self.by_code, self.by_external, self.by_title = {}, {}, {}
        for forum in self.queryset():
            self._remember_forum(forum)

    def queryset(self):
        guests_of_forum = Participation.objects.filter(session=None).select_related("speaker")
        organisations = ForumOrganisation.objects.select_related("organisation").order_by(
            "order", "pk"
        )
        return super().queryset().select_related("kind").prefetch_related(
            "parts__room__venue", "streams", Prefetch("forum_organisations", organisations),
            Prefetch("participations", guests_of_forum.order_by("order", "pk")),
        )  # fmt: skip

    def _remember_forum(self, forum):
        self.by_code[forum.code] = forum
        if forum.external_id:
            self.by_external[forum.external_id] = forum
        same = self.by_title.setdefault(cells.key(forum.title_zh), [])
        same[:] = [known for known in same if known.pk != forum.pk] + [forum]

    # --- Reading ----------------------------------------------------------------------------------

    def kind_names(self):
        return [str(kind) for kind in self.kinds]

    def venue_names(self):
        return self.places.venue_names()

    def room_names(self):
        return self.places.room_names()

    def parse_kind(self, cell):
        words = {
            cells.key(word): k for k in self.kinds for word in (k.key, k.name_zh, k.name_en) if word
        }
        for word, name in KIND_WORDS.items():
            if kind := next((k for k in self.kinds if k.key == name), None):
                words.setdefault(cells.key(word), kind)
        return cells.one_of(cells.line(cell), words)

    def parse_date(self, cell):
        date = cells.day(cell, self.edition.year)
        if date.year != self.edition.year:
            raise ValidationError(
                _("%(date)s is not in %(year)d, the year of this edition. Correct the year."),
                code="year", params={"date": date.isoformat(), "year": self.edition.year},
            )  # fmt: skip
        return date

    def parse_venue(self, cell):
        return self.places.venue_or_room(cells.line(cell))

    def clean(self, row):
        values = row.values
        if time := values.pop("time", None):
            values.setdefault("start", time[0])
            values.setdefault("end", time[1])
        self._clean_place(row)
        for role in ROLES:
            for name in values.get(role, ()):
                if self.organisations.named(name) is None:
                    row.notes.append(self._new_organisation_note(name))

    def _clean_place(self, row):
        values = row.values
        venue = values.get("venue")
        if isinstance(venue, Room):
            values.setdefault("room", venue.name_zh)
            venue = venue.venue
        if values.get("room"):
            try:
                values["room"] = self.places.room(values["room"], venue or None)
            except ValidationError as refusal:
                raise ValidationError({"room": refusal}) from refusal
            values.pop("venue", None)  # the room knows it
        elif "room" in values:
            values["room"] = None

    # --- Which forum ------------------------------------------------------------------------------

    def find(self, row):
        if code := row.get("code"):
            if code not in self.by_code:
                text = _("No forum of this edition has this code. Leave it empty for a new forum.")
                raise ValidationError({"code": text})
            found = self.by_code[code]
        else:
            found = self.by_external.get(row.get("external_id")) or self._by_title(row)
        self._forget_untimed_venue(row, found)
        return found

    def _by_title(self, row):
        """The forum of that title, unless it carries another identifier."""
        same = self.by_title.get(cells.key(row.get("title_zh", "")), [])
        if external := row.get("external_id"):
            same = [forum for forum in same if forum.external_id in ("", external)]
        if len(same) > 1:
            raise ValidationError({"title_zh": ValidationError(
                _("Several forums have this title: %(codes)s. Give the code of the one you mean."),
                code="ambiguous", params={"codes": ", ".join(forum.code for forum in same)},
            )})  # fmt: skip
        return same[0] if same else None

    @staticmethod
    def _forget_untimed_venue(row, forum):
        """A venue is kept with a time; where there is none, say so and go on."""
        timed = row.get("start") and row.get("end")
        if "venue" in row.values and not timed and not (forum and forum.parts.all()):
            del row.values["venue"]
            row.notes.append(_("The venue is kept only once date, start and end are known."))

    # --- What it has ------------------------------------------------------------------------------

    def _part(self, forum, row, name):
        part = place.part_of(forum, row)
        return place.described(part)[name] if part else None

    def current_date(self, forum, row):
        return self._part(forum, row, "date") or forum.date

    def current_start(self, forum, row):
        return self._part(forum, row, "start")

    def current_end(self, forum, row):
        return self._part(forum, row, "end")

    def current_live_url(self, forum, row):
        return self._stream(forum, "live")

    def current_replay_url(self, forum, row):
        return self._stream(forum, "replay")

    @staticmethod
    def _stream(forum, kind):
        rows = forum.streams.all() if forum.pk else ()
        return next((s.url for s in rows if s.kind == kind and s.session_id is None), "")

    def current_time(self, forum, row):
        return None  # start and end say it

    def current_room(self, forum, row):
        return self._part(forum, row, "room")

    def current_venue(self, forum, row):
        venue = self._part(forum, row, "venue")
        if isinstance(venue, str):
            return next(
                (v for v in self.places.venues if venue and venue in (v.name_zh, v.name_en)), venue
            )
        return venue

    def show_kind(self, kind):
        return str(kind)

    def show_room(self, room):
        return str(room)

    def show_venue(self, venue):
        return localized(venue, "name") if isinstance(venue, Venue) else str(venue)

    # --- Writing ----------------------------------------------------------------------------------

    def apply(self, row, forum, changed):
        self.set_fields(row, forum, changed)
        if forum.seats < forum.seats_taken:
            text = _("%(count)d seats are booked already; give at least as many.")
            raise ValidationError({"seats": text % {"count": forum.seats_taken}})
        part = place.changed_part(forum, row) if set(changed) & set(place.COLUMNS) else None
        if part is None and "date" in changed:
            forum.date = row.values["date"]
        self.save(forum)
        if part is not None:
            part.forum = forum
            place_part(part, judged=True)  # all rows together, see Ruled
        for column in set(changed) & set(ROLES):
            self._write_organisations(forum, ROLES[column], row.values[column])
        if "guests" in changed:
            self._write_guests(forum, row)
        for column in set(changed) & set(STREAMS):
            self._write_stream(forum, column, row.values[column])
        self._remember_forum(forum)

    @staticmethod
    def _write_stream(forum, column, url):
        try:
            write_stream(forum, None, STREAMS[column], url)
        except ValidationError as refusal:
            raise ValidationError({column: refusal.messages}) from refusal

    def subject_of(self, obj):
        return "forum", obj.pk

    def finish(self, objects):
        for forum in objects:
            if forum.state == ForumState.PUBLISHED:
                index_forum(forum)
