"""What hosts change: directly before the desk approved their forum, afterwards as a request that the desk decides.

A change is one field of one row, or a row that comes or goes:
{"key", "what": text | session | guest, "op": set | add | remove, "pk", "field", "base", "new"}.
`base` is what the host saw; where the row says something else by now, nobody writes over it unasked.
"""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums import change_mails as mails
from forums.models import (
    CHANGE,
    ChangeRequest,
    ChangeState,
    Forum,
    ForumState,
)
from forums.operations.change_writing import AGENDA, GUEST, check_guest, write, written
from forums.operations.forums import TEXTS
from waic.lib import clock
from waic.lib.merging import mark

DIRECT = (ForumState.DRAFT, ForumState.REVIEW)
COLUMNS = {"text": TEXTS, "session": AGENDA, "guest": GUEST}
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


@transaction.atomic
def edit(forum, what, op, values=None, *, by, pk=None, seen=None):
    """Make a host's change now, or ask for it; answers the ChangeRequest, or None when nothing is different.

    what: text, session, guest. op: set, add, remove. values: cleaned columns. seen: the mark of what the page showed.
    ValidationError `not_yours`, `cancelled`, `gone`, `stale`, `too_many`,
    `twice` for a guest who is on that list.
    """
    forum = locked(forum)
    check_host(forum, by)
    base = None if op == "add" else _seen(forum, what, pk, seen)
    rows = _rows(what, op, pk, base, values)
    for row in rows if what == "guest" else ():
        check_guest(forum, row)
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
        write(forum, row, by)
    written(forum)
    return ChangeRequest.objects.create(
        forum=forum, requested_by=by, changes=rows, state=ChangeState.DIRECT, decided_at=clock.now()
    )


def _ask(forum, what, pk, rows, by):
    """Put the rows into the forum's one pending request; they take the place of earlier ones about the same row."""
    request = pending_of(forum)
    kept = [r for r in request.changes if r["op"] == "add" or (r["what"], r["pk"]) != (what, pk)] if request else []  # fmt: skip
    if any(_is_asked_already(row, kept) for row in rows):
        raise ValidationError(_("This person is on the list already."), code="twice")
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


def _is_asked_already(row, kept):
    """Whether an earlier change asks for the same new guest in the same place."""
    told = ("name_zh", "name_en", "affiliation_zh", "affiliation_en", "session")
    return row["what"] == "guest" and row["op"] == "add" and any(
        other["what"] == "guest" and other["op"] == "add" and all(other["new"].get(k) == row["new"].get(k) for k in told)
        for other in kept
    )  # fmt: skip


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
