"""What hosts change: directly before the desk approved their forum, afterwards as a request that the desk decides.

A change is one field of one row, or a row that comes or goes:
{"key", "what": text | session | guest, "op": set | add | remove, "pk", "field", "base", "new"}.
`base` is what the host saw; where the row says something else by now, nobody writes over it unasked.
"""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from forums import change_mails as mails
from forums.models import (
    CHANGE,
    ChangeRequest,
    ChangeState,
    Forum,
    ForumState,
    Participation,
    Session,
    SlotState,
    Speaker,
)
from forums.operations.forums import TEXTS, index_forum
from forums.operations.wording import note_edits
from waic.lib import clock
from waic.lib.merging import mark

DIRECT = (ForumState.DRAFT, ForumState.REVIEW)
SESSION = ("kind", "title_zh", "title_en", "abstract_zh", "abstract_en", "language")
ANNOUNCED = ("role", "title_zh", "title_en", "affiliation_zh", "affiliation_en")
COLUMNS = {"text": TEXTS, "session": SESSION, "guest": ANNOUNCED}
MOST_CHANGES = 200


def values_of(forum, what, pk=None):
    """{column: value} of the forum's texts, or of one session or guest of it; None when that is gone."""
    rows = {
        "text": Forum.objects.filter(pk=forum.pk), "session": forum.sessions.filter(pk=pk), "guest": forum.participations.filter(pk=pk),
    }[what]  # fmt: skip
    return rows.values(*COLUMNS[what]).first()


def version_of(what, row):
    """The mark of what a row says, as `edit` compares it with `seen`."""
    return mark({name: getattr(row, name) for name in COLUMNS[what]})


def locked(forum):
    """The forum's row, held until the transaction ends: whoever changes it waits here."""
    return Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=forum.pk)


def pending_of(forum):
    """The request that waits for the desk, or None."""
    return forum.change_requests.filter(state=ChangeState.PENDING).first()


# --- The host's side ----------------------------------------------------------------------------


@transaction.atomic
def edit(forum, what, op, values=None, *, by, pk=None, seen=None):
    """Make a host's change now, or ask for it; answers the ChangeRequest, or None when nothing is different.

    what: text, session, guest. op: set, add, remove. values: cleaned columns. seen: the mark of what the page showed.
    ValidationError `not_yours`, `cancelled`, `gone`, `stale`, `too_many`.
    """
    forum = locked(forum)
    check_host(forum, by)
    base = None if op == "add" else _seen(forum, what, pk, seen)
    rows = _rows(what, op, pk, base, values)
    if forum.state in DIRECT:
        return _make(forum, rows, by) if rows else None
    return _ask(forum, what, pk, rows, by)


def check_host(forum, by):
    """ValidationError unless the person hosts this forum and it is not called off."""
    if not forum.hosts.filter(user=by).exists():
        raise ValidationError(_("Only a host of this forum can change it."), code="not_yours")
    if forum.state == ForumState.CANCELLED:
        raise ValidationError(_("This forum is cancelled."), code="cancelled")


def _seen(forum, what, pk, seen):
    base = values_of(forum, what, pk)
    if base is None:
        raise ValidationError(_("Somebody took this off the list meanwhile."), code="gone")
    if seen is not None and seen != mark(base):
        raise ValidationError(
            _("Somebody changed this meanwhile. What you typed is still here; compare and save again."), code="stale"
        )  # fmt: skip
    return base


def _rows(what, op, pk, base, values):
    if op == "add":
        key = f"{what}:new:{secrets.token_hex(4)}"
        return [_row(key, what, op, None, "", None, values)]
    if op == "remove":
        return [_row(f"{what}:{pk}", what, op, pk, "", base, None)]
    return [
        _row(f"{what}:{pk or 0}:{name}", what, op, pk, name, base[name], values[name])
        for name in COLUMNS[what] if name in values and values[name] != base[name]
    ]  # fmt: skip


def _row(key, what, op, pk, field, base, new):
    return {"key": key, "what": what, "op": op, "pk": pk, "field": field, "base": base, "new": new}


def _make(forum, rows, by):
    for row in rows:
        _write(forum, row, by)
    _written(forum)
    return ChangeRequest.objects.create(
        forum=forum, requested_by=by, changes=rows, state=ChangeState.DIRECT, decided_at=clock.now()
    )


def _ask(forum, what, pk, rows, by):
    """Put the rows into the forum's one pending request; they take the place of earlier ones about the same row."""
    request = pending_of(forum)
    kept = [r for r in request.changes if r["op"] == "add" or (r["what"], r["pk"]) != (what, pk)] if request else []  # fmt: skip
    if len(kept) + len(rows) > MOST_CHANGES:
        raise ValidationError(
            _("There are too many changes at once. Wait for the desk's answer."), code="too_many"
        )
    if request is None:
        if not rows:
            return None
        request = ChangeRequest.objects.create(forum=forum, requested_by=by, changes=rows)
        mails.tell_desk(request)
        return request
    return _keep(request, kept + rows, by)


def _keep(request, changes, by):
    """Write the rows of a pending request; without any it is withdrawn."""
    if not changes:
        return CHANGE.take(request, "withdraw", by=by)
    request.changes, request.requested_by = changes, by
    request.version += 1
    request.save()
    return request


@transaction.atomic
def drop_change(forum, key, *, by):
    """Take one change out of the pending request. True if it was in it."""
    forum = locked(forum)
    check_host(forum, by)
    request = pending_of(forum)
    kept = [r for r in request.changes if r["key"] != key] if request else []
    if request is None or len(kept) == len(request.changes):
        return False
    _keep(request, kept, by)
    return True


@transaction.atomic
def withdraw_changes(forum, *, by):
    """Take the whole pending request back; ValidationError `not_allowed` when the desk was faster."""
    forum = locked(forum)
    check_host(forum, by)
    request = pending_of(forum)
    if request is None:
        raise ValidationError(_("This step is not possible any more."), code="not_allowed")
    return CHANGE.take(request, "withdraw", by=by)


# --- The desk's side ----------------------------------------------------------------------------


def now_of(forum, row):
    """What the row of a change says at this moment: a value, all columns of a row, or None when it is gone."""
    if row["op"] == "add":
        return None
    values = values_of(forum, row["what"], row["pk"])
    return values[row["field"]] if values is not None and row["op"] == "set" else values


def stale_rows(request):
    """[(change, what is there now)] where the base has changed since the host saw it, and not to the same."""
    found = []
    for row in request.changes:
        now = now_of(request.forum, row)
        if row["op"] != "add" and now not in (row["base"], row["new"]):
            found.append((row, now))
    return found


@transaction.atomic
def approve_changes(request, *, by, reason="", version=None, choices=None):
    """Write the changes. ValidationError `asked` names each value that changed meanwhile and has no choice yet.

    choices: {key: ("host" or "desk", mark of the value the desk saw)}; a choice about an older value does not count.
    """
    forum = locked(request.forum)
    request = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.forum, kept = forum, set()
    for row, now in stale_rows(request):
        whose, seen = (choices or {}).get(row["key"], ("", ""))
        if seen != mark(now) or whose not in ("host", "desk"):
            raise _asked(request)
        if whose == "desk" or (now is None and row["op"] == "set"):
            kept.add(row["key"])
    CHANGE.take(request, "approve", by=by, reason=reason, version=version, answer=reason)
    for row in request.changes:
        if row["key"] not in kept:
            _write(forum, row, request.requested_by)
    _written(forum)
    mails.tell_host(request, "change_approved", words=reason)
    return request


def _asked(request):
    """The refusal with a sentence about every value that changed meanwhile."""
    from forums.change_words import described

    whole = _("Something changed since the host asked. Choose whose text counts.")
    lines = [line.stale_words for line in described(request) if line.stale_words]
    return ValidationError([ValidationError(text, code="asked") for text in [whole, *lines]])


@transaction.atomic
def refuse_changes(request, *, by, reason="", version=None):
    """Say no, with a reason the host reads; the forum stays as it is."""
    CHANGE.take(request, "refuse", by=by, reason=reason, version=version, answer=reason)
    mails.tell_host(request, "change_refused", words=reason)
    return request


# --- Writing ------------------------------------------------------------------------------------


def _write(forum, row, by):
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


def _written(forum):
    Forum.objects.filter(pk=forum.pk).update(version=F("version") + 1, changed_at=clock.now())
    forum.refresh_from_db()
    index_forum(forum)
