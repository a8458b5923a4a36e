"""What visitors think of a forum or one of its sessions: a rating, and words that the desk looks at before anybody reads them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum
from forums.models.session import Session
from waic.lib import clock
from waic.lib.models import Versioned
from waic.lib.steps import Step, Workflow
from waic.lib.text import ProseField

RATINGS = (1, 2, 3, 4, 5)


class FeedbackState(models.TextChoices):
    BARE = "bare", _("Without words")
    WAITING = "waiting", _("Waiting for the desk")
    SHOWN = "shown", _("May be shown")
    HIDDEN = "hidden", _("Hidden")


class Feedback(Versioned):
    """One account's rating of one session, or (without a session) of the forum as a whole. Nobody sees whose it is."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="feedback", verbose_name=_("forum")
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="feedback", verbose_name=_("session")
    )  # fmt: skip
    # An account that is gone leaves its rating, so that averages stay.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("person")
    )  # fmt: skip
    rating = models.PositiveSmallIntegerField(_("rating"))
    text = ProseField(_("words"), max_length=1000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=FeedbackState, default=FeedbackState.BARE
    )
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.UniqueConstraint(
                fields=["forum", "session", "user"], condition=Q(user__isnull=False), nulls_distinct=False,
                name="forums_feedback_one_per_account",
            ),
            models.CheckConstraint(condition=Q(rating__in=RATINGS), name="forums_feedback_one_to_five"),
            models.CheckConstraint(
                condition=Q(state="bare", text="") | ~Q(state="bare") & ~Q(text=""), name="forums_feedback_bare_without_words"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.session or self.forum}: {self.rating}"


_S = FeedbackState
FEEDBACK = Workflow(
    steps=(
        Step("show", _("May be shown"), (_S.WAITING, _S.HIDDEN), _S.SHOWN),
        Step("hide", _("Hide"), (_S.WAITING, _S.SHOWN), _S.HIDDEN, needs_reason=True, danger=True),
        Step("reword", _("Write other words"), (_S.BARE, _S.SHOWN, _S.HIDDEN), _S.WAITING, side="theirs"),
        Step("unsay", _("Take the words back"), (_S.WAITING, _S.SHOWN, _S.HIDDEN), _S.BARE, side="theirs"),
    ),
    path=(_S.WAITING, _S.SHOWN),
)  # fmt: skip
