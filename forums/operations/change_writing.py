"""Writing single changes of a host into their forum: texts, agenda, guests."""

from django.db.models import F, Max

from forums.models import Forum, ForumState, Participation, Session, SlotState, Speaker
from forums.operations.forums import index_forum
from forums.operations.wording import note_edits
from waic.lib import clock

SESSION = ("kind", "title_zh", "title_en", "abstract_zh", "abstract_en", "language")
ANNOUNCED = ("role", "title_zh", "title_en", "affiliation_zh", "affiliation_en")


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
    if row["op"] == "add":
        new = dict(row["new"])
        speaker = _speaker_of(forum, new)
        last = forum.participations.aggregate(last=Max("order"))["last"] or 0
        Participation.objects.get_or_create(
            forum=forum, speaker=speaker, session=None,
            defaults={**{k: new.get(k, "") for k in ANNOUNCED}, "is_confirmed": False, "order": min(last + 1, 32767)},
        )  # fmt: skip
        return
    guest = forum.participations.filter(pk=row["pk"])
    if row["op"] == "set":
        guest.update(**{row["field"]: row["new"]})
    else:
        for found in guest:
            found.delete()


def _speaker_of(forum, new):
    """The guest of the edition with these very names and affiliations, or a new one; nobody's own texts are touched."""
    names = {k: new.get(k, "") for k in ("name_zh", "name_en", "affiliation_zh", "affiliation_en")}
    found = (
        Speaker.objects.living()
        .filter(edition_id=forum.edition_id, is_person=True, **names)
        .first()
    )
    titles = {k: new.get(k, "") for k in ("title_zh", "title_en")}
    return found or Speaker.objects.create(edition_id=forum.edition_id, **names, **titles)


def written(forum):
    Forum.objects.filter(pk=forum.pk).update(version=F("version") + 1, changed_at=clock.now())
    forum.refresh_from_db()
    index_forum(forum)
