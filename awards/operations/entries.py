"""An entry's way: started, saved as it is typed, submitted in time, taken back, withdrawn, reopened."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from awards import answers as answering
from awards.models import ENTRY, Call, Entry, EntryFile, EntryMember, EntryState
from awards.operations.receipts import make_receipt
from waic.accounts.models import User
from waic.lib import clock
from waic.lib.keeping import discard, received
from waic.notifications.outbox import notify

REOPENED_FOR = timedelta(days=3)
EDITABLE = (EntryState.DRAFT, EntryState.REOPENED)


def check_open(call, entry=None):
    """ValidationError `closed` or `not_yet` unless something may be changed at this moment."""
    now = clock.now()
    if (
        entry is not None
        and entry.state == EntryState.REOPENED
        and entry.editable_until
        and now < entry.editable_until
    ):
        return
    if now < call.opens_at:
        raise ValidationError(_("This call is not open yet."), code="not_yet")
    if now >= call.closes_at:
        raise ValidationError(
            _("The deadline has passed. Nothing can be changed any more; what was saved is kept."),
            code="closed",
        )


def locked(entry):
    """The entry's row and its call's deadline, held until the transaction ends."""
    Call.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.call_id)
    return (
        Entry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__award", "call__edition", "track")
        .get(pk=entry.pk)
    )


def editable(entry, version=None):
    """The locked entry when it may be changed; ValidationError says why it may not."""
    entry = locked(entry)
    check_open(entry.call, entry)
    if entry.state not in EDITABLE:
        raise ValidationError(
            _("This entry is handed in. Take it back first to change it."), code="not_allowed"
        )
    if version is not None and version != entry.version:
        raise ValidationError(
            _(
                "Somebody changed this entry a moment ago. What you typed is still here; compare and save again."
            ),
            code="stale",
        )
    return entry


def still_open(entry):
    """The locked entry while people may come and go; ValidationError after the deadline or once it is withdrawn."""
    entry = locked(entry)
    check_open(entry.call, entry)
    if entry.state == EntryState.WITHDRAWN:
        raise ValidationError(_("This entry was withdrawn."), code="withdrawn")
    return entry


@transaction.atomic
def start_entry(call, *, user):
    """A draft of the person's; ValidationError when the call is not open.

    A double click finds the untouched draft it made a moment ago: the person's row is held meanwhile.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    check_open(call)
    untouched = Entry.objects.of(user).filter(call=call, state=EntryState.DRAFT, version=1)
    if entry := untouched.filter(files=None).first():
        return entry
    entry = Entry.objects.create(call=call)
    EntryMember.objects.create(
        entry=entry, user=user, email=user.email, name=user.name, is_lead=True, joined_at=clock.now()
    )  # fmt: skip
    return entry


@transaction.atomic
def save_answers(entry, *, basics=None, answers=None, version=None):
    """Store what was typed, right or not yet right. ValidationError `closed`, `stale` or `not_allowed`.

    basics: title_zh, title_en, organisation, country, track (a pk of the call's). answers: {field key: text}.
    """
    entry = editable(entry, version)
    for name, value in (basics or {}).items():
        if name == "track":
            entry.track = entry.call.tracks.filter(pk=value or None).first()
        else:
            setattr(entry, name, value)
    entry.answers = {**entry.answers, **(answers or {})}
    entry.version += 1
    entry.save()
    return entry


@transaction.atomic
def attach_file(entry, field, upload, *, by):
    """Answer a file question; the file before it is dropped. ValidationError says what is wrong with the file."""
    entry = editable(entry)
    with received(upload, answering.file_rule(field), kind="entry-file", by=by) as stored:
        _discard_file(entry, field)
        EntryFile.objects.create(entry=entry, field=field, file=stored)
    Entry.objects.filter(pk=entry.pk).update(version=F("version") + 1, changed_at=clock.now())
    return stored


@transaction.atomic
def remove_file(entry, field):
    """Take a file back. True if there was one."""
    entry = editable(entry)
    return _discard_file(entry, field)


def _discard_file(entry, field):
    """The answer to a file question is gone, with its bytes. True if there was one."""
    held = EntryFile.objects.filter(entry=entry, field=field).select_related("file").first()
    if held is None:
        return False
    held.delete()
    discard(held.file)
    return True


@transaction.atomic
def submit_entry(entry, *, by, version=None):
    """Hand an entry in: complete, in time, with a number and a receipt for everybody on it.

    ValidationError `incomplete` (with the list as messages), `closed`, `stale`. The number is taken under the
    call's lock in the same transaction, so numbers have no gaps and no twins.
    """
    entry = editable(entry, version)
    missing = answering.troubles(entry)
    if missing:
        raise ValidationError(
            [
                ValidationError(
                    f"{t.label}: {t.sentence}", code="incomplete", params={"key": t.key}
                )
                for t in missing
            ]
        )
    changes = {}
    if not entry.receipt_number:
        number = entry.call.last_number + 1
        Call.objects.filter(pk=entry.call_id).update(last_number=number)
        changes["receipt_number"] = f"{entry.call.prefix}-{number:04}"
    ENTRY.take(entry, "submit", by=by, version=entry.version, editable_until=None, **changes)
    entry.receipt = make_receipt(entry, language=by.language)
    Entry.objects.filter(pk=entry.pk).update(receipt=entry.receipt)
    _tell_members(entry, "awards/entry_submitted", attachments=[entry.receipt])
    return entry


def take_back_entry(entry, *, by, reason="", version=None):
    """Back to a draft, before the deadline only; the number stays with the entry."""
    with transaction.atomic():
        entry = locked(entry)
        check_open(entry.call)
        return ENTRY.take(entry, "take_back", by=by, reason=reason, version=version)


@transaction.atomic
def withdraw_entry(entry, *, by, reason="", version=None):
    """The person who started the entry gives it up, in time; ValidationError `not_lead` or `closed` otherwise."""
    entry = locked(entry)
    if not entry.members.filter(user=by, is_lead=True).exists():
        raise ValidationError(
            _("Only the person who started this entry can withdraw it. You can leave it instead."),
            code="not_lead",
        )
    check_open(entry.call, entry)
    ENTRY.take(entry, "withdraw", by=by, reason=reason, version=version)
    _tell_members(entry, "awards/entry_withdrawn")
    return entry


@transaction.atomic
def reopen_entry(entry, *, by, reason="", version=None):
    """The desk lets one entry be changed for three days, with a reason the applicants read."""
    until = clock.now() + REOPENED_FOR
    ENTRY.take(entry, "reopen", by=by, reason=reason, version=version, editable_until=until)
    _tell_members(entry, "awards/entry_reopened", reason=reason)
    return entry


def _tell_members(entry, template, attachments=(), **context):
    entry = Entry.objects.select_related("call__award", "call__edition", "track").get(pk=entry.pk)
    cause = f"entry:{entry.pk}:{template}:{entry.version}"
    for member in entry.members.filter(joined_at__isnull=False).select_related("user"):
        with translation.override(member.user.language):
            link = reverse("awards:entry", args=[entry.code])
        notify(
            member.user,
            template,
            cause=cause,
            context={"entry": entry, **context},
            link=link,
            attachments=attachments,
        )
