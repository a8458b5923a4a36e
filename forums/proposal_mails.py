"""The mails of the call for forums: to whoever proposed, and to the programme desk."""

from django.urls import reverse
from django.utils import translation

from waic.accounts.desks import desk_members
from waic.notifications.outbox import notify

DESK = "programme"


def tell_proposer(proposal, template, *, step, **context):
    """One message to the person who proposed, in their language."""
    person = proposal.started_by
    with translation.override(person.language):
        link = reverse("forums:proposal", args=[proposal.code])
    notify(
        person, f"forums/{template}", cause=_cause(proposal, step), link=link,
        context={"proposal": proposal, "call": proposal.call, **context},
    )  # fmt: skip


def tell_desk(proposal, template, *, step, **context):
    """A notice to every member of the programme desk, each in their own language."""
    for member in desk_members(DESK):
        with translation.override(member.language):
            link = reverse("admin:forums_forumproposal_change", args=[proposal.pk])
        notify(
            member, f"forums/{template}", cause=f"desk:{_cause(proposal, step)}", link=link,
            context={"proposal": proposal, "call": proposal.call, **context},
        )  # fmt: skip


def _cause(proposal, step):
    return f"forums.proposal:{proposal.pk}:{step}:{proposal.version}"
