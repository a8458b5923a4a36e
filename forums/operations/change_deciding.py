"""The desk's side of a host's changes: approving them, also over values that changed meanwhile, and refusing them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums import change_mails as mails
from forums.models import CHANGE, ChangeRequest
from forums.operations.change_writing import write, written
from forums.operations.changes import locked, values_of
from waic.lib.merging import mark


def now_of(forum, row):
    """What the row of a change says at this moment: a value, all columns of a row, or None when it is gone."""
    if row["op"] == "add":
        return None
    return of_row(row, values_of(forum, row["what"], row["pk"]))


def of_row(row, values):
    """What of all columns of a row a change is about; None when the row is gone."""
    if values is None or row["op"] == "set":
        return values and values[row["field"]]
    return {name: values[name] for name in row["base"]}


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
            write(forum, row, request.requested_by)
    written(forum)
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
