"""Two rows that were one person: which one stayed, and what moved, so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.speaker import Speaker
from waic.lib.models import Versioned
from waic.lib.steps import Step, Workflow


class MergeState(models.TextChoices):
    DONE = "done", _("Merged")
    UNDONE = "undone", _("Taken back")


class SpeakerMerge(Versioned):
    """One merge. `moved` names what it changed, `kept_version` the version of the kept row right after it."""

    kept = models.ForeignKey(
        Speaker, models.CASCADE, related_name="merges", verbose_name=_("stays")
    )
    gone = models.ForeignKey(
        Speaker, models.CASCADE, related_name="merged_as", verbose_name=_("was merged into it")
    )
    state = models.CharField(_("state"), max_length=10, choices=MergeState, default=MergeState.DONE)
    moved = models.JSONField(_("what moved"), default=dict, editable=False)
    kept_version = models.PositiveIntegerField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    merged_at = models.DateTimeField(_("merged at"))
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        verbose_name = _("merge of guests")
        verbose_name_plural = _("merges of guests")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("gone")), name="forums_speakermerge_of_two_people"
            ),
            models.UniqueConstraint(
                fields=["gone"], condition=Q(state="done"), name="forums_speakermerge_once"
            ),
        ]

    def __str__(self):
        return f"{self.gone.code} → {self.kept.code}"


MERGE = Workflow(
    steps=(
        Step("undo", _("Take the merge back"), (MergeState.DONE,), MergeState.UNDONE, stamp="undone_at", danger=True),
    ),
    path=(MergeState.DONE,),
)  # fmt: skip
