"""What the portal's front page shows of the stage."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waic.lib.portal import Item, Section, register


def items(user):
    """Invitations to answer, forums to complete, seats."""
    from forums.models import Forum
    from forums.operations.invitations import OPEN
    from forums.views.invitation import invitations_of
    from forums.views.proposals import portal_items

    yield from portal_items(user)
    for invitation in invitations_of(user)[:10]:
        is_open = invitation.state in OPEN
        yield Item(
            title=str(invitation.forum), url=reverse("forums:invitation", args=[invitation.code]), state=invitation.get_state_display(),
            next_step=_("Accept or decline") if is_open else _("Look at your profile"), due=invitation.reply_by if is_open else None, is_yours=is_open,
        )  # fmt: skip
    for forum in Forum.objects.hosted_by(user).select_related("edition")[:10]:
        is_draft = forum.state == "draft"
        yield Item(
            title=str(forum), url=reverse("forums:hosted-forum", args=[forum.code]), state=forum.get_state_display(),
            next_step=_("Complete the texts and hand in") if is_draft else _("Look after your forum"), is_yours=is_draft,
        )  # fmt: skip
    for booking in user.forum_bookings.filter(status="held").select_related("forum")[:10]:
        yield Item(
            title=str(booking.forum),
            url=reverse("forums:book", args=[booking.forum.code]),
            state=_("Seat booked"),
            next_step=_("Come to the forum"),
            due=booking.forum.starts_at,
        )


def starts(user):
    """Proposing a forum, while a call is open."""
    from forums.models import ForumCall

    return (
        [(_("Propose a forum"), reverse("forums:proposals"))]
        if ForumCall.objects.open().exists()
        else []
    )


def register_section():
    register(
        Section(
            "stage",
            gettext_lazy("Forums and stage"),
            "forum",
            lambda user: list(items(user)),
            starts,
            order=30,
        )
    )
