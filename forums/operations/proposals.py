"""A proposal's way: started in an open call, saved as it is typed, handed in in time, decided, made a forum once."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums import proposal_mails as mails
from forums.models import (
    PROPOSAL,
    ForumCall,
    ForumProposal,
    ProposalState,
)
from waic.accounts.models import Membership, Organisation, Role
from waic.lib import clock
from waic.lib.merging import mark, marks, merge
from waic.lib.text import clean_text

FIELDS = (
    "title_zh",
    "title_en",
    "theme",
    "outline",
    "guests",
    "seats",
    "budget",
    "currency",
    "past",
)
REQUIRED = ("theme", "outline", "guests", "seats", "budget", "currency")
# A wrong text longer than this is shown back but not kept.
LONGEST_KEPT = 20_000
MOST_DRAFTS = 20


def check_open(call):
    """ValidationError `closed` or `not_yet` unless the call is open at this very moment (R10)."""
    if clock.now() < call.opens_at:
        raise ValidationError(_("This call is not open yet."), code="not_yet")
    if clock.now() >= call.closes_at:
        raise ValidationError(
            _("The deadline has passed. Nothing can be changed any more; what was saved is kept."),
            code="closed",
        )


def may_act_for(user, organisation_id):
    """Whether the person is an owner or editor of the organisation."""
    return Membership.objects.filter(
        user=user, organisation=organisation_id, role__in=[Role.OWNER, Role.EDITOR]
    ).exists()


def locked(proposal):
    """The proposal's row and its call's deadline, held until the transaction ends."""
    ForumCall.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.call_id)
    return (
        ForumProposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__edition", "call__kind", "organisation", "started_by")
        .get(pk=proposal.pk)
    )


def _editable(proposal, *, by):
    proposal = locked(proposal)
    if not may_act_for(by, proposal.organisation_id):
        raise ValidationError(
            _("You may look at this proposal but not change it."), code="not_yours"
        )
    if proposal.state == ProposalState.DRAFT:
        check_open(proposal.call)
        return proposal
    raise ValidationError(
        _("This proposal is handed in. Take it back first to change it."), code="not_allowed"
    )


@transaction.atomic
def start_proposal(call, organisation, *, by):
    """A draft of an organisation of the person's; ValidationError `closed`, `not_yet`, `not_yours`, `too_many`.

    A double click finds the untouched draft it made a moment ago: the organisation's row is held meanwhile.
    """
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    check_open(call)
    if not may_act_for(by, organisation.pk):
        raise ValidationError(_("You may not propose for this organisation."), code="not_yours")
    drafts = ForumProposal.objects.filter(
        call=call, organisation=organisation, state=ProposalState.DRAFT
    )
    if untouched := drafts.filter(started_by=by, version=1).first():
        return untouched
    if drafts.count() >= MOST_DRAFTS:
        sentence = _("There are %(most)d drafts already. Hand in or withdraw some first.")
        raise ValidationError(sentence, code="too_many", params={"most": MOST_DRAFTS})
    return ForumProposal.objects.create(call=call, organisation=organisation, started_by=by)


# --- What is typed ------------------------------------------------------------------------------


@dataclass
class Saved:
    """What became of a save: the row, the fields another window changed too, and the texts too long to be kept."""

    proposal: ForumProposal
    clashes: set = field(default_factory=set)
    too_long: set = field(default_factory=set)


def texts_of(proposal):
    """{field: text} as the form shows it: what was typed and is not right yet goes before what is stored."""
    stored = {name: getattr(proposal, name) for name in FIELDS}
    shown = {name: "" if value is None else str(value) for name, value in stored.items()}
    return {**shown, **{k: v for k, v in proposal.typed.items() if k in shown}}


def value_of(name, text):
    """What a typed text means for a field; ValidationError says what is wrong with it."""
    model_field = ForumProposal._meta.get_field(name)
    value = model_field.formfield(required=False).clean(text)
    # A form leaves the model's own validators to full_clean, which looks at all fields at once.
    model_field.run_validators(value)
    return value


@transaction.atomic
def save_typed(proposal, texts, *, by, seen=None):
    """Keep what was typed, right or not yet right. ValidationError `closed`, `not_allowed`, `not_yours`.

    texts: {field: text}. seen: the marks the page holds; without them everything is written.
    """
    row = _editable(proposal, by=by)
    texts = {name: clean_text(text) for name, text in texts.items() if name in FIELDS}
    stored = texts_of(row)
    changed, clashes = merge(texts, stored, marks(stored) if seen is None else seen)
    too_long = {name for name, text in changed.items() if not _keep(row, name, text)}
    if set(changed) - too_long:
        row.version += 1
        row.changed_at = clock.now()
        row.save()
    return Saved(row, clashes, too_long)


def _keep(row, name, text):
    """Set one field, or remember the wrong text; False when that is too long to be remembered."""
    typed = {k: v for k, v in row.typed.items() if k != name}
    try:
        value = value_of(name, text)
        setattr(row, name, value or "" if name == "currency" else value)
    except ValidationError:
        if len(text) > LONGEST_KEPT:
            return False
        typed[name] = text
    if row.budget is not None and not row.currency:
        row.currency = "CNY"
    row.typed = typed
    return True


def troubles(proposal):
    """{field: sentence} of what is wrong or missing before it can be handed in."""
    found = {}
    for name, text in proposal.typed.items():
        try:
            value_of(name, text)
        except ValidationError as refusal:
            found[name] = " ".join(refusal.messages)
    for name in REQUIRED:
        if name not in found and getattr(proposal, name) in (None, ""):
            found[name] = _("Please fill this in.")
    if not proposal.title_zh and not proposal.title_en and "title_zh" not in found:
        found["title_zh"] = _("Give the title in Chinese or in English; best in both.")
    return {name: found[name] for name in FIELDS if name in found}


def is_seen(texts, proposal):
    """Marks for a page that shows these texts of a proposal."""
    stored = texts_of(proposal)
    return {name: mark(stored[name]) for name in texts}


# --- Their steps --------------------------------------------------------------------------------


@transaction.atomic
def submit_proposal(proposal, *, by, version=None):
    """Hand in: complete and in time. ValidationError `incomplete` with a sentence per field, `closed`, `stale`."""
    row = _editable(proposal, by=by)
    if missing := troubles(row):
        names = {name: ForumProposal._meta.get_field(name).verbose_name for name in missing}
        raise ValidationError(
            [
                ValidationError(f"{names[name]}: {sentence}", code="incomplete", params={"field": name})
                for name, sentence in missing.items()
            ]
        )  # fmt: skip
    PROPOSAL.take(row, "submit", by=by, version=version, changed_at=clock.now())
    mails.tell_proposer(row, "proposal_submitted", step="submit")
    mails.tell_desk(row, "proposal_arrived", step="submit")
    return row


@transaction.atomic
def take_back_proposal(proposal, *, by, reason="", version=None):
    """Back to a draft, before the deadline only."""
    row = locked(proposal)
    _check_actor(row, by)
    check_open(row.call)
    return PROPOSAL.take(row, "take_back", by=by, reason=reason, version=version)


@transaction.atomic
def withdraw_proposal(proposal, *, by, reason="", version=None):
    """The institution gives it up, also after the deadline, until it is decided."""
    row = locked(proposal)
    _check_actor(row, by)
    was_with_desk = row.state == ProposalState.SUBMITTED
    PROPOSAL.take(row, "withdraw", by=by, reason=reason, version=version)
    if was_with_desk:
        mails.tell_desk(row, "proposal_withdrawn", step="withdraw")
    return row


def _check_actor(row, by):
    if not may_act_for(by, row.organisation_id):
        raise ValidationError(
            _("You may look at this proposal but not change it."), code="not_yours"
        )
