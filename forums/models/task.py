"""What a forum has to see to: a task that something opened, done or dropped by a person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.invitation import Invitation
from waic.lib.models import Versioned
from waic.lib.steps import Step, Workflow


class TaskState(models.TextChoices):
    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class ForumTask(Versioned):
    """Somebody declined, and the forum needs another guest or another agenda; one task per letter."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="tasks", verbose_name=_("forum"))
    invitation = models.OneToOneField(
        Invitation, models.CASCADE, related_name="task", verbose_name=_("invitation")
    )
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    is_urgent = models.BooleanField(_("urgent"), default=False, editable=False)
    opened_at = models.DateTimeField(_("opened at"), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-is_urgent", "opened_at", "pk"]
        verbose_name = _("task of a forum")
        verbose_name_plural = _("tasks of forums")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | ~Q(state="open") & ~Q(closed_at=None),
                name="forums_forumtask_closed_has_time",
            )
        ]

    def __str__(self):
        return _("%(role)s declined: %(speaker)s") % {
            "role": self.invitation.get_role_display(), "speaker": self.invitation.speaker,
        }  # fmt: skip


_T = TaskState
TASK = Workflow(
    steps=(
        Step("done", _("Mark as done"), (_T.OPEN,), _T.DONE, stamp="closed_at"),
        Step("drop", _("Drop"), (_T.OPEN,), _T.DROPPED, needs_reason=True, stamp="closed_at", danger=True),
        Step("reopen", _("Open again"), (_T.DONE, _T.DROPPED), _T.OPEN),
    ),
    path=(_T.OPEN, _T.DONE),
)  # fmt: skip
