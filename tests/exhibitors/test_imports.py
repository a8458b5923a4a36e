"""Importing exhibitors through the desk's pages, on the real database."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from exhibitors.imports import ExhibitorImport
from exhibitors.models import Application, ApplicationState, Booth, Exhibit
from exhibitors.operations import deciding
from tests.exhibitors.factories import (
    AllocationFactory,
    ApplicationFactory,
    BlockFactory,
    BoothFactory,
    EditionFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.lib.tables import csv_bytes, upload
from waic.accounts.models import Organisation
from waic.editions.models import SearchEntry
from waic.lib import steps

pytestmark = pytest.mark.django_db

LIST = reverse("admin:exhibitors_application_import_rows")
CODE = "91310000MA1FL4B75Q"
HEAD = [
    "企业名称",
    "英文名称",
    "统一社会信用代码",
    "类型",
    "板块",
    "国家",
    "城市",
    "展位号",
    "展品",
]
ROW = [
    "示例科技",
    "Sample Tech",
    CODE,
    "初创企业",
    "核心技术",
    "中国",
    "上海",
    "H2-B101",
    "示例展品甲；示例展品乙",
]


@pytest.fixture
def edition():
    edition = EditionFactory()
    BlockFactory(edition=edition)
    BoothFactory(number="H2-B101")
    BoothFactory(number="H2-B102")
    return edition


@pytest.fixture
def desk(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="exhibition"))
    client.force_login(person)
    client.person = person
    return client


def send(client, rows, **how):
    return client.post(LIST, {"scope": "2024", "file": upload(csv_bytes(rows, **how))}, follow=True)


def confirm(client, shown):
    return client.post(shown.request["PATH_INFO"], {"do": "import"}, follow=True)


def counts(shown):
    return {kind: count for kind, count in shown.context["preview"].counts.items() if count}


def faults(shown):
    return [(f.column, f.text) for row in shown.context["preview"].rows for f in row.faults]


def import_(client, rows):
    shown = send(client, rows)
    assert not faults(shown)
    return confirm(client, shown)


def test_new_exhibitor_arrives_as_submitted_for_the_desk_to_decide(desk):
    import_(desk, [HEAD, ROW])
    row = Application.objects.get()
    assert (row.state, row.kind, row.block.key, row.country) == (
        "submitted",
        "startup",
        "core",
        "CN",
    )
    assert row.organisation.credit_code == CODE
    assert [a.booth.number for a in row.allocations.all()] == ["H2-B101"]
    assert set(row.exhibits.values_list("name_zh", flat=True)) == {"示例展品甲", "示例展品乙"}
    record = steps.history(row).get()
    assert (record.step, record.by) == ("submit", desk.person)
    assert "rows.csv" in record.reason
    deciding.approve_application(row, by=desk.person)
    assert row.is_public


def test_the_same_file_twice_changes_nothing_also_in_gb18030(desk):
    import_(desk, [HEAD, ROW])
    version = Application.objects.get().version
    shown = send(desk, [HEAD, ROW], encoding="gb18030")
    assert counts(shown) == {"same": 1}
    confirm(desk, shown)
    assert (
        Application.objects.get().version,
        Exhibit.objects.count(),
        Organisation.objects.count(),
    ) == (version, 2, 1)


def test_exhibitor_is_recognised_by_credit_code_under_another_name(desk):
    import_(desk, [HEAD, ROW])
    import_(desk, [["企业名称", "信用代码"], ["示例科技（更名）", CODE]])
    assert Application.objects.get().name_zh == "示例科技（更名）"


def test_known_organisation_is_used_and_gets_its_missing_credit_code(desk):
    organisation = OrganisationFactory(name_zh="示例科技", credit_code="")
    import_(desk, [HEAD, ROW])
    assert Application.objects.get().organisation == organisation
    organisation.refresh_from_db()
    assert organisation.credit_code == CODE


def test_other_credit_code_of_a_known_exhibitor_is_refused(desk):
    from waic.accounts.credit_code import check_digit

    body = "91310115MA1K3YJ12"
    import_(desk, [HEAD, ROW])
    shown = send(desk, [["企业名称", "信用代码"], ["示例科技", body + check_digit(body)]])
    [(column, text)] = faults(shown)
    assert column == "credit_code"
    assert CODE in text


@pytest.mark.parametrize(
    ("head", "cell", "column"),
    [("统一社会信用代码", "91310000MA1FL4B75X", "credit_code"), ("类型", "怪物", "kind"), ("板块", "核心技", "block"),
     ("展位号", "H2-B109", "booths"), ("网站", "not a site", "website"), ("邮箱", "nobody", "contact_email"), ("面积", "5", "area_wanted"),
     ("面积", "很大", "area_wanted"), ("国家", "火星", "country"), ("编号", "ZZZZZZ", "code")],
)  # fmt: skip
def test_bad_cell_is_named_and_nothing_is_written(desk, head, cell, column):
    shown = send(desk, [["企业名称", head], ["示例甲", ""], ["示例乙", cell]])
    assert [c for c, _text in faults(shown)] == [column]
    confirm(desk, shown)
    assert not Application.objects.exists()
    assert not Organisation.objects.exists()


def test_taken_booth_is_refused_by_the_name_of_its_holder(desk):
    holder = ApplicationFactory(approved=True, name_zh="示例在先")
    AllocationFactory(booth=Booth.objects.get(number="H2-B101"), application=holder)
    [(column, text)] = faults(send(desk, [HEAD, ROW]))
    assert column == "booths"
    assert "示例在先" in text


def test_two_rows_of_one_file_cannot_have_one_booth(desk):
    other = ["示例二", "Sample Two", "", *ROW[3:]]
    assert [column for column, _text in faults(send(desk, [HEAD, ROW, other]))] == ["booths"]


def test_declined_exhibitor_does_not_come_back_through_a_file(desk):
    import_(desk, [HEAD, ROW])
    deciding.decline_application(Application.objects.get(), by=desk.person, reason="示例")
    assert len(faults(send(desk, [HEAD, ROW]))) == 1
    assert Application.objects.get().state == ApplicationState.DECLINED


def test_change_of_a_public_exhibitor_reaches_the_search(desk):
    application = ApplicationFactory(approved=True, name_zh="示例科技")
    import_(desk, [["编号", "企业名称", "展品"], [application.code, "改名科技", "新展品"]])
    entry = SearchEntry.objects.get(kind="exhibitor", code=application.code)
    assert entry.title_zh == "改名科技"
    assert SearchEntry.objects.filter(kind="exhibit", title_zh="新展品").exists()


def test_search_learns_of_many_at_once(desk, monkeypatch):
    monkeypatch.setattr("exhibitors.imports.FEW", 0)
    application = ApplicationFactory(approved=True, name_zh="示例科技")
    import_(desk, [["编号", "企业名称"], [application.code, "改名科技"]])
    assert SearchEntry.objects.get(kind="exhibitor", code=application.code).title_zh == "改名科技"


def test_what_an_applicant_typed_wrongly_gives_way_to_the_file(desk):
    draft = ApplicationFactory(name_zh="示例科技", typed={"website": "htp:/", "city": "?"})
    import_(desk, [["编号", "网站"], [draft.code, "example.com"]])
    draft.refresh_from_db()
    assert (draft.website, draft.typed, draft.state) == (
        "https://example.com",
        {"city": "?"},
        "draft",
    )


@pytest.mark.parametrize("group", ["programme", "awards", "visitors", "press", "gate"])
def test_other_desks_may_not_import(client, edition, group):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    assert client.get(LIST).status_code == 403
    assert (
        client.post(LIST, {"scope": "2024", "file": upload(csv_bytes([HEAD, ROW]))}).status_code
        == 403
    )


def test_rows_taken_out_and_put_back_change_nothing(desk):
    import_(desk, [HEAD, ROW])
    address = reverse("admin:exhibitors_application_import_template", kwargs={"ending": "xlsx"})
    answer = desk.get(address + "?rows=1&scope=2024")
    shown = desk.post(
        LIST, {"scope": "2024", "file": upload(answer.content, "t.xlsx")}, follow=True
    )
    assert counts(shown) == {"same": 1}


def test_heads_mean_one_column_each():
    keys = [key for column in ExhibitorImport.columns for key in column.keys]
    assert len(keys) == len(set(keys))
