"""The base of the admin: steps, versions, history, lists."""

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from exhibitors.models import Application
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.lib import clock, steps, versions
from waic.lib.models import StepRecord

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.lib.desk_site")]


def application(state="submitted", **fields):
    return Application.objects.create(
        edition=EditionFactory(), organisation=OrganisationFactory(), state=state, name_zh="示例公司", name_en="Sample Ltd",
        submitted_at=clock.now(), **fields,
    )  # fmt: skip


@pytest.fixture
def desk(client):
    """Signed in at the exhibition desk."""
    person = UserFactory(is_staff=True, name="展台")
    person.groups.add(Group.objects.get(name="exhibition"))
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def reader(client):
    person = UserFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_application"))
    client.force_login(person)
    return client


def step_url(row, name):
    return reverse("admin:exhibitors_application_step", args=[row.pk, name])


def change_url(row):
    return reverse("admin:exhibitors_application_change", args=[row.pk])


LIST = "/admin/exhibitors/application/"


def said(response):
    return [str(message) for message in response.context["messages"]]


def hidden(response, name):
    return re.search(f'name="{name}" value="([^"]*)"', response.content.decode()).group(1)


# --- Steps of one object ------------------------------------------------------------------------


def test_change_page_offers_the_steps_of_the_state(desk):
    page = desk.get(change_url(application())).content.decode()
    assert "/step/approve/" in page
    assert "/step/decline/" in page
    approved = application("approved", decided_at=clock.now())
    assert "/step/" not in desk.get(change_url(approved)).content.decode()


def test_step_page_says_what_will_happen_and_changes_nothing(desk):
    row = application()
    response = desk.get(step_url(row, "approve"))
    assert "示例公司" in response.content.decode()
    row.refresh_from_db()
    assert (row.state, row.version) == ("submitted", 1)


def test_confirmed_step_is_taken_by_the_person(desk):
    row = application()
    response = desk.post(
        step_url(row, "approve"), {"confirmed": 1, "version": 1, "reason": " 齐全 "}
    )
    assert response.url == change_url(row)
    row.refresh_from_db()
    record = steps.history(row).get()
    assert (row.state, record.by, record.reason) == ("approved", desk.person, "齐全")


def test_step_that_needs_a_reason_asks_for_it_and_keeps_the_version(desk):
    row = application()
    response = desk.post(step_url(row, "decline"), {"confirmed": 1, "version": 1, "reason": "  "})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["reason"]
    assert hidden(response, "version") == "1"
    row.refresh_from_db()
    assert row.state == "submitted"


def test_step_from_a_stale_page_is_refused(desk):
    row = application()
    Application.objects.filter(pk=row.pk).update(version=2)
    response = desk.post(step_url(row, "approve"), {"confirmed": 1, "version": 1}, follow=True)
    row.refresh_from_db()
    assert row.state == "submitted"
    assert len(said(response)) == 1


def test_second_click_does_not_take_the_step_twice(desk):
    row = application()
    for _click in range(2):
        response = desk.post(step_url(row, "approve"), {"confirmed": 1, "version": 1}, follow=True)
    assert response.status_code == 200
    assert StepRecord.objects.of(row).count() == 1


def test_refusal_of_the_operation_stands_on_the_page(desk):
    row = application()
    Application.objects.filter(pk=row.pk).update(name_zh="不要")
    response = desk.post(step_url(row, "approve"), {"confirmed": 1, "version": 1, "reason": "so"})
    assert response.status_code == 400
    page = response.content.decode()
    assert "This one is never approved." in page
    assert "so</textarea>" in page


@pytest.mark.parametrize("version", ["x", "9" * 30, "-1"])
def test_nonsense_version_is_a_sentence(desk, version):
    row = application()
    response = desk.post(
        step_url(row, "approve"), {"confirmed": 1, "version": version}, follow=True
    )
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.state == "submitted"


def test_unknown_step_and_missing_row_are_not_found(desk):
    row = application()
    assert desk.get(step_url(row, "reopen")).status_code == 404
    assert desk.get(step_url(row, "invent")).status_code == 404
    assert desk.get("/admin/exhibitors/application/999999/step/approve/").status_code == 404


def test_who_may_only_read_gets_no_step(reader):
    row = application()
    page = reader.get(change_url(row)).content.decode()
    assert "/step/" not in page
    assert reader.get(step_url(row, "approve")).status_code == 403
    assert reader.post(step_url(row, "approve"), {"confirmed": 1}).status_code == 403
    assert "step_approve" not in reader.get(LIST).content.decode()


# --- Bulk ---------------------------------------------------------------------------------------


def bulk(desk, rows, name="approve", **more):
    data = {"action": f"step_{name}", "_selected_action": [row.pk for row in rows], **more}
    return desk.post(LIST, data, follow=True)


def test_bulk_step_first_shows_which_rows_it_fits(desk):
    fits, other = application(), application("draft")
    response = bulk(desk, [fits, other])
    assert response.context["rows"] == [fits]
    assert response.context["refused"] == [other]
    fits.refresh_from_db()
    assert fits.state == "submitted"


def test_bulk_step_takes_each_row_in_its_own_savepoint(desk):
    good, never, stale = application(), application(), application()
    Application.objects.filter(pk=never.pk).update(name_zh="不要")
    Application.objects.filter(pk=stale.pk).update(version=5)
    seen = [f"{good.pk}:1", f"{never.pk}:1", f"{stale.pk}:1"]
    response = bulk(desk, [good, never, stale], confirmed=1, seen=seen)
    states = dict(Application.objects.values_list("pk", "state"))
    assert states == {good.pk: "approved", never.pk: "submitted", stale.pk: "submitted"}
    assert len(said(response)) == 3
    assert any("This one is never approved." in sentence for sentence in said(response))


def test_bulk_step_asks_for_its_reason(desk):
    row = application()
    response = bulk(desk, [row], "decline", confirmed=1)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["reason"]
    bulk(desk, [row], "decline", confirmed=1, reason="没有位置", seen=[f"{row.pk}:1"])
    row.refresh_from_db()
    assert row.state == "declined"


# --- Versions -----------------------------------------------------------------------------------


def fields_of(row, **changes):
    return {
        "organisation": row.organisation_id, "edition": row.edition_id, "name_zh": row.name_zh, "name_en": row.name_en,
        "contact_email": row.contact_email, "area_wanted": row.area_wanted or "", "country": row.country,
        "city": row.city, **changes,
    }  # fmt: skip


def test_saving_raises_the_version_and_saving_nothing_does_not(desk):
    row = application()
    desk.post(change_url(row), fields_of(row))
    row.refresh_from_db()
    assert row.version == 1
    desk.post(change_url(row), fields_of(row, city="北京"))
    row.refresh_from_db()
    assert (row.version, row.city) == (2, "北京")


def test_second_save_is_told_what_changed_and_loses_nothing(desk):
    row = application()
    seen = hidden(desk.get(change_url(row)), "desk_seen")
    desk.post(change_url(row), fields_of(row, city="杭州", name_en="Theirs", desk_seen=seen))
    mine = fields_of(row, name_en="Mine", area_wanted=36, desk_seen=seen)
    response = desk.post(change_url(row), mine)
    errors = response.context["adminform"].form.non_field_errors()
    assert len(errors) == 4  # the sentence, two fields, who did it
    assert errors[1] == "英文名称：“Sample Ltd”→“Theirs”；您输入的是“Mine”。"
    assert errors[2] == "城市：“空”→“杭州”"
    page = response.content.decode()
    assert 'value="Mine"' in page  # typed, kept
    assert 'value="36"' in page
    assert 'value="杭州"' in page  # untouched by me, taken over
    row.refresh_from_db()
    assert (row.name_en, row.city, row.area_wanted) == ("Theirs", "杭州", None)
    again = fields_of(row, name_en="Mine", area_wanted=36, desk_seen=hidden(response, "desk_seen"))
    desk.post(change_url(row), again)
    row.refresh_from_db()
    assert (row.name_en, row.city, row.area_wanted) == ("Mine", "杭州", 36)


def test_save_after_a_step_of_somebody_else_is_told(desk):
    row = application()
    seen = hidden(desk.get(change_url(row)), "desk_seen")
    desk.post(step_url(row, "approve"), {"confirmed": 1, "version": 1})
    response = desk.post(change_url(row), fields_of(row, city="北京", desk_seen=seen))
    errors = response.context["adminform"].form.non_field_errors()
    assert f"{desk.person}：状态“已提交”→“已通过”" in errors
    row.refresh_from_db()
    assert (row.city, row.state) == ("", "approved")


def test_what_changed_is_said_in_names_not_keys(desk):
    """Choices, rows, moments, ticks and long texts: as the page shows them, before and now."""
    field = forms.ChoiceField(choices=[("a", "Alpha"), ("Group", [("b", "Beta")])])
    assert [versions.in_words(field, text) for text in ("a", "b", "c", "")] == ["Alpha", "Beta", "c", "空"]  # fmt: skip
    several = forms.MultipleChoiceField(choices=[("a", "Alpha"), ("b", "Beta")])
    assert versions.in_words(several, versions.plain(["a", "b"])) == "Alpha, Beta"
    edition = EditionFactory()
    row = forms.ModelChoiceField(type(edition).objects.all())
    assert versions.in_words(row, versions.plain(edition)) == str(edition)
    assert versions.in_words(row, "99") == "99"
    moment = datetime(2024, 7, 4, 1, 30, 7, 5, tzinfo=UTC)
    assert versions.in_words(forms.SplitDateTimeField(), versions.plain(moment)) == "2024-07-04 09:30"  # fmt: skip
    ticks = forms.BooleanField()
    assert [versions.in_words(ticks, versions.plain(v)) for v in (True, False)] == ["是", "否"]
    long = "示" * 150
    assert versions.part_that_differs(long + "甲", long + "乙") == (
        f"…{'示' * 20}甲", f"…{'示' * 20}乙"
    )  # fmt: skip


def test_forged_note_is_refused(desk):
    row = application()
    response = desk.post(change_url(row), fields_of(row, city="北京", desk_seen="forged"))
    assert response.context["adminform"].form.non_field_errors()
    row.refresh_from_db()
    assert row.city != "北京"


# --- History and lists --------------------------------------------------------------------------


def test_history_shows_admin_entries_and_steps_together(desk):
    row = application()
    desk.post(change_url(row), fields_of(row, city="北京"))
    desk.post(step_url(row, "approve"), {"confirmed": 1, "reason": "齐全"})
    response = desk.get(reverse("admin:exhibitors_application_history", args=[row.pk]))
    entries = response.context["entries"]
    assert [entry["reason"] for entry in entries] == ["齐全", ""]
    assert {entry["by"] for entry in entries} == {desk.person}
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(desk, count, django_assert_num_queries):
    for _n in range(count):
        application()
    desk.get(LIST)
    with django_assert_num_queries(5):
        desk.get(LIST)


def test_history_of_a_missing_row_is_not_found(reader):
    assert reader.get("/admin/exhibitors/application/424242/history/").status_code == 404
