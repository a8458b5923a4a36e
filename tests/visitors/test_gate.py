"""The gate: a ticket enters once a day (R6), and only a code of ours opens (R7)."""

import random
import string
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from tests.forums.factories import VenueFactory, at
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import NEXT_DAY, GateFactory, ScanFactory, TicketFactory
from waic.lib import clock
from waic.visitors.models import Scan, TicketState, Verdict
from waic.visitors.operations import code_of, renew_code, scan_code, void_ticket
from waic.visitors.signing import Claim, _encode, read, sign

YEAR = 366 * 24 * 3600


def claim(**changes):
    fields = {"kind": "ticket", "year": 2024, "ticket": uuid.UUID(int=7), "revision": 1, "expires": int(time.time()) + 60}  # fmt: skip
    return Claim(**{**fields, **changes})


# --- Codes --------------------------------------------------------------------------------------


def test_a_code_says_what_was_signed():
    assert read(sign(claim())) == claim()
    assert read(f"  {sign(claim())}\n") == claim()  # scanners end with a line


def test_a_code_ends_by_real_time():
    with clock.frozen_at(at("10:00")):
        assert read(sign(claim(expires=int(time.time()) - 1))) is None
    with clock.frozen_at(at("10:00")):
        assert read(sign(claim())) is not None


@pytest.mark.parametrize(
    "nonsense",
    ["", ".", "..", "W1", "W1..", "W1.a.b", "W2.a.b", "工.作.票", "😀", "\x00", "W1.\x00.\x00", "A" * 10_000, "W1." + "A" * 200 + ".AAAA"],
)  # fmt: skip
def test_nonsense_is_no_code(nonsense):
    assert read(nonsense) is None


def test_no_mutation_of_a_code_is_accepted():
    """Changed, dropped, doubled, swapped and spliced characters, with a fixed seed."""
    chance = random.Random(20240705)
    codes = [sign(claim(ticket=uuid.UUID(int=n), revision=n % 3 + 1)) for n in range(20)]
    letters = string.ascii_letters + string.digits + "-_=.|+/"
    known = set(codes)
    accepted = []
    for _n in range(6000):
        code = chance.choice(codes)
        at_ = chance.randrange(len(code))
        other = chance.choice(codes)
        mutated = chance.choice(
            [
                code[:at_] + chance.choice(letters) + code[at_ + 1 :],
                code[:at_] + code[at_ + 1 :],
                code[:at_] + code[at_] + code[at_:],
                code[:at_] + other[at_:],
                code.rsplit(".", 1)[0] + "." + other.rsplit(".", 1)[1],
                code.swapcase(),
                code + chance.choice(letters),
            ]
        )
        if mutated not in known and read(mutated) is not None:
            accepted.append(mutated)
    assert accepted == []


def test_another_key_signs_nothing_here(settings):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    payload = sign(claim()).split(".")[1]
    from waic.visitors.signing import _decode

    forged = Ed25519PrivateKey.generate().sign(_decode(payload))
    assert read(f"W1.{payload}.{_encode(forged)}") is None


# --- Verdicts -----------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate():
    return GateFactory()


@pytest.fixture
def staff():
    return UserFactory()


@pytest.fixture
def ticket(gate):
    TicketFactory(registration__edition=gate.venue.edition)  # somebody else's
    return TicketFactory(registration__edition=gate.venue.edition)


def verdict(code, gate, staff):
    return scan_code(code, gate, by=staff).verdict


def test_a_ticket_enters_once_a_day_at_whatever_gate(ticket, gate, staff):
    other = GateFactory(venue=VenueFactory(edition=gate.venue.edition))
    code = code_of(ticket)
    assert [verdict(code, g, staff) for g in (gate, gate, other)] == ["entered", "again", "again"]
    rows = list(Scan.objects.order_by("pk").values_list("gate", "ticket", "verdict", "day", "scanned_by"))  # fmt: skip
    assert rows == [
        (gate.pk, ticket.pk, "entered", ticket.date, staff.pk),
        (gate.pk, ticket.pk, "again", ticket.date, staff.pk),
        (other.pk, ticket.pk, "again", ticket.date, staff.pk),
    ]


def test_a_ticket_of_another_day_waits_for_it(gate, staff):
    ticket = TicketFactory(registration__edition=gate.venue.edition, date=NEXT_DAY)
    assert verdict(code_of(ticket), gate, staff) == Verdict.WRONG_DAY
    with clock.frozen_at(at("00:00", NEXT_DAY)):
        assert verdict(code_of(ticket), gate, staff) == Verdict.ENTERED


def test_void_tickets_and_revoked_codes_stay_out(ticket, gate, staff):
    code = code_of(ticket)
    renew_code(ticket)
    assert verdict(code, gate, staff) == Verdict.VOID
    ticket.refresh_from_db()
    assert verdict(code_of(ticket), gate, staff) == Verdict.ENTERED
    void_ticket(ticket)
    assert verdict(code_of(ticket), gate, staff) == Verdict.VOID


def test_what_is_not_a_ticket_of_this_edition_is_unknown(ticket, gate, staff):
    elsewhere = TicketFactory(registration__edition=EditionFactory(year=2025))
    expires = int(time.time()) + YEAR
    strangers = [
        "nonsense",
        code_of(elsewhere),
        sign(Claim("ticket", 2024, uuid.uuid4(), 1, expires)),
        # Signed by us for something else, with the number of a ticket.
        sign(Claim("badge", 2024, ticket.uuid, 1, expires)),
    ]
    assert [verdict(code, gate, staff) for code in strangers] == ["unknown"] * 4
    assert list(Scan.objects.values_list("ticket", flat=True)) == [None] * 4


def test_the_same_scan_sent_again_gets_the_first_answer(ticket, gate, staff):
    nonce, code = uuid.uuid4(), code_of(ticket)
    first = scan_code(code, gate, by=staff, device="gate-1", nonce=nonce)
    assert scan_code(code, gate, by=staff, device="gate-1", nonce=nonce) == first
    assert scan_code(code, gate, by=staff, device="gate-2", nonce=nonce).verdict == "again"
    assert Scan.objects.count() == 2


def test_the_database_lets_a_ticket_enter_once_a_day(ticket, gate):
    scan = ScanFactory(ticket=ticket, gate=gate)
    with pytest.raises(IntegrityError, match="enters_once_a_day"), transaction.atomic():
        ScanFactory(ticket=ticket, gate=gate)
    with pytest.raises(IntegrityError, match="once_per_device"), transaction.atomic():
        ScanFactory(ticket=ticket, gate=gate, verdict="again", nonce=scan.nonce)


def test_a_scan_takes_two_queries(ticket, gate, staff, django_assert_num_queries):
    code = code_of(ticket)
    with django_assert_num_queries(4):  # a savepoint around them
        scan_code(code, gate, by=staff)


# --- At the same moment -------------------------------------------------------------------------


def together(count, work):
    barrier = threading.Barrier(count)

    def one(n):
        try:
            with clock.frozen_at(at("10:24")):
                barrier.wait(30)
                return work(n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_one_ticket_at_eight_gates_enters_once():
    gates = GateFactory.create_batch(8, venue=VenueFactory())
    ticket = TicketFactory(registration__edition=gates[0].venue.edition)
    code, staff = code_of(ticket), UserFactory()
    answers = together(8, lambda n: scan_code(code, gates[n], by=staff).verdict)
    assert sorted(answers) == ["again"] * 7 + ["entered"]
    assert sorted(Scan.objects.values_list("verdict", flat=True)) == sorted(answers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_one_scan_sent_eight_times_is_one_scan(known):
    gate, staff, nonce = GateFactory(), UserFactory(), uuid.uuid4()
    ticket = TicketFactory(registration__edition=gate.venue.edition)
    code = code_of(ticket) if known else "nonsense"
    answers = together(
        8, lambda n: scan_code(code, gate, by=staff, device="gate-1", nonce=nonce).pk
    )
    assert set(answers) == set(Scan.objects.values_list("pk", flat=True))
    assert len(set(answers)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_ticket_voided_while_it_enters_is_seen_in_one_order():
    gate, staff = GateFactory(), UserFactory()
    ticket = TicketFactory(registration__edition=gate.venue.edition, state=TicketState.VALID)
    code = code_of(ticket)
    work = [lambda: scan_code(code, gate, by=staff).verdict, lambda: void_ticket(ticket)]
    entered, voided = together(2, lambda n: work[n]())
    assert (entered in ("entered", "void"), voided) == (True, True)
    assert scan_code(code, gate, by=staff).verdict == "void"
