"""Where a proposal of a forum stands, in words and as a line of turns; what the portal's front page says of it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from forums.models import TAKEN, ForumProposal, ProposalState
from waic.lib.portal import Item
from waic.lib.templatetags.dates import day, moment
from waic.lib.turns import Turn, Turns


def proposals_of(user):
    """Proposals of the person's organisations, newest first."""
    return ForumProposal.objects.of(user).select_related(
        "call__edition", "organisation", "started_by", "forum"
    )


def turns_of(proposal):
    """The line of turns: yours to hand in, the desk's to decide, yours again once it is a forum."""
    call, state = proposal.call, proposal.state
    by = _("by %(day)s") % {"day": day(call.decide_by)} if call.decide_by else ""
    steps = [
        Turn(_("Fill in and hand in"), "theirs", moment(call.closes_at)),
        Turn(_("Scored by the programme desk"), "ours", by),
        Turn(_("Complete your forum"), "theirs"),
    ]
    if state == ProposalState.WITHDRAWN or state == ProposalState.DECLINED:
        return None
    reached = 0 if state == ProposalState.DRAFT else 1 if state == ProposalState.SUBMITTED else 2
    return Turns(
        [
            Turn(t.name, t.side, t.note, is_done=n < reached, is_current=n == reached)
            for n, t in enumerate(steps)
        ]
    )


def what_is_next(proposal):
    """One sentence: what happens next and by when."""
    call = proposal.call
    if proposal.state == ProposalState.DRAFT:
        if not call.is_open:
            return _("The call is closed; this draft was not handed in.")
        return _("Hand it in by %(when)s.") % {"when": moment(call.closes_at)}
    if proposal.state == ProposalState.SUBMITTED:
        if call.decide_by:
            words = _(
                "The programme desk scores it and writes to you by %(day)s. There is nothing to do until then."
            )
            return words % {"day": day(call.decide_by)}  # fmt: skip
        return _("The programme desk scores it and writes to you. There is nothing to do until then.")  # fmt: skip
    if proposal.state in TAKEN:
        return _("It is a forum now: complete its agenda and guests.")
    if proposal.state == ProposalState.DECLINED:
        return _("It was declined. The reason is below.")
    return _("It was withdrawn. You may propose another one while a call is open.")


def portal_items(user):
    """Lines of the portal's front page: where each proposal stands."""
    for proposal in proposals_of(user)[:10]:
        is_open = proposal.state == ProposalState.DRAFT and proposal.call.is_open
        if proposal.state in TAKEN:
            continue  # the forum itself stands there
        yield Item(
            title=str(proposal), url=reverse("forums:proposal", args=[proposal.code]), state=proposal.get_state_display(),
            next_step=what_is_next(proposal), due=proposal.call.closes_at if is_open else None, is_yours=is_open,
        )  # fmt: skip
