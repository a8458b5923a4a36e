"""A request's changes as people read them: where, which field, what was there, what is wanted, what is there now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forums.models import Forum, Participation, Session, Speaker
from forums.operations.change_deciding import now_of
from waic.lib.text import localized
from waic.lib.versions import shortened

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
    def stale_words(self):
        if self.now is None:
            return ""
        return _("%(name)s: it said “%(before)s”, now it says “%(now)s”; the host wants “%(after)s”.") % {
            "name": self.name, "before": shortened(self.before), "now": shortened(self.now), "after": shortened(self.after),
        }  # fmt: skip


def described(request):
    """[Line] of a request; two queries for the names and one per changed row."""
    names = _names(request)
    return [_line(request, row, names) for row in request.changes]


def _names(request):
    """{(what, pk): name} of the sessions and guests it is about."""
    forum = request.forum
    pks = {what: [r["pk"] for r in request.changes if r["what"] == what and r["pk"]] for what in ("session", "guest")}  # fmt: skip
    found = {("session", s.pk): localized(s, "title") for s in forum.sessions.filter(pk__in=pks["session"])}  # fmt: skip
    guests = forum.participations.filter(pk__in=pks["guest"]).select_related("speaker")
    return found | {("guest", g.pk): str(g.speaker) for g in guests}


def _line(request, row, names):
    places = {"text": _("Texts"), "session": _("Agenda"), "guest": _("Guests")}
    name = names.get((row["what"], row["pk"])) or _name_of(row["new"] or row["base"] if row["op"] != "set" else None)  # fmt: skip
    where = (
        f"{places[row['what']]} · {name}" if name and row["what"] != "text" else places[row["what"]]
    )
    wants = {"add": _("comes new"), "remove": _("is taken off")}.get(row["op"], "")
    now = now_of(request.forum, row) if request.state == "pending" else row["base"]
    is_stale = row["op"] != "add" and now not in (row["base"], row["new"])
    return Line(
        key=row["key"], op=row["op"], where=where, field=str(label_of(row["what"], row["field"])) if row["field"] else wants,
        before=shown(row["what"], row["field"], row["base"]), after=shown(row["what"], row["field"], row["new"]),
        now=(shown(row["what"], row["field"], now) if now is not None else _("taken off the list")) if is_stale else None,
        raw_now=now,
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


def shown(what, field, value):
    """A value, or all of a row's, in words."""
    if value in (None, ""):
        return "–"
    if isinstance(value, dict):
        parts = [f"{label_of(what, k)}{_(': ')}{shown(what, k, v)}" for k, v in value.items() if v]
        return "\n".join(parts)
    choices = dict(_MODELS[what]._meta.get_field(field).flatchoices) if field and not field.startswith("name_") else {}  # fmt: skip
    return str(choices.get(value, value))
