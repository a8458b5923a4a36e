"""The desk's decision on a proposal: who may take it, and the forum that an accepted one becomes, once."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums import proposal_mails as mails
from forums.models import PROPOSAL, Forum, OrganisationRole
from forums.operations.proposals import locked
from waic.accounts.models import Membership


def check_impartial(proposal, by):
    """ValidationError `conflict` for somebody of the proposing organisation, or who declared a conflict."""
    declared = proposal.reviews.filter(reviewer=by, has_conflict=True)
    belongs = Membership.objects.filter(user=by, organisation=proposal.organisation_id)
    if declared.exists() or belongs.exists():
        raise ValidationError(
            _("You have a conflict of interest here; a colleague has to decide."), code="conflict"
        )


def accept_proposal(proposal, *, by, reason="", version=None):
    """The proposal becomes a forum, once, with the proposer as its host. ValidationError `stale`, `not_allowed`, `conflict`."""
    return _accept(proposal, "accept", by, reason, version)


def accept_with_changes(proposal, *, by, reason="", version=None):
    """The same, with words about what is to be different; the host reads them."""
    return _accept(proposal, "accept_with_changes", by, reason, version)


@transaction.atomic
def _accept(proposal, step, by, reason, version):
    # The row is held first, so that a second desk waits here and then finds the proposal decided.
    row = locked(proposal)
    check_impartial(row, by)
    if row.state not in PROPOSAL[step].sources:
        PROPOSAL.take(row, step, by=by, reason=reason, version=version)
    forum = make_forum(row)
    PROPOSAL.take(row, step, by=by, reason=reason, version=version, forum=forum, answer=reason)
    mails.tell_proposer(row, "proposal_accepted", step=step, words=reason)
    return row


@transaction.atomic
def decline_proposal(proposal, *, by, reason="", version=None):
    """Say no, with a reason the proposer reads."""
    row = locked(proposal)
    check_impartial(row, by)
    PROPOSAL.take(row, "decline", by=by, reason=reason, version=version, answer=reason)
    mails.tell_proposer(row, "proposal_declined", step="decline", words=reason)
    return row


def make_forum(proposal):
    """The draft of a forum from a proposal: its proposer as host, its organisation as 主办."""
    in_chinese = bool(re.search(r"[\u4e00-\u9fff]", proposal.outline))
    forum = Forum.objects.create(
        edition=proposal.call.edition, kind=proposal.call.kind, theme=proposal.theme,
        title_zh=proposal.title_zh or proposal.title_en, title_en=proposal.title_en,
        seats=proposal.seats or 0, is_sample=proposal.is_sample,
        **{"summary_zh" if in_chinese else "summary_en": proposal.outline},
    )  # fmt: skip
    forum.hosts.create(user=proposal.started_by)
    forum.forum_organisations.create(organisation=proposal.organisation, role=OrganisationRole.HOST)
    return forum
