"""What a host wants changed in a forum the desk has approved, field by field; and what was changed directly before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models.forum import Forum
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.steps import Step, Workflow
from waic.lib.text import ProseField


class ChangeState(models.TextChoices):
    PENDING = "pending", _("With the desk")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DIRECT = "direct", _("Made directly")


class ChangeRequest(Versioned):
    """A host's changes. `changes` is a list of {what, op, pk, field, base, new, key}; forums.operations.changes writes it."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="change_requests", verbose_name=_("forum")
    )
    code = PublicCodeField(verbose_name=_("code"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    changes = models.JSONField(_("changes"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=ChangeState, default=ChangeState.PENDING
    )
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = ProseField(_("words of the desk"), blank=True, max_length=2000)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("change asked for")
        verbose_name_plural = _("changes asked for")
        constraints = [
            models.UniqueConstraint(
                fields=["forum"], condition=Q(state="pending"), name="forums_changerequest_one_pending_per_forum"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused", "direct"], decided_at__isnull=False)
                | Q(state__in=["pending", "withdrawn"], decided_at__isnull=True),
                name="forums_changerequest_decided_has_time",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.forum} · {self.code}"


_S = ChangeState
CHANGE = Workflow(
    steps=(
        Step("approve", _("Approve"), (_S.PENDING,), _S.APPROVED, stamp="decided_at"),
        Step("refuse", pgettext_lazy("change", "Refuse"), (_S.PENDING,), _S.REFUSED, stamp="decided_at", needs_reason=True, danger=True),
        Step("withdraw", _("Withdraw"), (_S.PENDING,), _S.WITHDRAWN, side="theirs"),
    ),
    path=(_S.PENDING, _S.APPROVED),
    turns={_S.PENDING: "ours"},
)  # fmt: skip


class ForumMaterial(models.Model):
    """A file the host gives the desk for the forum: a deck, a run of show, a key visual. Private to both."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="materials", verbose_name=_("forum")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_at = models.DateTimeField(_("added at"), default=clock.now)

    class Meta:
        ordering = ["forum", "pk"]
        verbose_name = _("material of a forum")
        verbose_name_plural = _("materials of a forum")

    def __str__(self):
        return str(self.file)
