"""The exhibition desk in the admin: lists, steps, booths, stale pages; other desks stay outside."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exhibitors.models import Allocation, Application, Exhibit
from exhibitors.operations.publishing import refresh
from tests.exhibitors.factories import (
    DURING,
    AllocationFactory,
    ApplicationFactory,
    BlockFactory,
    BoothFactory,
    CallFactory,
    ExhibitFactory,
    FirstLaunchFactory,
    HallFactory,
    UserFactory,
    complete_draft,
)
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

LIST = "/admin/exhibitors/application/"
MODELS = ["application", "exhibit", "firstlaunch", "booth", "block", "exhibitioncall"]


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def sign_in(client, desk):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


@pytest.fixture
def desk(client):
    return sign_in(client, "exhibition")


def change_url(row):
    return reverse(f"admin:exhibitors_{row._meta.model_name}_change", args=[row.pk])


def every(model, **fields):
    """One row of a model, with everything a list shows."""
    if model == "block":
        return BlockFactory(**fields)
    if model == "exhibitioncall":
        return CallFactory(**fields)
    application = ApplicationFactory(approved=True, block=BlockFactory(), started_by=UserFactory())
    allocation = AllocationFactory(application=application)
    launch = FirstLaunchFactory(exhibit__application=application)
    rows = {"application": application, "exhibit": launch.exhibit, "firstlaunch": launch, "booth": allocation.booth}  # fmt: skip
    return rows[model]


# --- Lists and pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_list_of_ten_takes_the_queries_of_one(client, desk, model):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/admin/exhibitors/{model}/")
        assert page.status_code == 200
        return len(queries), len(page.context["cl"].result_list)

    every(model)
    count()  # sessions and content types are read once
    few, rows = count()
    for n in range(9):
        years = {"edition__year": 2030 + n} if model in ("block", "exhibitioncall") else {}
        every(model, **years)
    assert count() == (few, rows + 9)


@pytest.mark.parametrize("model", MODELS)
def test_the_desk_opens_every_page_and_other_desks_none(client, model):
    row = every(model)
    addresses = [f"/admin/exhibitors/{model}/", f"/admin/exhibitors/{model}/add/", change_url(row)]
    for name, status in (("exhibition", 200), ("awards", 403), ("gate", 403)):
        sign_in(client, name)
        assert [client.get(address).status_code for address in addresses] == [status] * 3


@pytest.mark.parametrize("value", ["²", "x", "9" * 30, "9" * 5000, "-1"])
def test_nonsense_in_the_hall_filter_is_no_fault_of_the_server(client, desk, value):
    assert client.get(LIST, {"hall": value}).status_code < 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("origin=local", {"示例甲"}), ("origin=abroad", {"示例乙"}), ("state__exact=approved", {"示例甲"}), ("q=示例乙", {"示例乙"}),
        ("q=示例机械臂", {"示例甲"}), ("origin=x", {"示例甲", "示例乙"}),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(client, desk, query, names):
    first = ApplicationFactory(approved=True, name_zh="示例甲")
    ExhibitFactory(application=first, name_zh="示例机械臂")
    ApplicationFactory(submitted=True, name_zh="示例乙", country="DE", city="Berlin")
    page = client.get(f"{LIST}?{query}")
    assert {row.name_zh for row in page.context["cl"].result_list} == names


def test_the_list_is_narrowed_to_a_hall(client, desk):
    held = AllocationFactory()
    AllocationFactory(booth__hall=HallFactory(key="H3"))
    page = client.get(LIST, {"hall": held.booth.hall_id})
    assert list(page.context["cl"].result_list) == [held.application]


def test_the_licence_is_the_desks_to_read_as_an_attachment(client, desk):
    application, _person = complete_draft()
    address = reverse("admin:exhibitors_application_licence", args=[application.pk])
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("admin:exhibitors_application_licence", args=[0])).status_code == 404
    sign_in(client, "awards")
    assert client.get(address).status_code == 403


# --- Steps --------------------------------------------------------------------------------------


def step(client, row, name, **data):
    address = reverse("admin:exhibitors_application_step", args=[row.pk, name])
    return client.post(
        address, {"confirmed": 1, "reason": "示例原因", "version": row.version, **data}
    )


def test_the_desk_asks_for_a_change_and_approves(client, desk):
    application, person = complete_draft(state="submitted", submitted_at=DURING)
    assert step(client, application, "ask_for_changes").status_code == 302
    application.refresh_from_db()
    record = StepRecord.objects.of(application).get()
    assert (application.state, record.by, record.reason) == ("changes", desk, "示例原因")
    Application.objects.update(state="submitted")
    assert step(client, application, "approve").status_code == 302
    application.refresh_from_db()
    assert application.state == "approved"
    sent = Message.objects.filter(address=person.email).order_by("pk")
    assert list(sent.values_list("template", flat=True)) == ["exhibitors/changes", "exhibitors/approved"]  # fmt: skip


def test_a_step_on_a_stale_page_is_refused(client, desk):
    application, _person = complete_draft(state="submitted", submitted_at=DURING)
    Application.objects.update(version=2)
    step(client, application, "approve")
    application.refresh_from_db()
    assert (application.state, Message.objects.count()) == ("submitted", 0)


def test_without_a_reason_nothing_is_given_back(client, desk):
    application, _person = complete_draft(state="submitted", submitted_at=DURING)
    answer = step(client, application, "ask_for_changes", reason=" ")
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"reason": ["请填写原因。"]}
    application.refresh_from_db()
    assert application.state == "submitted"


def test_what_is_the_applicants_alone_is_no_button(client, desk):
    application, _person = complete_draft()
    for name in ("submit", "withdraw", "nonsense"):
        assert step(client, application, name).status_code == 404


def test_first_launches_are_confirmed_in_bulk(client, desk):
    launches = [FirstLaunchFactory(exhibit__application__approved=True) for _n in range(2)]
    data = {"action": "confirm_selected", "_selected_action": [row.pk for row in launches]}
    assert client.post("/admin/exhibitors/firstlaunch/", data).status_code == 302
    assert {type(row).objects.get(pk=row.pk).state for row in launches} == {"confirmed"}


# --- The form -----------------------------------------------------------------------------------


def form(application, exhibits=(), allocations=(), **fields):
    """What the page of an application sends."""
    names = (
        "name_zh", "name_en", "kind", "category", "country", "city", "website", "profile_zh", "profile_en",
        "remarks", "contact_name", "contact_email", "contact_phone",
    )  # fmt: skip
    data = {name: getattr(application, name) for name in names}
    data |= {
        "edition": application.edition_id, "organisation": application.organisation_id,
        "block": application.block_id or "", "area_wanted": "", **fields,
    }  # fmt: skip
    for prefix, rows in (("exhibits", exhibits), ("allocations", allocations)):
        there = sum("id" in row for row in rows)
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there}
        for n, row in enumerate(rows):
            data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
            data[f"{prefix}-{n}-application"] = application.pk
    return data


def stand(booth, **fields):
    return {"booth": booth.pk, "released_at_0": "", "released_at_1": "", **fields}


def save(client, application, **given):
    return client.post(change_url(application), form(application, **given))


def refused(response):
    assert response.status_code == 200
    return " ".join(str(e) for e in response.context["errors"])


def test_a_new_name_and_a_booth_are_found(client, desk):
    application = ApplicationFactory(approved=True, contact_email="contact@example.com")
    booth = BoothFactory(number="H2-B101")
    assert save(client, application, name_zh="示例改名", allocations=[stand(booth)]).status_code == 302  # fmt: skip
    assert Message.objects.get().template == "exhibitors/booth"
    entry = SearchEntry.objects.get(kind="exhibitor")
    assert (entry.title_zh, entry.note_zh) == ("示例改名", "H2-B101")


def test_a_booth_that_is_taken_is_refused(client, desk):
    taken, application = AllocationFactory(), ApplicationFactory(approved=True)
    assert "这个展位已被占用" in refused(
        save(client, application, allocations=[stand(taken.booth)])
    )
    assert list(Allocation.objects.all()) == [taken]


def test_one_form_does_not_take_a_booth_twice_itself(client, desk):
    application, booth = ApplicationFactory(approved=True), BoothFactory()
    assert "这个展位已被占用" in refused(
        save(client, application, allocations=[stand(booth), stand(booth)])
    )
    assert not Allocation.objects.exists()


def test_a_booth_of_another_edition_is_refused_in_the_form(client, desk):
    booth = BoothFactory(hall=HallFactory(venue__edition__year=2023))
    application = ApplicationFactory(approved=True)
    assert "这个展位属于另一届" in refused(save(client, application, allocations=[stand(booth)]))
    assert not Allocation.objects.exists()


def test_an_exhibit_taken_off_the_page_is_not_found_any_more(client, desk):
    exhibit = ExhibitFactory(application=ApplicationFactory(approved=True))
    refresh(exhibit.application)
    row = {"id": exhibit.pk, "name_zh": exhibit.name_zh, "name_en": "", "category": "", "order": 0, "DELETE": "on"}  # fmt: skip
    assert save(client, exhibit.application, exhibits=[row]).status_code == 302
    assert not Exhibit.objects.exists()
    assert list(SearchEntry.objects.values_list("kind", flat=True)) == ["exhibitor"]


@pytest.mark.parametrize("model", ["application", "exhibit"])
@pytest.mark.parametrize("way", ["page", "list"])
def test_what_is_deleted_is_not_found_any_more(client, desk, model, way):
    exhibit = ExhibitFactory(application=ApplicationFactory(approved=True))
    other = ExhibitFactory(application=ApplicationFactory(approved=True))
    for application in (exhibit.application, other.application):
        refresh(application)
    row = exhibit if model == "exhibit" else exhibit.application
    if way == "page":
        client.post(reverse(f"admin:exhibitors_{model}_delete", args=[row.pk]), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(f"/admin/exhibitors/{model}/", data)
    left = {other.code, other.application.code}
    if model == "exhibit":
        left.add(exhibit.application.code)
    assert set(SearchEntry.objects.values_list("code", flat=True)) == left


def test_an_exhibit_renamed_on_its_own_page_is_found_by_its_new_name(client, desk):
    exhibit = ExhibitFactory(application=ApplicationFactory(approved=True))
    data = {
        "application": exhibit.application_id, "name_zh": "示例改名", "name_en": "", "category": "", "description_zh": "", "description_en": "",
        "order": 0, "first_launch-TOTAL_FORMS": 0, "first_launch-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(change_url(exhibit), data).status_code == 302
    assert SearchEntry.objects.get(kind="exhibit").title_zh == "示例改名"


@pytest.mark.parametrize(
    "bad",
    [
        {"name_zh": "示" * 201}, {"website": "javascript:alert(1)"}, {"contact_email": "x"}, {"area_wanted": "-1"}, {"area_wanted": "x"},
        {"kind": "robot"}, {"edition": "x"}, {"organisation": ""}, {"city": "上\x00海"},
    ],
)  # fmt: skip
def test_bad_input_changes_nothing(client, desk, bad):
    application = ApplicationFactory(approved=True)
    assert refused(save(client, application, **{"category": "机器人", **bad}))
    application.refresh_from_db()
    assert (application.category, application.version) == ("", 1)


def test_two_desks_do_not_write_over_each_other(client, desk):
    application = ApplicationFactory(approved=True)
    page = client.get(change_url(application))
    seen = {page.context["seen_field"]: page.context["seen"]}
    Application.objects.update(city="杭州", version=2)
    assert "杭州" in refused(save(client, application, city="苏州", **seen))
    assert Application.objects.get().city == "杭州"


def test_a_booth_is_given_on_its_own_page_once(client, desk):
    booth, application = BoothFactory(), ApplicationFactory(approved=True)
    row = {
        "application": application.pk,
        "released_at_0": "",
        "released_at_1": "",
        "booth": booth.pk,
    }
    data = {
        "hall": booth.hall_id, "number": booth.number, "area": "", "note": "", "allocations-INITIAL_FORMS": 0,
        **{f"allocations-{n}-{name}": value for n in range(2) for name, value in row.items()},
    }  # fmt: skip
    twice = client.post(change_url(booth), {**data, "allocations-TOTAL_FORMS": 2})
    assert "这个展位已被占用" in refused(twice)
    assert client.post(change_url(booth), {**data, "allocations-TOTAL_FORMS": 1}).status_code == 302
    assert Allocation.objects.get().application == application
    assert booth.number in SearchEntry.objects.get(kind="exhibitor").note_zh
