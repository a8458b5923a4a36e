"""A request's changes as people read them: where, which field, what was there, what is wanted, what is there now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forums.models import Forum, Participation, Session, Speaker
from forums.operations.change_deciding import of_row
from forums.operations.changes import COLUMNS
from waic.lib.text import localized
from waic.lib.textdiff import GONE, NEW, marked, pieces
from waic.lib.versions import shortened

NOTHING = "–"
_MODELS = {"text": Forum, "session": Session, "guest": Participation}


@dataclass(frozen=True)
class Line:
    """One change in words. `now` is set where the value changed since the host saw it."""

    key: str
    op: str
    where: str
    field: str
    before: str
    after: str
    now: str | None = None
    raw_now: object = None

    @property
    def name(self):
        return f"{self.where} · {self.field}" if self.field else self.where

    @property
    def marked(self):
        """Markup of what goes and what comes; of a row that comes or goes, all of it."""
        whole = {"add": [(NEW, self.after)], "remove": [(GONE, self.before)]}
        texts = ("" if text == NOTHING else text for text in (self.before, self.after))
        return marked(whole.get(self.op) or pieces(*texts))

    @property
    def stale_words(self):
        if self.now is None:
            return ""
        return _("%(name)s: it said “%(before)s”, now it says “%(now)s”; the host wants “%(after)s”.") % {
            "name": self.name, "before": shortened(self.before), "now": shortened(self.now), "after": shortened(self.after),
        }  # fmt: skip


def described(request):
    """[Line] of a request; three queries."""
    return described_all([request])[request.pk]


def described_all(requests):
    """{request: [Line]} of several; three queries however many there are."""
    there = _There(requests)
    return {r.pk: [_line(r, row, there) for row in r.changes] for r in requests}


class _There:
    """What the rows that requests are about say now, and what they are called: {(what, number): …}."""

    def __init__(self, requests):
        rows = [(r.forum_id, row) for r in requests for row in r.changes]
        forums = {forum for forum, _row in rows}
        self.values, self.names = {}, {}
        self._take("text", Forum.objects.filter(pk__in=forums))
        pks = {row["pk"] for _forum, row in rows if row["what"] == "session"} | set(_places(rows))
        self._take("session", Session.objects.filter(pk__in=pks, forum__in=forums))
        pks = {row["pk"] for _forum, row in rows if row["what"] == "guest"}
        guests = Participation.objects.filter(pk__in=pks, forum__in=forums)
        self._take("guest", guests.select_related("speaker"))

    def _take(self, what, rows):
        for row in rows:
            columns = ((name, row._meta.get_field(name).attname) for name in COLUMNS[what])
            self.values[what, row.pk] = {name: getattr(row, column) for name, column in columns}
            self.names[what, row.pk] = str(row.speaker) if what == "guest" else localized(row, "title")  # fmt: skip

    def now(self, request, row):
        """What a change is about as it is now; None for what comes new and for what is gone."""
        pk = request.forum_id if row["what"] == "text" else row["pk"]
        return None if row["op"] == "add" else of_row(row, self.values.get((row["what"], pk)))


def _places(rows):
    """Agenda items that guests are in, or shall be."""
    for _forum, row in rows:
        for value in (row["base"], row["new"]) if row["what"] == "guest" else ():
            place = value.get("session") if isinstance(value, dict) else value
            if row["field"] in ("", "session") and place is not None:
                yield place


def _line(request, row, there):
    places = {"text": _("Texts"), "session": _("Agenda"), "guest": _("Guests")}
    name = there.names.get((row["what"], row["pk"])) or _name_of(row["new"] or row["base"] if row["op"] != "set" else None)  # fmt: skip
    where = (
        f"{places[row['what']]} · {name}" if name and row["what"] != "text" else places[row["what"]]
    )
    wants = {"add": _("comes new"), "remove": _("is taken off")}.get(row["op"], "")
    now = there.now(request, row) if request.state == "pending" else row["base"]
    is_stale = row["op"] != "add" and now not in (row["base"], row["new"])

    def told(value):
        return shown(row["what"], row["field"], value, there.names)

    return Line(
        key=row["key"], op=row["op"], where=where, field=str(label_of(row["what"], row["field"])) if row["field"] else wants,
        before=told(row["base"]), after=told(row["new"]),
        now=(told(now) if now is not None else _("taken off the list")) if is_stale else None, raw_now=now,
    )  # fmt: skip


def _name_of(values):
    values = values or {}
    for name in ("name_zh", "name_en", "title_zh", "title_en"):
        if values.get(name):
            return values[name]
    return ""


def label_of(what, field):
    """The name of a field in the reader's language."""
    model = Speaker if what == "guest" and field.startswith("name_") else _MODELS[what]
    return model._meta.get_field(field).verbose_name


def shown(what, field, value, names=None):
    """A value, or all of a row's, in words. names: what the items of the agenda are called, see _There."""
    if field == "session":
        return (
            (names or {}).get(("session", value), NOTHING) if value else _("the forum as a whole")
        )
    if value in (None, ""):
        return NOTHING
    if isinstance(value, dict):
        parts = [
            f"{label_of(what, k)}{_(': ')}{shown(what, k, v, names)}" for k, v in value.items() if v
        ]
        return "\n".join(parts)
    choices = dict(_MODELS[what]._meta.get_field(field).flatchoices) if field and not field.startswith("name_") else {}  # fmt: skip
    return str(choices.get(value, value))
