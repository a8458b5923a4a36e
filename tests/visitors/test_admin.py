"""The visitor desk: short lists, quotas that cannot be broken, tickets that change through operations alone."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.lib.factories import UserFactory
from tests.visitors.factories import (
    DAY,
    DayQuotaFactory,
    GateFactory,
    RegistrationFactory,
    ScanFactory,
    TicketFactory,
    TicketTypeFactory,
)
from waic.visitors.models import DayQuota, Registration, Ticket, TicketType
from waic.visitors.operations import take_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="visitors"))
    client.force_login(person)
    return person


def page(model, name, *args):
    return reverse(f"admin:visitors_{model}_{name}", args=args)


@pytest.fixture
def ticket():
    kind = TicketTypeFactory()
    DayQuotaFactory(edition=kind.edition)
    return take_ticket(kind, DAY, user=UserFactory())


MAKERS = {
    "tickettype": lambda n: TicketTypeFactory(key=f"kind-{n}"),
    "dayquota": lambda n: DayQuotaFactory(date=DAY.replace(day=n + 1)),
    "registration": lambda n: RegistrationFactory(),
    "ticket": lambda n: TicketFactory(),
    "gate": lambda n: GateFactory(),
    "scan": lambda n: ScanFactory(),
}


@pytest.mark.parametrize("model", MAKERS)
def test_lists_take_the_same_queries_for_one_and_three(client, model, django_assert_max_num_queries):  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page(model, "changelist"))
        assert response.status_code == 200
        return len(queries)

    MAKERS[model](1)
    count()
    one = count()
    MAKERS[model](2)
    MAKERS[model](3)
    assert count() == one


def quota_form(quota, **changes):
    return {"edition": quota.edition_id, "date": quota.date, "capacity": quota.capacity, **changes}


def test_a_quota_never_falls_below_what_is_taken(client, ticket):
    quota = DayQuota.objects.get()
    TicketFactory(registration__edition=quota.edition)
    url = page("dayquota", "change", quota.pk)
    refused = client.post(url, quota_form(quota, capacity=0))
    assert refused.status_code == 200
    assert "已发出 1 张票" in refused.text
    assert client.post(url, quota_form(quota, capacity=1)).status_code == 302
    quota.refresh_from_db()
    assert (quota.capacity, quota.taken) == (1, 1)


def test_a_quota_in_use_keeps_its_day_and_stays(client, ticket):
    quota = DayQuota.objects.get()
    client.post(page("dayquota", "change", quota.pk), quota_form(quota, date="2024-07-06"))
    assert client.post(page("dayquota", "delete", quota.pk), {"post": "yes"}).status_code == 403
    quota.refresh_from_db()
    assert quota.date == DAY
    empty = DayQuotaFactory(edition=quota.edition, date=DAY.replace(day=6))
    assert client.post(page("dayquota", "delete", empty.pk), {"post": "yes"}).status_code == 302
    assert list(DayQuota.objects.all()) == [quota]


@pytest.mark.parametrize("bad", [{"capacity": "-1"}, {"capacity": "many"}, {"capacity": ""}, {"capacity": "9" * 20}, {"date": "2024-07-05"}, {"date": ""}])  # fmt: skip
def test_a_quota_that_cannot_be_is_refused_in_a_sentence(client, bad):
    quota = DayQuotaFactory()
    data = quota_form(quota, date="2024-07-06") | bad
    response = client.post(page("dayquota", "add"), data)
    assert response.status_code == 200
    assert response.context["errors"]
    assert "visitors_dayquota" not in str(response.context["errors"])
    assert list(DayQuota.objects.all()) == [quota]


def kind_form(kind, **changes):
    data = {"edition": kind.edition_id, "key": "new", "name_zh": "示例新票", "name_en": "Sample", "price": "10.00", "order": 0,
            "on_sale_from_0": "", "on_sale_from_1": "", "on_sale_until_0": "", "on_sale_until_1": ""}  # fmt: skip
    return {**data, **changes}


@pytest.mark.parametrize(
    "bad",
    [
        {"price": "-1"}, {"price": "much"}, {"price": "1e9"}, {"key": "public"}, {"key": "with space"}, {"name_zh": ""}, {"name_zh": "票" * 81},
        {"on_sale_from_0": "2024-07-05", "on_sale_from_1": "10:00", "on_sale_until_0": "2024-07-05", "on_sale_until_1": "10:00"},
    ],
)  # fmt: skip
def test_a_ticket_type_that_cannot_be_is_refused_in_a_sentence(client, bad):
    kind = TicketTypeFactory()
    response = client.post(page("tickettype", "add"), kind_form(kind, **bad))
    assert response.status_code == 200
    assert response.context["errors"]
    assert "visitors_tickettype" not in str(response.context["errors"])
    assert list(TicketType.objects.all()) == [kind]


def test_a_ticket_type_is_made(client):
    kind = TicketTypeFactory()
    assert client.post(page("tickettype", "add"), kind_form(kind)).status_code == 302
    assert TicketType.objects.get(key="new").name_zh == "示例新票"


def test_tickets_are_read_here_and_changed_through_steps(client, ticket):
    assert client.get(page("ticket", "change", ticket.pk)).status_code == 200
    assert client.get(page("ticket", "add")).status_code == 403
    assert client.post(page("ticket", "delete", ticket.pk), {"post": "yes"}).status_code == 403
    client.post(page("ticket", "change", ticket.pk), {"state": "void", "date": "2024-07-06"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.date) == ("valid", DAY)


def act(client, action, *tickets):
    data = {"action": action, "_selected_action": [t.pk for t in tickets]}
    return client.post(page("ticket", "changelist"), data, follow=True)


def test_the_desk_voids_tickets_and_frees_their_places(client, ticket):
    kind = ticket.ticket_type
    other = take_ticket(kind, DAY, user=UserFactory())
    act(client, "void_selected", ticket)
    text = act(client, "void_selected", ticket).text
    assert "已作废门票：0 张" in text
    states = dict(Ticket.objects.values_list("pk", "state"))
    assert states == {ticket.pk: "void", other.pk: "valid"}
    assert DayQuota.objects.get().taken == 1
    assert LogEntry.objects.filter(object_id=str(ticket.pk)).count() == 1


def test_the_desk_revokes_codes(client, ticket):
    other = TicketFactory()
    act(client, "renew_selected", ticket)
    assert dict(Ticket.objects.values_list("pk", "revision")) == {ticket.pk: 2, other.pk: 1}


def test_a_registration_with_tickets_stays(client, ticket):
    registration = ticket.registration
    alone = RegistrationFactory(edition=registration.edition)
    for row in (registration, alone):
        client.post(page("registration", "delete", row.pk), {"post": "yes"})
    assert list(Registration.objects.all()) == [registration]


def test_scans_stay_on_record(client):
    scan = ScanFactory()
    assert client.get(page("scan", "change", scan.pk)).status_code == 200
    assert client.get(page("scan", "add")).status_code == 403
    assert client.post(page("scan", "delete", scan.pk), {"post": "yes"}).status_code == 403
    assert client.post(page("scan", "change", scan.pk), {"verdict": "void"}).status_code == 403
