"""Inviting speakers: a letter with a personal link, an answer, and what follows from it."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import Invitation, InvitationState, Participation
from forums.models.invitation import INVITATION
from forums.operations.forums import index_forum
from waic.accounts.desks import desk_members
from waic.accounts.models import digest, new_token
from waic.lib import clock
from waic.notifications.outbox import notify

OPEN = (InvitationState.SENT, InvitationState.OPENED)


@transaction.atomic
def send_invitation(invitation, *, by=None, reason="", version=None):
    """Send the letter with a new personal link; ValidationError when the speaker has no address."""
    speaker = invitation.speaker
    recipient = speaker.user or speaker.email
    if not recipient:
        raise ValidationError(
            _("%(speaker)s has no e-mail address yet."),
            code="no_address",
            params={"speaker": speaker},
        )
    token = new_token()
    INVITATION.take(invitation, "send", by=by, reason=reason, version=version, digest=digest(token))
    language = speaker.user.language if speaker.user else ("zh-hans" if speaker.name_zh else "en")
    with translation.override(language):
        link = reverse("forums:invitation-by-link", args=[token])
    # Whoever holds the link answers for the speaker, so no desk reads it and the outbox does not keep it.
    notify(
        recipient, "forums/invitation", cause=f"invitation:{invitation.pk}:{invitation.version}", link=link, language=language, secret=True,
        context={"invitation": invitation, "speaker": speaker, "forum": invitation.forum},
    )  # fmt: skip
    return invitation


def find_by_token(token):
    """The invitation a personal link leads to, in whatever state; None for a made-up one."""
    return (
        Invitation.objects.select_related("forum__edition", "speaker", "session")
        .filter(digest=digest(token))
        .exclude(digest="")
        .first()
    )


def open_invitation(invitation):
    """Note that the letter was opened; only the first time counts."""
    if invitation.state == InvitationState.SENT:
        # Mail filters open a link a moment before the person does; the second one just reads.
        with suppress(ValidationError):
            INVITATION.take(invitation, "open")
        invitation.refresh_from_db()
    return invitation


def check_answerable(invitation):
    """ValidationError with a sentence when the invitation cannot be answered any more."""
    if invitation.state == InvitationState.WITHDRAWN:
        raise ValidationError(
            _(
                "This invitation was withdrawn. Please write to the conference office if you have questions."
            ),
            code="withdrawn",
        )
    if invitation.state == InvitationState.EXPIRED or (
        invitation.state in OPEN and invitation.reply_by and clock.now() >= invitation.reply_by
    ):
        raise ValidationError(
            _(
                "The day to answer this invitation has passed. Please write to the conference office."
            ),
            code="expired",
        )


@transaction.atomic
def answer_invitation(invitation, *, accepts, words="", by=None):
    """Accept or decline. ValidationError when that is not possible any more."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("forum__edition", "speaker")
        .get(pk=invitation.pk)
    )
    check_answerable(invitation)
    INVITATION.take(
        invitation, "accept" if accepts else "decline", by=by, reason=words, answer=words
    )
    if accepts:
        Participation.objects.update_or_create(
            forum=invitation.forum,
            session=invitation.session,
            speaker=invitation.speaker,
            defaults={"role": invitation.role, "is_confirmed": True},
        )
        index_forum(invitation.forum)
    else:
        Participation.objects.filter(forum=invitation.forum, speaker=invitation.speaker).update(
            is_confirmed=False
        )
    _tell(invitation, accepts)
    return invitation


def _tell(invitation, accepts):
    cause = f"invitation:{invitation.pk}:answer:{invitation.version}"
    context = {
        "invitation": invitation,
        "speaker": invitation.speaker,
        "forum": invitation.forum,
        "accepts": accepts,
    }
    people = {p.pk: p for p in desk_members("programme")}
    if invitation.invited_by:
        people[invitation.invited_by.pk] = invitation.invited_by
    for person in people.values():
        with translation.override(person.language):
            link = reverse("admin:forums_invitation_change", args=[invitation.pk])
        notify(person, "forums/invitation_answered", cause=cause, context=context, link=link)


def withdraw_invitation(invitation, *, by=None, reason="", version=None):
    """Take an invitation back; its link answers with a sentence from now on."""
    return INVITATION.take(invitation, "withdraw", by=by, reason=reason, version=version)


def expire_invitations():
    """Letters whose day has passed; how many. One that is answered at this moment stays answered."""
    expired = 0
    for invitation in Invitation.objects.filter(state__in=OPEN, reply_by__lte=clock.now()):
        with suppress(ValidationError):
            INVITATION.take(invitation, "expire")
            expired += 1
    return expired
