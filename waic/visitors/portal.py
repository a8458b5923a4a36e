"""What the portal's front page shows of visiting: the days a person may still come."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waic.lib.portal import Item, Section, register


def items(user):
    """Valid tickets of today and later."""
    from waic.lib import clock
    from waic.lib.templatetags.dates import day, weekday
    from waic.visitors.models import Ticket

    own = Ticket.objects.valid().filter(registration__user=user, date__gte=clock.today())
    return [
        Item(
            title=f"{day(ticket.date)} {weekday(ticket.date)}",
            url=reverse("visitors:tickets"),
            state=str(ticket.ticket_type),
            next_step=_("Show the code at the gate"),
        )
        for ticket in own.select_related("ticket_type")[:10]
    ]


def starts(user):
    return [(_("Get a ticket"), reverse("visitors:tickets"))]


def register_section():
    register(Section("visit", gettext_lazy("Tickets"), "experience", items, starts, order=40))
