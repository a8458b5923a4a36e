"""The steps of a forum, from its draft to the public."""

from django.utils.translation import gettext_lazy as _

from forums.models import ForumState
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
