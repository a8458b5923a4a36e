"""At the door of a forum: a ticket is scanned, the list says whether its person has a seat, once."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from forums.models import Booking, BookingState, Forum
from forums.models.booking import HOLDING
from forums.seat_steps import BOOKING
from waic.visitors.operations import look_at_code

WORDS = {
    "entered": _("Welcome, a seat is booked"),
    "again": _("Has entered already"),
    "no_seat": _("No seat is booked for this ticket"),
    "other_person": _("No seat is booked for this ticket"),
}


@dataclass(frozen=True)
class Answer:
    """What the door says about one ticket."""

    verdict: str  # entered, again, no_seat, or what the gate says of a ticket that is not good
    ticket: object = None
    booking: Booking | None = None
    words: object = ""


def check_seat(code, forum, *, by):
    """Scan a ticket at a forum's door. A booked seat is entered once, whoever scans at the same moment."""
    ticket, verdict = look_at_code(code, forum.edition)
    if verdict is not None:
        return Answer(verdict, ticket, None, verdict.label)
    booking = _booking_of(ticket, forum)
    if booking is None:
        return Answer("no_seat", ticket, None, WORDS["no_seat"])
    verdict = "again" if booking.state == BookingState.ENTERED else _enter(booking, by)
    return Answer(verdict, ticket, booking, WORDS[verdict])


def _booking_of(ticket, forum):
    """The seat of the ticket's person, in a state the door cares about; None without one."""
    rows = Booking.objects.filter(forum=forum, visitor=ticket.registration.user_id)
    return rows.filter(state__in=(*HOLDING, BookingState.ENTERED)).select_related("pool").first()


def _enter(booking, by):
    # Who comes has chosen; the other seat is given on by itself or marked as not used.
    takes_time = booking.takes_time and booking.state == BookingState.HELD
    try:
        BOOKING.take(booking, "enter", by=by, takes_time=takes_time)
    except ValidationError:
        booking.refresh_from_db()
        return "again" if booking.state == BookingState.ENTERED else "no_seat"
    return "entered"


# --- After the forum ----------------------------------------------------------------------------


def mark_no_shows():
    """Every few minutes: seats nobody came for in forums that are over, where the door was checked at all. How many."""
    came = Booking.objects.filter(forum=OuterRef("pk"), state=BookingState.ENTERED)
    open_ = Booking.objects.filter(forum=OuterRef("pk"), state__in=HOLDING)
    over = Forum.objects.over().filter(Exists(came), Exists(open_))
    return sum(_mark(pk) for pk in list(over.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _mark(pk):
    return len(BOOKING.take_all(Booking.objects.filter(forum=pk).order_by("pk"), "miss"))
