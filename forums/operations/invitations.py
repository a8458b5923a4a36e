"""Inviting speakers: a letter that two people of the desk answer for, a personal link, an answer."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import ForumState, Invitation, InvitationState, LetterSeries, Participation
from forums.models.invitation import INVITATION
from forums.operations.declining import follow_decline, follow_guest, take_off_the_lists
from forums.operations.forums import index_forum
from forums.operations.letters import keep_letters, letter_context
from forums.operations.personal_links import link_to
from waic.accounts.desks import desk_members
from waic.lib import clock
from waic.notifications.outbox import notify

OPEN = (InvitationState.SENT, InvitationState.OPENED)


def _locked(invitation):
    rows = Invitation.objects.select_for_update(of=("self",))
    return rows.select_related("forum__edition", "speaker").get(pk=invitation.pk)


# --- Wording and approving ----------------------------------------------------------------------


@transaction.atomic
def approve_content(invitation, *, by, reason="", version=None):
    """A second person of the desk answers for the wording; ValidationError `same_person` for whoever worded it."""
    if _locked(invitation).worded_by_id == by.pk:
        raise ValidationError(
            _("You worded this letter. Somebody else of the desk approves it."), code="same_person"
        )
    return INVITATION.take(
        invitation, "approve", by=by, reason=reason, version=version, approved_by=by
    )


def reopen_content(invitation, *, by=None, reason="", version=None):
    """Back to the draft: the approval is gone, and the letter is not sent without a new one."""
    return INVITATION.take(
        invitation, "reopen", by=by, reason=reason, version=version, approved_by=None, approved_at=None
    )  # fmt: skip


# --- Sending ------------------------------------------------------------------------------------


def recipient_of(speaker):
    """The account or address a speaker is written to; "" without one."""
    return speaker.user or speaker.email


def language_of(speaker):
    """The language a speaker is written to in: the one they chose, else the one of their name."""
    if speaker.user:
        return speaker.user.language
    return "zh-hans" if speaker.name_zh else "en"


@transaction.atomic
def send_invitation(invitation, *, by=None, reason="", version=None):
    """Number the letter and send it with its personal link; ValidationError when the speaker has no address."""
    speaker = invitation.speaker
    if not recipient_of(speaker):
        raise ValidationError(
            _("%(speaker)s has no e-mail address yet."),
            code="no_address",
            params={"speaker": speaker},
        )
    _check_worth_sending(invitation)
    if invitation.state != InvitationState.APPROVED:
        # Said before a number is taken; the step itself has the last word.
        INVITATION.take(invitation, "send", by=by, version=version)
    number = LetterSeries.objects.next_number(invitation.forum.edition)
    INVITATION.take(invitation, "send", by=by, reason=reason, version=version, number=number)
    write_to_speaker(
        invitation, "forums/invitation", f"{invitation.version}", keep_letters(invitation)
    )
    return invitation


def _check_worth_sending(invitation):
    """ValidationError `past` or `cancelled` for a letter that nobody could answer."""
    if invitation.reply_by and invitation.reply_by <= clock.now():
        sentence = _(
            "The day to answer has passed already. Give a later one; it needs a new approval."
        )
        raise ValidationError(sentence, code="past")
    if invitation.forum.state == ForumState.CANCELLED:
        raise ValidationError(_("This forum is called off."), code="cancelled")


def write_to_speaker(invitation, template, occasion, attachments=()):
    """Queue a mail with the personal link, once per occasion.

    Whoever holds the link answers for the speaker, so no desk reads it and the outbox does not keep it.
    """
    speaker = invitation.speaker
    language = language_of(speaker)
    notify(
        recipient_of(speaker), template, cause=f"invitation:{invitation.pk}:{occasion}", link=link_to(invitation, language),
        language=language, secret=True, context=letter_context(invitation), attachments=attachments,
    )  # fmt: skip


@transaction.atomic
def renew_link(invitation, *, by=None, reason="", version=None):
    """End the link that is out and send a new one, while an answer is still possible."""
    check_answerable(invitation)
    INVITATION.take(
        invitation,
        "renew",
        by=by,
        reason=reason,
        version=version,
        link_version=F("link_version") + 1,
    )
    letters = [letter for letter in (invitation.letter_zh, invitation.letter_en) if letter]
    write_to_speaker(invitation, "forums/invitation", f"link:{invitation.link_version}", letters)
    return invitation


def open_invitation(invitation):
    """Note that the letter was opened; only the first time counts."""
    if invitation.state == InvitationState.SENT:
        # Mail filters open a link a moment before the person does; the second one just reads.
        with suppress(ValidationError):
            INVITATION.take(invitation, "open")
        invitation.refresh_from_db()
    return invitation


# --- Answering ----------------------------------------------------------------------------------


def check_answerable(invitation):
    """ValidationError with a sentence when the invitation cannot be answered any more."""
    if getattr(invitation, "is_replaced", False):
        raise ValidationError(
            _("This link was replaced by a newer one. Please use the link in our latest mail."), code="replaced"
        )  # fmt: skip
    if invitation.state == InvitationState.WITHDRAWN:
        raise ValidationError(
            _("This invitation was withdrawn. Please write to the conference office if you have questions."),
            code="withdrawn",
        )  # fmt: skip
    if invitation.state == InvitationState.EXPIRED or (
        invitation.state in OPEN and invitation.reply_by and clock.now() >= invitation.reply_by
    ):
        raise ValidationError(
            _("The day to answer this invitation has passed. Please write to the conference office."),
            code="expired",
        )  # fmt: skip
    if invitation.state in OPEN and invitation.forum.state == ForumState.CANCELLED:
        raise ValidationError(
            _("This forum is called off. You need not answer; we are sorry for the trouble."), code="cancelled"
        )  # fmt: skip


def may_decline(invitation):
    """Whether somebody who accepted may still say that they cannot come: until the forum is over."""
    return invitation.state == InvitationState.ACCEPTED and not invitation.forum.is_over


@transaction.atomic
def answer_invitation(invitation, *, accepts, words="", by=None):
    """Accept or decline. ValidationError when that is not possible any more."""
    check_answerable(invitation)
    invitation = _locked(invitation)
    check_answerable(invitation)
    if not accepts and invitation.state == InvitationState.ACCEPTED and not may_decline(invitation):
        raise ValidationError(_("This forum is over."), code="over")
    # A letter to a row that was merged meanwhile is answered by the person it became.
    speaker = invitation.speaker.survivor
    INVITATION.take(
        invitation, "accept" if accepts else "decline", by=by, reason=words, answer=words
    )
    if accepts:
        Participation.objects.update_or_create(
            forum=invitation.forum,
            session=invitation.session,
            speaker=speaker,
            defaults={"role": invitation.role, "is_confirmed": True},
        )
        index_forum(invitation.forum)
        follow_guest(invitation.forum.edition, speaker)
        _tell(invitation, accepts)
    else:
        _tell(invitation, accepts, follow_decline(invitation, speaker))
    return invitation


def _tell(invitation, accepts, task=None):
    """The desk and whoever invited learn the answer, and that it is urgent where it is."""
    cause = f"invitation:{invitation.pk}:answer:{invitation.version}"
    context = {**letter_context(invitation), "accepts": accepts, "has_task": task is not None, "is_urgent": bool(task and task.is_urgent)}  # fmt: skip
    people = {p.pk: p for p in desk_members("programme")}
    if invitation.invited_by:
        people[invitation.invited_by.pk] = invitation.invited_by
    for person in people.values():
        with translation.override(person.language):
            link = reverse("admin:forums_invitation_change", args=[invitation.pk])
        notify(person, "forums/invitation_answered", cause=cause, context=context, link=link)


# --- Ending -------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_invitation(invitation, *, by=None, reason="", version=None):
    """Take an invitation back; its link answers with a sentence from now on, and whom it reached is off the lists."""
    was_out = _locked(invitation).state in OPEN
    INVITATION.take(invitation, "withdraw", by=by, reason=reason, version=version)
    if was_out:
        take_off_the_lists(
            invitation.forum, invitation.speaker.survivor, session=invitation.session
        )
    return invitation


def expire_invitations():
    """Letters whose day has passed; how many. One that is answered at this moment stays answered."""
    expired = 0
    for invitation in Invitation.objects.filter(state__in=OPEN, reply_by__lte=clock.now()):
        with suppress(ValidationError):
            INVITATION.take(invitation, "expire")
            expired += 1
    return expired
