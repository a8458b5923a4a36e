"""Invitations to speak: a letter, a personal link, an answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import ParticipationRole, Session
from forums.models.speaker import Speaker
from waic.lib.codes import PublicCodeField
from waic.lib.models import Versioned
from waic.lib.steps import Step, Workflow
from waic.lib.text import ProseField


class InvitationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    OPENED = "opened", _("Opened")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Invitation(Versioned):
    """One invitation of a speaker to a forum. The personal link's secret is kept as a digest only."""

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
    digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState, default=InvitationState.DRAFT
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(
        null=True, blank=True, editable=False, verbose_name=_("opened at")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answer = ProseField(_("answer"), blank=True, max_length=2000)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "speaker"],
                condition=Q(state__in=["draft", "sent", "opened", "accepted"]),
                name="forums_invitation_one_open_per_forum",
                violation_error_message=_("This person is invited to this forum already."),
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.DRAFT)
                | Q(sent_at__isnull=False)
                | Q(state=InvitationState.WITHDRAWN),
                name="forums_invitation_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
                name="forums_invitation_answer_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.speaker} → {self.forum}"

    def validate_constraints(self, exclude=None):
        # Django leaves out what a form does not show; the condition of "once per forum" needs the state.
        super().validate_constraints(exclude=set(exclude or ()) - {"state"})


_OPEN = (InvitationState.SENT, InvitationState.OPENED)
INVITATION = Workflow(
    steps=(
        Step("send", _("Send"), (InvitationState.DRAFT,), InvitationState.SENT, stamp="sent_at"),
        Step("open", _("Open"), (InvitationState.SENT,), InvitationState.OPENED, side="theirs", stamp="opened_at"),
        Step("accept", _("Accept"), _OPEN, InvitationState.ACCEPTED, side="theirs", stamp="answered_at"),
        Step("decline", _("Decline"), (*_OPEN, InvitationState.ACCEPTED), InvitationState.DECLINED, side="theirs", stamp="answered_at", danger=True),
        Step("expire", _("Expire"), _OPEN, InvitationState.EXPIRED),
        Step("withdraw", _("Withdraw"), (InvitationState.DRAFT, *_OPEN), InvitationState.WITHDRAWN, needs_reason=True, danger=True),
    ),
    path=(InvitationState.DRAFT, InvitationState.SENT, InvitationState.ACCEPTED),
)  # fmt: skip
