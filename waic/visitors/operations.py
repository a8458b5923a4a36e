"""Registering, entering: what visitors and gate staff do."""

import time
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from waic.lib import clock
from waic.visitors.models import DayQuota, Registration, Scan, Ticket, TicketState, Verdict
from waic.visitors.signing import Claim, read, sign

A_YEAR = 366 * 24 * 3600


@transaction.atomic
def take_ticket(ticket_type, date, *, user):
    """A ticket for one day. ValidationError `over`, `no_day`, `full` or `again` says why it cannot be."""
    edition = ticket_type.edition
    if date < clock.today():
        raise ValidationError(_("This day is over."), code="over")
    quota = DayQuota.objects.filter(edition=edition, date=date).first()
    if quota is None:
        raise ValidationError(
            _("The conference is not open to visitors on this day."), code="no_day"
        )
    registration, _made = Registration.objects.get_or_create(
        edition=edition, user=user, defaults={"name": user.name or user.email, "email": user.email}
    )
    DayQuota.objects.take(quota.pk)
    try:
        with transaction.atomic():
            return Ticket.objects.create(
                registration=registration, ticket_type=ticket_type, date=date
            )
    except IntegrityError as error:
        raise ValidationError(_("You have a ticket for this day."), code="again") from error


@transaction.atomic
def give_back_ticket(ticket):
    """Void a ticket and free its place. True if it was valid."""
    if not Ticket.objects.filter(pk=ticket.pk, state=TicketState.VALID).update(
        state=TicketState.VOID
    ):
        return False
    quota = DayQuota.objects.filter(edition=ticket.registration.edition, date=ticket.date).first()
    if quota:
        DayQuota.objects.release(quota.pk)
    return True


def code_of(ticket):
    """The signed code of a ticket."""
    return sign(
        Claim(
            "ticket",
            ticket.registration.edition.year,
            ticket.uuid,
            ticket.revision,
            int(time.time()) + A_YEAR,
        )
    )


def scan_code(code, gate, *, by, device="", nonce=None):
    """One scan at a gate and its verdict, on record. The same device and nonce give the first answer again."""
    nonce = nonce or uuid.uuid4()
    first = (
        Scan.objects.filter(device=device, nonce=nonce)
        .select_related("ticket__registration")
        .first()
    )
    if first:
        return first
    ticket, verdict = _judge(code, gate)
    today = clock.today()
    if verdict == Verdict.ENTERED:
        try:
            with transaction.atomic():
                return Scan.objects.create(
                    gate=gate,
                    ticket=ticket,
                    verdict=verdict,
                    day=today,
                    device=device,
                    nonce=nonce,
                    scanned_by=by,
                )
        except IntegrityError:
            # Somebody entered with this ticket today; the database says so whoever came first.
            verdict = Verdict.AGAIN
    return Scan.objects.create(
        gate=gate,
        ticket=ticket,
        verdict=verdict,
        day=today,
        device=device,
        nonce=nonce,
        scanned_by=by,
    )


def _judge(code, gate):
    """The ticket a code names and what the gate may do with it."""
    claim = read(code)
    tickets = Ticket.objects.select_related("registration", "ticket_type")
    ticket = (
        tickets.filter(uuid=claim.ticket, registration__edition=gate.venue.edition_id).first()
        if claim
        else None
    )
    if ticket is None:
        return None, Verdict.UNKNOWN
    if ticket.state != TicketState.VALID or ticket.revision != claim.revision:
        return ticket, Verdict.VOID
    if ticket.date != clock.today():
        return ticket, Verdict.WRONG_DAY
    return ticket, Verdict.ENTERED
