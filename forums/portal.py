"""What the portal's front page shows of the stage."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from waic.lib import clock
from waic.lib.portal import Item, Section, register


def items(user):
    """Invitations to answer, forums to complete, seats."""
    from forums.models import Forum
    from forums.models.moments import First
    from forums.operations.invitations import OPEN
    from forums.proposal_words import portal_items
    from forums.views.invitation import invitations_of

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
    bookings = (
        user.forum_bookings.live().select_related("forum").exclude(forum__in=Forum.objects.over())
    )
    for booking in bookings.order_by(First("times"), "pk")[:10]:
        yield _booking_item(booking)
    yield from _star_items(user)


def _star_items(user):
    """My programme of editions that are not over."""
    stars = user.stars.filter(edition__is_published=True, edition__ends_on__gte=clock.today())
    for year, count in stars.order_by("edition").values_list("edition__year").annotate(Count("pk")):
        yield Item(
            title=_("My programme %(year)d") % {"year": year}, url=reverse("forums:mine", args=[year]),
            state=ngettext("%d star", "%d stars", count) % count, next_step=_("See your day, share it, print it"),
        )  # fmt: skip


def _booking_item(booking):
    from forums.models import BookingState

    words = {
        BookingState.OFFERED: _("Take the seat before the offer ends"),
        BookingState.CHOOSE: _("Choose between two seats at the same time"),
        BookingState.WAITING: _("We write as soon as a seat is free"),
        BookingState.REGISTERED: _("Wait for the draw"),
    }
    is_yours = booking.state in (BookingState.OFFERED, BookingState.CHOOSE)
    return Item(
        title=str(booking.forum), url=reverse("forums:book", args=[booking.forum.code]),
        state=_("Seat booked") if booking.state == BookingState.HELD else booking.get_state_display(),
        next_step=words.get(booking.state, _("Come to the forum")),
        due=booking.offer_ends_at or booking.forum.announced_start, is_yours=is_yours,
    )  # fmt: skip


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
