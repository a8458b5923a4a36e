"""The agenda from a table or a schedule file: one row per session, in the forum it names."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.imports.columns import SESSION_COLUMNS
from forums.imports.involved import InvolvedMixin, guest_of
from forums.imports.known_forums import forum_words
from forums.imports.people import KnownSpeakers
from forums.imports.place import KnownPlaces
from forums.imports.ruled import Ruled
from forums.imports.schedule_files import ScheduleFiles, session_rows
from forums.models import ForumState, Participation, Session, SessionKind
from forums.operations.agenda import time_session
from forums.operations.forums import index_forum
from waic.editions.imports import EditionImport
from waic.lib import clock
from waic.lib.imports import cells
from waic.lib.imports.engine import register

KIND_WORDS = {
    SessionKind.SPEECH: ["演讲", "报告", "主旨演讲", "分享", "talk"], SessionKind.PANEL: ["圆桌", "圆桌对话", "圆桌论坛", "对话"],
    SessionKind.CEREMONY: ["仪式", "开幕", "闭幕", "致辞"], SessionKind.SIGNING: ["签约"], SessionKind.LAUNCH: ["发布"],
    SessionKind.BREAK: ["茶歇", "午休", "休息"],
}  # fmt: skip
TIMES = ("date", "start", "end", "room")


@register
class SessionImport(Ruled, ScheduleFiles, InvolvedMixin, EditionImport):
    """Matched by code, else by forum and title (and time, where a title comes twice)."""

    key = "sessions"
    model = Session
    title = gettext_lazy("Import the agenda")
    columns = SESSION_COLUMNS
    recognised_by = ({"code"}, {"forum", "title_zh"})
    chosen = ("code", "forum")

    @classmethod
    def schedule_rows(cls, events, title):
        return list(session_rows(events, title))

    def prepare(self):
        super().prepare()
        self.forum_words = forum_words(self.edition)
        self.places = KnownPlaces(self.edition)
        self.speakers = KnownSpeakers(self.edition)
        self.kinds = cells.words_of(SessionKind, **{k.value: names for k, names in KIND_WORDS.items()})  # fmt: skip
        self.by_code, self.by_title, self.orders = {}, {}, {}
        for session in self.queryset():
            self._remember_session(session)

    def queryset(self):
        people = Participation.objects.select_related("speaker").order_by("order", "pk")
        rows = Session.objects.filter(forum__edition=self.edition).select_related("forum")
        return rows.prefetch_related("slots__room", Prefetch("participations", people))

    def make(self, row):
        return Session()

    def _remember_session(self, session):
        self.by_code[session.code] = session
        same = self.by_title.setdefault((session.forum_id, cells.key(session.title_zh)), [])
        same[:] = [known for known in same if known.pk != session.pk] + [session]
        self.orders[session.forum_id] = max(self.orders.get(session.forum_id, 0), session.order)

    # --- Reading ----------------------------------------------------------------------------------

    def kind_names(self):
        return [str(kind.label) for kind in SessionKind]

    def room_names(self):
        return self.places.room_names()

    def parse_forum(self, cell):
        return cells.one_of(cells.line(cell), self.forum_words, self.show_forum)

    def parse_kind(self, cell):
        return cells.one_of(cells.line(cell), self.kinds, self.show_kind)

    def parse_date(self, cell):
        return cells.day(cell, self.edition.year)

    def parse_room(self, cell):
        return self.places.room(cells.line(cell), None)

    def clean(self, row):
        if time := row.values.pop("time", None):
            row.values.setdefault("start", time[0])
            row.values.setdefault("end", time[1])

    # --- Which session ----------------------------------------------------------------------------

    def find(self, row):
        if code := row.get("code"):
            return self._by_code(code, row)
        if row.get("forum") is None or not row.get("title_zh"):
            raise ValidationError({"forum": _("Name the forum and the session, or give the code.")})
        same = self.by_title.get((row.get("forum").pk, cells.key(row.get("title_zh"))), [])
        at_that_time = [s for s in same if self.current_start(s, row) == row.get("start")]
        if len(same) > 1 and len(at_that_time) != 1:
            raise ValidationError({"title_zh": ValidationError(
                _("Several sessions of this forum have this title: %(codes)s. Give the code of the one you mean."),
                code="ambiguous", params={"codes": ", ".join(session.code for session in same)},
            )})  # fmt: skip
        return (at_that_time if len(same) > 1 else same or [None])[0]

    def _by_code(self, code, row):
        session = self.by_code.get(code)
        if session is None:
            text = _("No session of this edition has this code. Leave it empty for a new one.")
            raise ValidationError({"code": text})
        if row.get("forum") not in (None, session.forum):
            text = _("This session belongs to “%(forum)s” and stays there.")
            raise ValidationError({"forum": text % {"forum": self.show_forum(session.forum)}})
        return session

    # --- What there is ----------------------------------------------------------------------------

    @staticmethod
    def _slot(session):
        slots = list(session.slots.all()) if session.pk else []
        return slots[0] if len(slots) == 1 else None

    def _moment(self, session, name):
        slot = self._slot(session)
        return getattr(slot, name).astimezone(clock.ZONE) if slot else None

    def current_date(self, session, row):
        moment = self._moment(session, "starts_at")
        return moment and moment.date()

    def current_start(self, session, row):
        moment = self._moment(session, "starts_at")
        return moment and moment.time()

    def current_end(self, session, row):
        moment = self._moment(session, "ends_at")
        return moment and moment.time()

    def current_room(self, session, row):
        slot = self._slot(session)
        return slot and slot.room

    def current_guests(self, session, row):
        return tuple(guest_of(p) for p in session.participations.all())

    def show_forum(self, forum):
        return forum.title_zh or forum.title_en

    def show_kind(self, kind):
        return str(SessionKind(kind).label)

    def label_of(self, row, session):
        return session.title_zh if session is not None else ""

    # --- Writing ----------------------------------------------------------------------------------

    def apply(self, row, session, changed):
        self.set_fields(row, session, changed)
        if session.pk is None:
            session.forum = row.values["forum"]
            session.order = self.orders[session.forum_id] = self.orders.get(session.forum_id, 0) + 1
        self.save(session)
        if set(changed) & set(TIMES):
            self._place(row, session)
        if "guests" in changed:
            self._write_guests(session.forum, row, session)
        self._remember_session(session)

    def _place(self, row, session):
        """Give the session the row's time; what the row does not say stays."""
        wanted = {name: row.get(name) or self.current(name, session, row) for name in TIMES}
        if not (wanted["start"] and wanted["end"]):
            missing = "end" if wanted["start"] else "start"
            text = _("Start and end belong together. Fill in the one that is missing.")
            raise ValidationError({missing: text})
        try:
            time_session(session, wanted["start"], wanted["end"], day=wanted["date"], room=wanted["room"], judged=True)  # fmt: skip
        except ValidationError as refusal:
            raise ValidationError({"end" if refusal.code == "order" else "start": refusal}) from refusal  # fmt: skip

    def subject_of(self, obj):
        return "forum", obj.forum_id

    def finish(self, objects):
        for forum in {session.forum for session in objects}:
            if forum.state == ForumState.PUBLISHED:
                index_forum(forum)
