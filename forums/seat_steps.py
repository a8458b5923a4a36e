"""The steps of a booking and of a lottery."""

from django.utils.translation import gettext_lazy as _

from forums.models import BookingState, LotteryState
from waic.lib.steps import Step, Workflow

_B, _L = BookingState, LotteryState

BOOKING = Workflow(
    steps=(
        Step("win", _("Drawn"), (_B.REGISTERED,), _B.HELD),
        Step("queue", _("Not drawn: to the waiting list"), (_B.REGISTERED,), _B.WAITING),
        Step("offer", _("Offer a seat"), (_B.REGISTERED, _B.WAITING), _B.OFFERED),
        Step("accept", _("Take the seat"), (_B.OFFERED,), _B.HELD, side="theirs"),
        Step("lapse", _("Let it lapse"), (_B.OFFERED, _B.CHOOSE), _B.LAPSED),
        Step("clash", _("Is at the time of another seat now"), (_B.HELD,), _B.CHOOSE),
        Step("settle", _("Is free of the other seat"), (_B.CHOOSE,), _B.HELD),
        Step("enter", _("Came"), (_B.HELD, _B.CHOOSE), _B.ENTERED),
        Step("miss", _("Did not come"), (_B.HELD, _B.CHOOSE), _B.NO_SHOW),
        Step(
            "cancel",
            _("Give back"),
            (_B.REGISTERED, _B.WAITING, _B.OFFERED, _B.HELD, _B.CHOOSE),
            _B.CANCELLED,
            side="theirs",
            danger=True,
        ),
    ),
    path=(_B.WAITING, _B.OFFERED, _B.HELD, _B.ENTERED),
    turns={_B.OFFERED: "theirs", _B.CHOOSE: "theirs", _B.WAITING: "ours", _B.REGISTERED: "ours"},
)

LOTTERY = Workflow(
    steps=(
        Step("close", _("Close the list"), (_L.OPEN,), _L.CLOSED, stamp="closed_at"),
        Step("draw", _("Draw"), (_L.CLOSED,), _L.DRAWN, stamp="drawn_at"),
    ),
    path=(_L.OPEN, _L.CLOSED, _L.DRAWN),
)
