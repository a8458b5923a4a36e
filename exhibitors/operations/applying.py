"""Applying to exhibit: start, save again and again, attach files, submit, withdraw."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from exhibitors import completeness, drafts, mails
from exhibitors.models import APPLICATION, Application, ApplicationState
from exhibitors.operations import uploads
from exhibitors.operations.access import locked, locked_draft, may_act_for, touch
from exhibitors.operations.booths import give_back_all
from waic.accounts.models import Membership, Organisation, Role


def start_application(call, *, by, organisation=None, company=None, entry_key=None):
    """Begin a draft for an organisation of the person's, or for a new one made of `company`.

    company: name_zh, name_en, credit_code, country, city. entry_key: the form's own key; the same key answers
    the same draft. ValidationError: `closed` outside the call, else by field; PermissionDenied for a viewer.
    """
    if entry_key and (made := made_before(entry_key, by=by)):
        return made
    try:
        with transaction.atomic():
            return _start(call, by, organisation, company, entry_key)
    except IntegrityError:
        # The same click twice: the other one was faster.
        if entry_key and (made := made_before(entry_key, by=by)):
            return made
        raise


def made_before(entry_key, *, by):
    """The draft that this person began with this key, or None."""
    return Application.objects.filter(entry_key=entry_key, started_by=by).first()


def _start(call, by, organisation, company, entry_key):
    if not call.is_open:
        raise ValidationError(_("Applications are not open now."), code="closed")
    if organisation is None:
        organisation = found_organisation(company, by=by)
    elif not may_act_for(by, organisation):
        raise PermissionDenied(_("You may not apply for this organisation."))
    application = Application(
        edition=call.edition, organisation=organisation, entry_key=entry_key,
        name_zh=organisation.name_zh, name_en=organisation.name_en, country=organisation.country,
        city=organisation.city, website=organisation.website, contact_name=by.name,
        contact_email=by.email, contact_phone=by.phone, started_by=by, changed_by=by,
    )  # fmt: skip
    application.validate_constraints()
    application.save()
    return application


def found_organisation(company, *, by):
    """A new organisation with the person as its owner; ValidationError by field."""
    organisation = Organisation(**company)
    organisation.full_clean()
    organisation.save()
    Membership.objects.create(organisation=organisation, user=by, role=Role.OWNER)
    return organisation


@dataclass(frozen=True)
class Saved:
    """What became of a save: the draft as it is now, and what could not be stored.

    conflicts: field → text for what somebody else changed too. too_long: fields whose text cannot be kept.
    seen: the digests for the form's next save.
    """

    application: Application
    conflicts: dict = field(default_factory=dict)
    too_long: set = field(default_factory=set)
    seen: dict = field(default_factory=dict)


@transaction.atomic
def save_draft(application, *, by, values, texts=None, seen=None, version=None):
    """Store what was typed, right or wrong, and merge it with what others stored meanwhile.

    values: field → parsed value, of the fields that are right. texts: field → text as typed, of all fields
    that were sent; what is in `texts` but not in `values` is kept as typed until it is right. seen: digests of the
    texts the form began with. version: for callers that send whole values (`stale` when it is not the current).
    """
    row = locked_draft(application, by=by, version=version)
    texts = texts if texts is not None else {n: drafts.text_of(v) for n, v in values.items()}
    alone = row.changed_by_id == by.pk
    merged = drafts.merge(texts, drafts.application_texts(row), seen or {}, alone=alone)
    typed, too_long = dict(row.typed), set()
    for name in merged.mine:
        if name in values and _store(row, name, values[name]):
            typed.pop(name, None)
        elif len(texts[name]) > drafts.LONGEST_KEPT:
            too_long.add(name)
        else:
            typed[name] = texts[name]
    if merged.mine - too_long:
        row.typed = typed
        touch(row, by=by, fields=[*(merged.mine - {"credit_code"}), "typed"])
    return Saved(row, merged.conflicts, too_long, merged.seen)


def _store(row, name, value):
    """Set one right value; False for a credit code that another organisation has, or that is settled."""
    if name != "credit_code":
        setattr(row, name, value)
        return True
    if credit_code_is_settled(row.organisation):
        return False
    row.organisation.credit_code = value
    try:
        with transaction.atomic():
            row.organisation.save(update_fields=["credit_code"])
    except IntegrityError:
        return False
    return True


def credit_code_is_settled(organisation):
    """Once the desk approved an application, the organisation's credit code is no applicant's to change."""
    return bool(organisation.credit_code) and organisation.applications.public().exists()


def attach(application, slot, upload, *, by):
    """Keep an uploaded logo or licence in the draft; the file it replaces is deleted. ValidationError says why not."""
    with uploads.received(upload, uploads.RULES[slot], kind=slot, by=by) as stored:
        row = locked_draft(application, by=by)
        before = getattr(row, slot)
        setattr(row, slot, stored)
        touch(row, by=by, fields=[slot])
        uploads.discard(before)
    return row


@transaction.atomic
def detach(application, slot, *, by):
    """Take a logo or licence out of the draft again; nothing to take out is fine."""
    row = locked_draft(application, by=by)
    before = getattr(row, slot)
    if before:
        setattr(row, slot, None)
        touch(row, by=by, fields=[slot])
        uploads.discard(before)
    return row


@transaction.atomic
def submit_application(application, *, by, version=None):
    """Hand the draft to the exhibition desk.

    ValidationError: `closed` when the call is over (a draft the desk sent back may return later), `incomplete`,
    `stale`, `not_allowed` (submitted already).
    """
    row = locked(application, by=by)
    if row.state == ApplicationState.DRAFT:
        refuse_outside_call(row.edition)
    if row.is_editable and (gaps := completeness.gaps(row)):
        raise ValidationError([ValidationError(g.sentence, code="incomplete") for g in gaps])
    APPLICATION.take(row, "submit", by=by, version=version)
    mails.tell_applicant(row, "submitted", step="submit")
    mails.tell_desk(row, "desk_submitted", step="submit")
    return row


def refuse_outside_call(edition):
    """ValidationError `closed` unless the edition's call is open at this very moment (guarantee R10)."""
    call = getattr(edition, "exhibition_call", None)
    if call is None or not call.is_open:
        raise ValidationError(
            _("The call for exhibitors is closed; this application can no longer be submitted."),
            code="closed",
        )


@transaction.atomic
def withdraw_application(application, *, by, reason="", version=None):
    """The applicant takes the application back; booths held for it become free."""
    row = locked(application, by=by)
    was_with_desk = row.state == ApplicationState.SUBMITTED
    APPLICATION.take(row, "withdraw", by=by, reason=reason, version=version)
    give_back_all(row)
    mails.tell_applicant(row, "withdrawn", step="withdraw", reason=reason)
    if was_with_desk:
        mails.tell_desk(row, "desk_withdrawn", step="withdraw", reason=reason)
    return row
