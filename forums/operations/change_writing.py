"""Writing single changes of a host into their forum: texts, agenda, guests."""

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils.translation import gettext as _

from forums.models import Forum, ForumState, Participation, Session, SlotState, Speaker
from forums.operations.forums import index_forum
from forums.operations.wording import note_edits
from waic.lib import clock

SESSION = ("kind", "title_zh", "title_en", "abstract_zh", "abstract_en", "language")
ANNOUNCED = ("role", "title_zh", "title_en", "affiliation_zh", "affiliation_en")
# A new row goes to the end of its list; its place is changed afterwards.
AGENDA = (*SESSION, "order")
GUEST = (*ANNOUNCED, "session", "order")


def write(forum, row, by):
    """Write one change; a row that is gone already stays gone."""
    if row["what"] == "text":
        Forum.objects.filter(pk=forum.pk).update(**{row["field"]: row["new"]})
        note_edits(forum, [row["field"]], by=by)
    elif row["what"] == "session":
        _write_session(forum, row, by)
    else:
        _write_guest(forum, row)


def _write_session(forum, row, by):
    if row["op"] == "add":
        last = forum.sessions.aggregate(last=Max("order"))["last"] or 0
        session = Session.objects.create(forum=forum, order=min(last + 1, 32767), **row["new"])
        note_edits(forum, SESSION, by=by, session=session)
        return
    session = forum.sessions.filter(pk=row["pk"])
    if row["op"] == "set":
        session.update(
            **{row["field"]: row["new"]}, version=F("version") + 1, changed_at=clock.now()
        )
        if found := session.first():
            note_edits(forum, [row["field"]], by=by, session=found)
    elif found := session.first():
        _take_off(forum, found)


def _take_off(forum, session):
    """Calendars keep what was in the programme as cancelled; what never was is deleted."""
    if forum.state == ForumState.PUBLISHED and session.slots.exists():
        for slot in session.slots.exclude(state=SlotState.CANCELLED):
            slot.state = SlotState.CANCELLED
            slot.save()
    else:
        session.delete()


def _write_guest(forum, row):
    check_guest(forum, row)
    if row["op"] == "add":
        new = dict(row["new"])
        titles = {k: new.get(k, "") for k in ("title_zh", "title_en")}
        speaker = known_guest(forum, new) or Speaker.objects.create(
            edition_id=forum.edition_id, **_names(new), **titles
        )
        last = forum.participations.aggregate(last=Max("order"))["last"] or 0
        Participation.objects.create(
            forum=forum, speaker=speaker, session_id=new.get("session"), is_confirmed=False, order=min(last + 1, 32767),
            **{k: new.get(k, "") for k in ANNOUNCED},
        )  # fmt: skip
        return
    guest = forum.participations.filter(pk=row["pk"])
    if row["op"] == "set":
        guest.update(**{row["field"]: row["new"]})
    else:
        for found in guest:
            found.delete()


def check_guest(forum, row):
    """ValidationError `gone` for an agenda item that is not there, `twice` for somebody who is on that list already."""
    if row["op"] == "remove" or (row["op"] == "set" and row["field"] != "session"):
        return
    session = row["new"].get("session") if row["op"] == "add" else row["new"]
    if session is not None and not forum.sessions.filter(pk=session).exists():
        raise ValidationError(
            _("This item of the agenda is gone. Choose another one."), code="gone"
        )
    others = forum.participations.filter(session=session).exclude(pk=row["pk"])
    if row["op"] == "add":
        others = others.filter(speaker=known_guest(forum, row["new"]))
    else:
        others = others.filter(speaker__participations=row["pk"])
    if others.exists():
        raise ValidationError(_("This person is on the list already."), code="twice")


def _names(new):
    return {k: new.get(k, "") for k in ("name_zh", "name_en", "affiliation_zh", "affiliation_en")}


def known_guest(forum, new):
    """The guest of the edition with these very names and affiliations, or None; nobody's own texts are touched."""
    people = Speaker.objects.living().filter(edition_id=forum.edition_id, is_person=True)
    return people.filter(**_names(new)).first()


def written(forum):
    Forum.objects.filter(pk=forum.pk).update(version=F("version") + 1, changed_at=clock.now())
    forum.refresh_from_db()
    index_forum(forum)
