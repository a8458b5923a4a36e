"""The steps of a forum, from its draft to the public."""

from django.utils.translation import gettext_lazy as _

from forums.models import ForumState, PlanState
from forums.models.plan import AT_WORK
from waic.lib.steps import Step, Workflow
from waic.lib.turns import Turn, Turns

_S = ForumState
FORUM = Workflow(
    steps=(
        Step("hand_in", _("Hand in for review"), (_S.DRAFT,), _S.REVIEW, side="theirs"),
        Step("publish", _("Publish"), (_S.DRAFT, _S.REVIEW), _S.PUBLISHED, stamp="published_at"),
        Step("unpublish", _("Take back"), (_S.PUBLISHED,), _S.REVIEW, needs_reason=True),
        Step(
            "cancel",
            _("Cancel the forum"),
            (_S.DRAFT, _S.REVIEW, _S.PUBLISHED),
            _S.CANCELLED,
            needs_reason=True,
            danger=True,
        ),
    ),
    path=(_S.DRAFT, _S.REVIEW, _S.PUBLISHED),
    turns={_S.DRAFT: "theirs", _S.REVIEW: "ours", _S.PUBLISHED: "nobody"},
)

_P = PlanState
PLAN = Workflow(
    steps=(
        Step("begin", _("Begin"), (_P.QUEUED,), _P.RUNNING),
        Step("stop", _("Stop and take the best so far"), (_P.RUNNING,), _P.STOPPING),
        Step("finish", _("Finish"), (_P.RUNNING, _P.STOPPING), _P.READY),
        Step("fail", _("Fail"), AT_WORK, _P.FAILED),
        Step("give_up", _("Give up"), (_P.QUEUED,), _P.CANCELLED),
        Step("again", _("Start again"), (_P.FAILED, _P.CANCELLED), _P.QUEUED),
        Step("accept", _("Accept"), (_P.READY, _P.ACCEPTED), _P.ACCEPTED),
        Step("undo", _("Undo"), (_P.ACCEPTED,), _P.READY),
    ),
    path=(_P.QUEUED, _P.RUNNING, _P.READY, _P.ACCEPTED),
)


def turns_of(forum):
    """The line of turns its host sees; None for a cancelled forum, where nobody is to act."""
    if forum.state not in FORUM.path:
        return None
    reached = FORUM.path.index(forum.state)
    points = ((_("Complete and hand in"), "theirs"), (_("Review"), "ours"), (_("In the programme"), "theirs"))  # fmt: skip
    is_public = forum.state == _S.PUBLISHED
    return Turns(
        [
            Turn(
                name,
                side,
                is_done=n < reached or is_public,
                is_current=n == reached and not is_public,
            )
            for n, (name, side) in enumerate(points)
        ]
    )
