"""Invitations to speak: a letter, a personal link, an answer."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import ParticipationRole, Session
from forums.models.speaker import Speaker
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.steps import Step, Workflow
from waic.lib.text import ProseField


class InvitationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Content approved")
    SENT = "sent", _("Sent")
    OPENED = "opened", _("Opened")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Nobody comes because of such a letter any more.
ENDED = (InvitationState.DECLINED, InvitationState.EXPIRED, InvitationState.WITHDRAWN)
# What a letter says: once it is approved, a change of these needs a new approval; once it is sent, they stay.
CONTENT = ("forum", "session", "speaker", "role", "message", "reply_by")


def _person(name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=name,
    )  # fmt: skip


def _letter(name):
    return models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=name,
    )  # fmt: skip


class Invitation(Versioned):
    """One invitation of a speaker to a forum.

    The personal link is signed, so that its secret is kept nowhere; raising `link_version` ends older ones.
    """

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="invitations", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("session"),
    )
    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="invitations", verbose_name=_("speaker")
    )
    code = PublicCodeField(verbose_name=_("code"))
    role = models.CharField(
        _("role"), max_length=10, choices=ParticipationRole, default=ParticipationRole.SPEAKER
    )
    message = ProseField(_("personal words"), blank=True, max_length=2000)
    reply_by = models.DateTimeField(_("reply by"), null=True, blank=True)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    number = models.CharField(_("number of the letter"), max_length=20, blank=True, editable=False)
    letter_zh = _letter(_("letter in Chinese"))
    letter_en = _letter(_("letter in English"))
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState, default=InvitationState.DRAFT
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name=_("opened at")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answer = ProseField(_("answer"), blank=True, max_length=2000)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    invited_by = _person(_("invited by"))
    worded_by = _person(_("worded by"))
    approved_by = _person(_("approved by"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "speaker"],
                condition=Q(state__in=["draft", "approved", "sent", "opened", "accepted"]),
                name="forums_invitation_one_open_per_forum",
                violation_error_message=_("This person is invited to this forum already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "approved", "withdrawn"])
                | Q(sent_at__isnull=False),
                name="forums_invitation_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(approved_at__isnull=False),
                name="forums_invitation_approved_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("worded_by")),
                name="forums_invitation_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | ~Q(number=""),
                name="forums_invitation_sent_has_number",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="forums_invitation_one_per_number"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
                name="forums_invitation_answer_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.speaker} → {self.forum}"

    def clean(self):
        forum = getattr(self, "forum", None)
        if forum and self.session and self.session.forum_id != forum.pk:
            raise ValidationError({"session": _("This session is of another forum.")})
        speaker = getattr(self, "speaker", None)
        if forum and speaker and speaker.edition_id != forum.edition_id:
            raise ValidationError({"speaker": _("This guest is of another edition.")})

    def validate_constraints(self, exclude=None):
        # Django leaves out what a form does not show; the condition of "once per forum" needs the state.
        super().validate_constraints(exclude=set(exclude or ()) - {"state"})


_S = InvitationState
_OPEN = (_S.SENT, _S.OPENED)
INVITATION = Workflow(
    steps=(
        Step("approve", _("Approve the content"), (_S.DRAFT,), _S.APPROVED, stamp="approved_at"),
        Step("reopen", _("Back to the draft"), (_S.APPROVED,), _S.DRAFT),
        Step("send", _("Send"), (_S.APPROVED,), _S.SENT, stamp="sent_at"),
        Step("renew", _("End the link, send a new one"), _OPEN, _S.SENT),
        Step("open", _("Open"), (_S.SENT,), _S.OPENED, side="theirs", stamp="opened_at"),
        Step("accept", _("Accept"), _OPEN, _S.ACCEPTED, side="theirs", stamp="answered_at"),
        Step("decline", _("Decline"), (*_OPEN, _S.ACCEPTED), _S.DECLINED, side="theirs", stamp="answered_at", danger=True),
        Step("expire", _("Expire"), _OPEN, _S.EXPIRED),
        Step("withdraw", _("Withdraw"), (_S.DRAFT, _S.APPROVED, *_OPEN), _S.WITHDRAWN, needs_reason=True, danger=True),
    ),
    path=(_S.DRAFT, _S.APPROVED, _S.SENT, _S.ACCEPTED),
)  # fmt: skip
