"""The exhibition desk in the admin: lists, steps, booths, stale pages; other desks stay outside."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exhibitors.models import Application, Exhibit
from exhibitors.operations.publishing import refresh
from tests.exhibitors.desk_pages import change_url, refused, save, sign_in, stand
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


@pytest.fixture
def desk(client):
    return sign_in(client, "exhibition")


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


def test_the_list_of_field_names_tells_what_is_still_shown_in_chinese(client, desk):
    ApplicationFactory(approved=True, category="示例领域")
    ApplicationFactory(approved=True, category="Sample field")
    ApplicationFactory(category="草稿领域")
    words = str(next(iter(client.get("/admin/exhibitors/fieldname/").context["messages"])))
    assert (words.count("<a "), ">示例领域</a>" in words) == (1, True)
    add = re.search(r'href="([^"]+)"', words)[1]
    assert client.get(add).context["adminform"].form.initial["name_zh"] == "示例领域"
    client.post(add, {"name_zh": "示例领域", "name_en": "Sample field"}, follow=True)
    assert not list(client.get("/admin/exhibitors/fieldname/").context["messages"])


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


def test_a_new_name_and_a_booth_are_found(client, desk):
    application = ApplicationFactory(approved=True, contact_email="contact@example.com")
    booth = BoothFactory(number="H2-B101")
    assert save(client, application, name_zh="示例改名", allocations=[stand(booth)]).status_code == 302  # fmt: skip
    assert Message.objects.get().template == "exhibitors/booth"
    entry = SearchEntry.objects.get(kind="exhibitor")
    assert (entry.title_zh, entry.note_zh) == ("示例改名", "H2-B101")


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
        {"kind": "robot"}, {"country": "XX"}, {"country": "cn"}, {"edition": "x"}, {"organisation": ""}, {"city": "上\x00海"},
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
