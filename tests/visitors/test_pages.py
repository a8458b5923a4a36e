"""The visit page, a person's tickets and the gate, as people and machines meet them."""

import json
import re

import pytest
from django.contrib.auth.models import Group, Permission

from tests.forums.factories import VenueFactory, at
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import (
    DAY,
    NEXT_DAY,
    DayQuotaFactory,
    GateFactory,
    ScanFactory,
    TicketFactory,
    TicketTypeFactory,
)
from waic.editions.models import OpeningHours
from waic.lib import clock, pagecache
from waic.visitors.models import Scan, Ticket
from waic.visitors.operations import code_of, take_ticket

pytestmark = pytest.mark.django_db

VISIT, TICKETS, GATE = "/2024/visit/", "/portal/tickets/", "/gate/"


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def person(client):
    person = UserFactory(name="示例访客")
    client.force_login(person)
    return person


@pytest.fixture
def staff(client):
    staff = UserFactory()
    staff.groups.add(Group.objects.get(name="gate"))
    client.force_login(staff)
    return staff


def opening(edition, date=DAY, **fields):
    venue = fields.pop("venue", None) or VenueFactory(edition=edition)
    return OpeningHours.objects.create(
        venue=venue, date=date, opens="09:00", closes="17:30", **fields
    )


# --- The visit page -----------------------------------------------------------------------------


def test_the_visit_page_tells_hours_prices_and_places(client, edition):
    venue = VenueFactory(edition=edition, address_zh="示例路1号", address_en="1 Sample Road")
    opening(edition, venue=venue, note_zh="仅限专业观众", note_en="trade visitors only")
    TicketTypeFactory(edition=edition)
    TicketTypeFactory(edition=edition, key="vip", name_zh="示例贵宾票", price="880.00")
    TicketTypeFactory(edition=edition, key="staff", name_zh="内部票", is_public=False)
    opening(EditionFactory(year=2025), note_zh="别届的时间")
    zh, en = client.get(VISIT).text, client.get(f"/en{VISIT}").text
    for text in ("示例路1号", "仅限专业观众", "09:00–17:30", "示例贵宾票", "880", "免费"):
        assert text in zh
    for text in ("1 Sample Road", "trade visitors only", "Sample ticket", "free"):
        assert text in en
    for hidden in ("内部票", "别届的时间"):
        assert hidden not in zh


def test_an_empty_visit_page_says_so(client, edition):
    text = client.get(VISIT).text
    assert text.count('<p class="muted">') == 3


@pytest.mark.parametrize(
    ("year", "day", "offered"), [(2024, "07-07", False), (2024, "04-08", True), (2025, "04-08", False)]
)  # fmt: skip
def test_only_the_current_edition_offers_tickets_until_it_is_over(client, edition, year, day, offered):  # fmt: skip
    from datetime import date

    EditionFactory(year=2025)
    with clock.frozen_at(at("10:00", date.fromisoformat(f"2024-{day}"))):
        text = client.get(f"/{year}/visit/").text
    assert ("button--primary" in text) is offered


@pytest.mark.parametrize("rows", [1, 3])
def test_the_visit_page_takes_four_queries(client, edition, rows, django_assert_num_queries):
    for n in range(rows):
        opening(edition)
        TicketTypeFactory(edition=edition, key=f"kind-{n}")
    pagecache._bump_now()
    with django_assert_num_queries(4):
        client.get(VISIT)


# --- Tickets ------------------------------------------------------------------------------------


@pytest.fixture
def quota(edition):
    TicketTypeFactory(edition=edition, key="dear", price=100, order=0)
    TicketTypeFactory(edition=edition, order=1)
    DayQuotaFactory(edition=edition, date=NEXT_DAY, capacity=3)
    return DayQuotaFactory(edition=edition, capacity=1)


def notice(response):
    found = re.search(r'role="alert">.*?<div>(.*?)</div>', response.text, re.DOTALL)
    return found and found[1].strip()


def test_a_person_takes_a_ticket_sees_its_code_and_gives_it_back(client, person, quota):
    other = TicketFactory(registration__edition=quota.edition)
    response = client.post(TICKETS, {"date": "2024-07-05"}, follow=True)
    ticket = Ticket.objects.get(registration__user=person)
    assert (ticket.date, ticket.ticket_type.price, response.status_code) == (DAY, 0, 200)
    assert response.text.count('class="qr"') == 1
    assert f'name="back" value="{ticket.pk}"' in response.text
    assert 'value="2024-07-05"' not in response.text  # a day one has is not offered
    assert other.registration.name not in response.text
    client.post(TICKETS, {"back": ticket.pk})
    ticket.refresh_from_db()
    quota.refresh_from_db()
    assert (ticket.state, quota.taken) == ("void", 0)
    assert "还没有门票" in client.get(TICKETS).text


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({}, 400, "请选择日期。"),
        ({"date": "tomorrow"}, 400, "请选择日期。"),
        ({"date": "\x00"}, 400, "请选择日期。"),
        ({"date": "😀" * 1000}, 400, "请选择日期。"),
        ({"date": "2024-07-04"}, 409, "这一天已经过去。"),
        ({"date": "2024-12-24"}, 400, "这一天不对观众开放。"),
    ],
)
def test_days_that_cannot_be_are_refused_in_a_sentence(client, person, quota, sent, status, sentence):  # fmt: skip
    response = client.post(TICKETS, sent)
    assert response.status_code == status
    assert notice(response) == sentence
    assert not Ticket.objects.exists()


def test_full_days_and_second_clicks_are_conflicts(client, person, quota):
    client.post(TICKETS, {"date": "2024-07-05"})
    again = client.post(TICKETS, {"date": "2024-07-05"})
    assert (again.status_code, notice(again)) == (409, "您已有这一天的门票。")
    client.force_login(UserFactory())
    full = client.post("/en" + TICKETS, {"date": "2024-07-05"})
    assert (full.status_code, notice(full)) == (409, "No tickets are left for this day.")
    assert re.search(r'value="2024-07-05" disabled>\s*5 July', full.text)
    assert Ticket.objects.count() == 1


def test_a_ticket_may_be_had_only_while_it_is_on_sale(client, person, quota):
    quota.edition.ticket_types.filter(price=0).update(on_sale_until=at("10:24"))
    response = client.post(TICKETS, {"date": "2024-07-05"})
    assert (response.status_code, notice(response)) == (409, "目前没有可领取的门票。")


@pytest.mark.parametrize("back", ["0", "²", "٣", "-1", "abc", "9" * 30, "\x00", ""])
def test_what_is_not_ones_own_ticket_is_not_found(client, person, quota, back):
    assert client.post(TICKETS, {"back": back}).status_code == 404


def test_somebody_elses_ticket_is_not_there(client, person, quota):
    other = take_ticket(quota.edition.ticket_types.get(price=0), DAY, user=UserFactory())
    assert client.post(TICKETS, {"back": other.pk}).status_code == 404
    other.refresh_from_db()
    assert other.state == "valid"


def test_a_used_ticket_stays(client, person, quota):
    ticket = take_ticket(quota.edition.ticket_types.get(price=0), DAY, user=person)
    ScanFactory(ticket=ticket, gate__venue__edition=quota.edition)
    response = client.post(TICKETS, {"back": ticket.pk})
    assert (response.status_code, notice(response)) == (409, "您已凭这张票入场，不能再退还。")


def test_past_days_show_no_code_and_nothing_is_offered_after_closing(client, person, quota):
    take_ticket(quota.edition.ticket_types.get(price=0), DAY, user=person)
    with clock.frozen_at(at("10:00", NEXT_DAY.replace(day=8))):
        text = client.get(TICKETS).text
    assert 'class="qr"' not in text
    assert "已过的日期" in text
    assert 'name="date"' not in text


def test_without_an_edition_the_tickets_page_stands(client, person):
    assert client.get(TICKETS).status_code == 200
    assert client.post(TICKETS, {"date": "2024-07-05"}).status_code == 409


@pytest.mark.parametrize("count", [1, 3])
def test_tickets_take_the_same_queries(client, person, edition, count, django_assert_num_queries):
    from datetime import timedelta

    first = TicketFactory(registration__edition=edition, registration__user=person)
    for n in range(1, count):
        TicketFactory(registration=first.registration, date=DAY + timedelta(days=n))
    client.get(TICKETS)
    with django_assert_num_queries(6):
        text = client.get(TICKETS).text
    assert text.count('class="qr"') == count


# --- The gate -----------------------------------------------------------------------------------


@pytest.fixture
def gate(edition):
    return GateFactory(venue=VenueFactory(edition=edition))


def test_only_people_with_the_right_scan(client, gate):
    assert client.get(GATE).status_code == 302
    client.force_login(UserFactory())
    for send in (client.get, client.post):
        assert send(GATE).status_code == 403
    assert not Scan.objects.exists()


def test_scan_after_scan_with_the_gate_remembered(client, staff, gate):
    GateFactory(venue=VenueFactory(edition=EditionFactory(year=2025)), name_zh="别届的闸口")
    ticket = TicketFactory(registration__edition=gate.venue.edition)
    page = client.get(GATE)
    assert "别届的闸口" not in page.text
    entered = client.post(GATE, {"gate": gate.pk, "code": code_of(ticket)})
    again = client.post(GATE, {"gate": gate.pk, "code": code_of(ticket)})
    assert "notice--good" in entered.text
    assert ticket.registration.name in entered.text
    assert "notice--warn" in again.text
    assert f'<option value="{gate.pk}" selected>' in client.get(GATE).text
    assert list(Scan.objects.order_by("pk").values_list("verdict", "scanned_by")) == [
        ("entered", staff.pk),
        ("again", staff.pk),
    ]


@pytest.mark.parametrize("code", ["", "\x00", "x" * 401, "W1.a.b\x00"])
def test_a_code_that_cannot_be_gets_a_sentence_and_no_row(client, staff, gate, code):
    response = client.post(GATE, {"gate": gate.pk, "code": code})
    assert response.status_code == 400
    assert "field__error" in response.text
    assert not Scan.objects.exists()


@pytest.mark.parametrize("bad", ["", "0", "abc", "\x00", "9" * 30])
def test_a_gate_that_is_not_there_is_refused_and_the_code_stays(client, staff, gate, bad):
    response = client.post(GATE, {"gate": bad, "code": "typed"})
    assert response.status_code == 400
    assert 'value="typed"' in response.text
    assert not Scan.objects.exists()


def test_another_editions_gate_is_no_choice(client, staff, gate):
    other = GateFactory(venue=VenueFactory(edition=EditionFactory(year=2025)))
    assert client.post(GATE, {"gate": other.pk, "code": "x"}).status_code == 400


def test_an_unknown_code_is_answered_and_on_record(client, staff, gate):
    response = client.post(f"/en{GATE}", {"gate": gate.pk, "code": "<script>😀"})
    assert "Not a ticket of ours" in response.text
    assert list(Scan.objects.values_list("ticket", "verdict")) == [(None, "unknown")]


def test_without_gates_the_page_says_who_makes_them(client, staff, edition):
    text = client.get(f"/en{GATE}").text
    assert "No gate yet" in text
    assert "<form" not in text.split("<main", 1)[1].split("</main", 1)[0]


def test_the_right_may_come_from_anywhere(client, gate):
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="add_scan"))
    client.force_login(person)
    assert client.get(GATE).status_code == 200


def test_search_engines_read_what_a_visit_costs(client, edition):
    """Public tickets that are on sale while the edition is on; nothing when it is not."""
    TicketTypeFactory(edition=edition, name_en="Sample day", price="168.00")
    TicketTypeFactory(edition=edition, name_en="Sample staff", is_public=False)
    TicketTypeFactory(edition=edition, name_en="Sample early", on_sale_until=at("08:00"))

    def offers(moment):
        pagecache._bump_now()
        with clock.frozen_at(moment):
            text = client.get(f"/en{VISIT}").text
        data = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
        return [(o["name"], o["price"], o["priceCurrency"]) for o in json.loads(data).get("offers", [])]  # fmt: skip

    assert offers(at("09:00")) == [("Sample day", "168.00", "CNY")]
    assert offers(at("09:00", NEXT_DAY.replace(year=2025))) == []
