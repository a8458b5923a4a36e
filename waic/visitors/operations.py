"""Registering, entering: what visitors and gate staff do."""

import time
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from waic.lib import clock
from waic.lib.statements import one_statement
from waic.visitors.models import DayQuota, Registration, Scan, Ticket, TicketState, Verdict
from waic.visitors.signing import Claim, read, sign

A_YEAR = 366 * 24 * 3600
KIND = "ticket"


# --- Tickets ------------------------------------------------------------------------------------


@transaction.atomic
def take_ticket(ticket_type, date, *, user):
    """A ticket for one day. ValidationError `closed`, `over`, `no_day`, `full` or `again` says why it cannot be."""
    edition = ticket_type.edition
    if not ticket_type.is_on_sale:
        raise ValidationError(_("This ticket cannot be had at the moment."), code="closed")
    if date < clock.today():
        raise ValidationError(_("This day is over."), code="over")
    quota = DayQuota.objects.filter(edition=edition, date=date).first()
    if quota is None:
        raise ValidationError(
            _("The conference is not open to visitors on this day."), code="no_day"
        )
    registration, _made = Registration.objects.get_or_create(
        edition=edition,
        user=user,
        defaults={"name": (user.name or user.email)[:100], "email": user.email},
    )
    if registration.tickets.valid().filter(date=date).exists():
        raise _has_one()
    _take_place(quota)
    try:
        with transaction.atomic():
            return registration.tickets.create(ticket_type=ticket_type, date=date)
    except IntegrityError as error:
        raise _has_one() from error


def _has_one():
    return ValidationError(_("You have a ticket for this day."), code="again")


def _take_place(quota):
    try:
        DayQuota.objects.take(quota.pk)
    except ValidationError as error:
        raise ValidationError(_("No tickets are left for this day."), code="full") from error


@transaction.atomic
def give_back_ticket(ticket):
    """Void a ticket that was not used and free its place. True if it was valid; ValidationError `over` or `used`."""
    ticket, quota = _locked(ticket)
    if ticket.state != TicketState.VALID:
        return False
    if ticket.date < clock.today():
        raise ValidationError(_("This day is over."), code="over")
    if ticket.scans.filter(verdict=Verdict.ENTERED).exists():
        raise ValidationError(
            _("You have entered with this ticket, so it cannot be given back."), code="used"
        )
    _void(ticket, quota)
    return True


@transaction.atomic
def void_ticket(ticket):
    """The desk's way, also for a used ticket. True if it was valid."""
    ticket, quota = _locked(ticket)
    if ticket.state != TicketState.VALID:
        return False
    _void(ticket, quota)
    return True


def _locked(ticket):
    """The ticket and its day's quota, held. The quota comes first as in take_ticket, or the two could wait for each other."""
    day = DayQuota.objects.filter(edition=ticket.registration.edition_id, date=ticket.date)
    quota = day.select_for_update(no_key=True).first()
    return Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk), quota


def _void(ticket, quota):
    Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.VOID)
    if quota:
        DayQuota.objects.release(quota.pk)


def renew_code(ticket):
    """Revoke the codes given out for a ticket; its page shows a new one at once. True if it is valid."""
    return bool(Ticket.objects.valid().filter(pk=ticket.pk).update(revision=F("revision") + 1))


def code_of(ticket):
    """The signed code of a ticket."""
    year, expires = ticket.registration.edition.year, int(time.time()) + A_YEAR
    return sign(Claim(KIND, year, ticket.uuid, ticket.revision, expires))


# --- Gates --------------------------------------------------------------------------------------

# Still as it was looked at: held while it enters, so that it is not given back at the same moment.
_ENTER = """
INSERT INTO visitors_scan (gate_id, ticket_id, verdict, day, device, nonce, scanned_by_id, scanned_at)
SELECT %(gate)s, id, 'entered', %(day)s, %(device)s, %(nonce)s, %(by)s, %(now)s
FROM visitors_ticket WHERE id = %(ticket)s AND state = 'valid' AND revision = %(revision)s
FOR NO KEY UPDATE
RETURNING id
"""
LOOKS = 3


def scan_code(code, gate, *, by, device="", nonce=None):
    """One scan at a gate and its verdict, on record. The same device and nonce give the first answer again.

    ValidationError `gone` when the gate was removed meanwhile.
    """
    for _look in range(LOOKS):
        if nonce and (first := _known(device, nonce)):
            return first
        ticket, verdict = _judge(code, gate.venue.edition_id)
        scan = Scan(
            gate=gate, ticket=ticket, verdict=verdict, day=clock.today(), device=device,
            nonce=nonce or uuid.uuid4(), scanned_by=by, scanned_at=clock.now(),
        )  # fmt: skip
        if _record(scan):
            return scan
    raise ValidationError(_("This gate cannot be used any more. Choose another one."), code="gone")


def _known(device, nonce):
    return (
        Scan.objects.select_related("ticket__registration")
        .filter(device=device, nonce=nonce)
        .first()
    )


def _record(scan):
    """False when the same ticket or the same scan came in at this very moment, or the ticket changed: look again."""
    try:
        with one_statement():
            if scan.verdict == Verdict.ENTERED:
                scan.pk = _enter(scan)
            else:
                scan.save(force_insert=True)
    except IntegrityError:
        return False
    return scan.pk is not None


def _enter(scan):
    """The number of the scan that lets a ticket in; None when the ticket is not as it was any more."""
    words = {
        "gate": scan.gate_id, "ticket": scan.ticket_id, "revision": scan.ticket.revision, "day": scan.day,
        "device": scan.device, "nonce": scan.nonce, "by": scan.scanned_by_id, "now": scan.scanned_at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, words)
        row = cursor.fetchone()
    return row and row[0]


def look_at_code(code, edition):
    """(ticket, None) of a code that is good today, else (ticket or None, what is wrong). For doors inside; nothing is recorded."""
    ticket, verdict = _judge(code, edition.pk)
    good = verdict in (Verdict.ENTERED, Verdict.AGAIN)
    return ticket, None if good else verdict


def _judge(code, edition):
    """The ticket a code names and what the gate may do with it, as things stand."""
    claim = read(code)
    ticket = _ticket_of(claim, edition) if claim and claim.kind == KIND else None
    if ticket is None:
        return None, Verdict.UNKNOWN
    if ticket.state != TicketState.VALID or ticket.revision != claim.revision:
        return ticket, Verdict.VOID
    if ticket.date != clock.today():
        return ticket, Verdict.WRONG_DAY
    return ticket, Verdict.AGAIN if ticket.has_entered else Verdict.ENTERED


def _ticket_of(claim, edition):
    entered = Scan.objects.filter(ticket=OuterRef("pk"), day=clock.today(), verdict=Verdict.ENTERED)
    return (
        Ticket.objects.select_related("registration")
        .annotate(has_entered=Exists(entered))
        .filter(uuid=claim.ticket, registration__edition=edition)
        .first()
    )
