"""Tickets: quotas are never oversold (R1), one person one ticket a day, what was used stays used."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from tests.forums.factories import at
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import (
    DAY,
    NEXT_DAY,
    DayQuotaFactory,
    RegistrationFactory,
    ScanFactory,
    TicketFactory,
    TicketTypeFactory,
)
from waic.lib import clock
from waic.lib.invariants import broken
from waic.visitors.models import DayQuota, Registration, Ticket, TicketState
from waic.visitors.operations import give_back_ticket, renew_code, take_ticket, void_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    return TicketTypeFactory()


@pytest.fixture
def quota(kind):
    return DayQuotaFactory(edition=kind.edition, capacity=2)


def taken(quota):
    return DayQuota.objects.values_list("taken", flat=True).get(pk=quota.pk)


def refused(kind, date=DAY, user=None):
    """The code of the refusal; nothing was written."""
    before = set(Ticket.objects.all()), list(DayQuota.objects.values("pk", "taken"))
    with pytest.raises(ValidationError) as refusal:
        take_ticket(kind, date, user=user or UserFactory())
    assert (set(Ticket.objects.all()), list(DayQuota.objects.values("pk", "taken"))) == before
    return refusal.value.code


# --- Taking -------------------------------------------------------------------------------------


def test_a_ticket_holds_a_place_and_registers_the_person(kind, quota):
    person = UserFactory(name="示例访客", email="visitor@example.com")
    RegistrationFactory(edition=kind.edition)  # somebody else's
    ticket = take_ticket(kind, DAY, user=person)
    made = ticket.registration
    assert (made.user, made.name, made.email) == (person, "示例访客", "visitor@example.com")
    assert (ticket.state, ticket.revision, ticket.issued_at) == ("valid", 1, at("10:24"))
    assert taken(quota) == 1
    DayQuotaFactory(edition=kind.edition, date=NEXT_DAY)
    assert take_ticket(kind, NEXT_DAY, user=person).registration == made


def test_a_person_without_a_name_is_registered_by_address(kind, quota):
    ticket = take_ticket(kind, DAY, user=UserFactory(name="", email="nameless@example.com"))
    assert ticket.registration.name == "nameless@example.com"


def test_a_full_day_refuses_until_a_ticket_is_given_back(kind, quota):
    first = take_ticket(kind, DAY, user=UserFactory())
    take_ticket(kind, DAY, user=UserFactory())
    assert refused(kind) == "full"
    assert give_back_ticket(first) is True
    take_ticket(kind, DAY, user=UserFactory())
    assert refused(kind) == "full"


def test_one_person_one_ticket_a_day_even_on_a_full_day(kind, quota):
    person = UserFactory()
    take_ticket(kind, DAY, user=person)
    assert refused(kind, user=person) == "again"
    take_ticket(kind, DAY, user=UserFactory())
    assert refused(kind, user=person) == "again"


def test_the_database_keeps_one_valid_ticket_a_day(kind, quota):
    ticket = TicketFactory(registration__edition=kind.edition)
    TicketFactory(registration=ticket.registration, state=TicketState.VOID)
    with pytest.raises(IntegrityError, match="one_per_day"), transaction.atomic():
        TicketFactory(registration=ticket.registration)


def test_days_without_a_quota_and_past_days_are_refused(kind, quota):
    DayQuotaFactory(edition=EditionFactory(year=2025), date=NEXT_DAY)  # another edition's
    DayQuotaFactory(edition=kind.edition, date=DAY - timedelta(days=1))
    assert refused(kind, NEXT_DAY) == "no_day"
    assert refused(kind, DAY - timedelta(days=1)) == "over"


@pytest.mark.parametrize(
    ("since", "until", "answer"),
    [
        (None, None, True),
        ("10:24", None, True),
        ("10:25", None, False),
        (None, "10:25", True),
        (None, "10:24", False),
        ("09:00", "11:00", True),
    ],
)
def test_a_sale_is_half_open(quota, since, until, answer):
    kind = TicketTypeFactory(
        edition=quota.edition,
        key="timed",
        on_sale_from=since and at(since),
        on_sale_until=until and at(until),
    )
    assert kind.is_on_sale is answer
    assert type(kind).objects.on_sale().filter(pk=kind.pk).exists() is answer
    if answer:
        take_ticket(kind, DAY, user=UserFactory())
    else:
        assert refused(kind) == "closed"


# --- Giving back --------------------------------------------------------------------------------


def test_giving_back_twice_frees_one_place(kind, quota):
    ticket = take_ticket(kind, DAY, user=UserFactory())
    take_ticket(kind, DAY, user=UserFactory())
    assert [give_back_ticket(ticket), give_back_ticket(ticket)] == [True, False]
    assert taken(quota) == 1


def test_a_used_or_past_ticket_is_not_given_back(kind, quota):
    ticket = take_ticket(kind, DAY, user=UserFactory())
    ScanFactory(ticket=ticket, gate__venue__edition=kind.edition)
    with pytest.raises(ValidationError) as used:
        give_back_ticket(ticket)
    other = take_ticket(kind, DAY, user=UserFactory())
    with clock.frozen_at(at("10:00", NEXT_DAY)), pytest.raises(ValidationError) as over:
        give_back_ticket(other)
    assert (used.value.code, over.value.code, taken(quota)) == ("used", "over", 2)


def test_the_desk_voids_a_used_ticket_too(kind, quota):
    ticket = take_ticket(kind, DAY, user=UserFactory())
    ScanFactory(ticket=ticket, gate__venue__edition=kind.edition)
    assert [void_ticket(ticket), void_ticket(ticket)] == [True, False]
    assert taken(quota) == 0


def test_only_a_valid_ticket_gets_a_new_code(kind, quota):
    ticket = take_ticket(kind, DAY, user=UserFactory())
    assert renew_code(ticket) is True
    void_ticket(ticket)
    assert renew_code(ticket) is False
    ticket.refresh_from_db()
    assert ticket.revision == 2


def test_the_counter_is_checked_against_the_tickets(kind, quota):
    rule = "DayQuota.taken equals the valid tickets of its day"
    take_ticket(kind, DAY, user=UserFactory())
    assert [found for found in broken() if rule in str(found)] == []
    DayQuota.objects.filter(pk=quota.pk).update(taken=2)
    assert any(rule in str(found) for found in broken())


# --- At the same moment -------------------------------------------------------------------------


def together(count, work):
    """What `work(n)` answers or how it was refused, from threads that start together."""
    barrier = threading.Barrier(count)

    def one(n):
        try:
            with clock.frozen_at(at("10:24")):
                barrier.wait(30)
                return work(n)
        except ValidationError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_many_people_at_once_never_oversell_a_day():
    kind = TicketTypeFactory()
    quota = DayQuotaFactory(edition=kind.edition, capacity=3)
    people = UserFactory.create_batch(8)

    def take(n):
        take_ticket(kind, DAY, user=people[n])
        return "taken"

    assert sorted(together(8, take)) == ["full"] * 5 + ["taken"] * 3
    assert (taken(quota), Ticket.objects.valid().count()) == (3, 3)
    # Who was refused was not registered either.
    assert Registration.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_in_many_tabs_gets_one_ticket():
    kind = TicketTypeFactory()
    quota = DayQuotaFactory(edition=kind.edition)
    person = UserFactory()

    def take(n):
        take_ticket(kind, DAY, user=person)
        return "taken"

    assert sorted(together(6, take)) == ["again"] * 5 + ["taken"]
    assert (taken(quota), Ticket.objects.count(), Registration.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_giving_back_and_taking_at_once_never_wait_for_each_other():
    kind = TicketTypeFactory()
    quota = DayQuotaFactory(edition=kind.edition, capacity=5)
    person = UserFactory()
    ticket = take_ticket(kind, DAY, user=person)

    def work(n):
        if n % 2:
            return give_back_ticket(ticket)
        return bool(take_ticket(kind, DAY, user=person))

    answers = together(6, work)
    assert answers.count(True) in (1, 2)  # given back, and perhaps taken anew
    assert set(answers) <= {True, False, "again"}
    assert taken(quota) == Ticket.objects.valid().count() <= 1
