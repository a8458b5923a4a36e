"""The desks' report pages: right rows, right reader, a steady number of queries, both languages."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from awards.models import Award, Call, Entry
from exhibitors.models import Application, Exhibit
from forums.models import Honour
from tests.forums.factories import ParticipationFactory, at, published_forum
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.reports import desks  # noqa: F401 (registers the reports)
from waic.reports.registry import reports_for

pytestmark = pytest.mark.django_db

KEYS = ["programme", "speakers", "exhibitors", "exhibits", "entries"]


@pytest.fixture
def edition():
    return EditionFactory()


def sign_in(client, *names):
    person = UserFactory(is_staff=True)
    person.groups.add(*Group.objects.filter(name__in=names))
    client.force_login(person)
    return person


@pytest.fixture
def organiser(client):
    return sign_in(client, "programme", "exhibition", "awards", "visitors", "press")


def add_rows(edition):
    """One row for every report."""
    part = ParticipationFactory(forum=published_forum(edition=edition))
    Honour.objects.create(speaker=part.speaker, kind="turing", name_zh="图灵奖（示例）")
    firm = OrganisationFactory()
    application = Application.objects.create(
        edition=edition, organisation=firm, name_zh=firm.name_zh, country="CN", city="北京", state="approved",
        submitted_at=at("08:00"), decided_at=at("09:00"),
    )  # fmt: skip
    Exhibit.objects.create(application=application, name_zh="示例展品", category="大模型")
    award, _made = Award.objects.get_or_create(
        key="youth-paper", defaults={"name_zh": "示例论文奖", "kind": "award"}
    )
    call, _made = Call.objects.get_or_create(
        award=award,
        edition=edition,
        defaults={"opens_at": at("08:00"), "closes_at": at("18:00"), "prefix": "YOP"},
    )
    number = f"YOP-{call.entries.count() + 1:04}"
    Entry.objects.create(
        call=call,
        title_zh="示例论文",
        country="SG",
        state="submitted",
        receipt_number=number,
        submitted_at=at("09:00"),
    )


@pytest.mark.parametrize("key", KEYS)
def test_report_takes_the_same_queries_for_one_and_for_three_rows(client, organiser, edition, key):
    add_rows(edition)
    address = f"/admin/reports/{key}/?year=2024"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        page = client.get(address)
    assert len(page.context["rows"]) == 1
    add_rows(edition)
    add_rows(edition)
    with CaptureQueriesContext(connection) as three:
        page = client.get(address)
    assert len(page.context["rows"]) == 3
    assert len(three) == len(one)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_report_without_rows_says_so(client, organiser, edition, key, language):
    page = client.get(f"/admin/reports/{key}/?year=2024", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.context["rows"] == []


def test_rows_of_another_edition_stay_out(client, organiser, edition):
    add_rows(EditionFactory(year=2025))
    for key in KEYS:
        assert client.get(f"/admin/reports/{key}/?year=2024").context["rows"] == []


@pytest.mark.parametrize("key", KEYS)
def test_row_has_a_cell_for_every_column(edition, organiser, key):
    add_rows(edition)
    report = next(r for r in reports_for(organiser) if r.key == key)
    assert [len(row) for row in report.table(edition)] == [len(report.columns)]


@pytest.mark.parametrize("key", KEYS)
def test_headings_are_chinese_in_chinese(organiser, key):
    report = next(r for r in reports_for(organiser) if r.key == key)
    with translation.override("zh-hans"):
        words = [str(report.title), *map(str, report.columns)]
    assert [w for w in words if w.isascii()] == []


def test_person_has_a_name_and_a_firm_another_word_for_it(organiser):
    found = {r.key: [str(c) for c in r.columns] for r in reports_for(organiser)}
    assert found["speakers"][1:5] == ["姓名（中文）", "姓名（英文）", "单位", "职务"]
    assert found["exhibitors"][1:3] == ["名称（中文）", "名称（英文）"]


@pytest.mark.parametrize(
    ("desk", "keys"),
    [
        ("programme", ["programme", "speakers"]),
        ("exhibition", ["exhibitors", "exhibits"]),
        ("awards", ["entries"]),
    ],
)
def test_desk_sees_its_own_reports(client, edition, desk, keys):
    sign_in(client, desk)
    assert [r.key for r in client.get("/admin/reports/").context["reports"]] == keys
    statuses = {key: client.get(f"/admin/reports/{key}/").status_code for key in KEYS}
    assert statuses == {key: 200 if key in keys else 403 for key in KEYS}


@pytest.mark.parametrize(
    "query",
    [
        "year=x",
        "year=99999999",
        "year=2024&page=zz",
        "year=2024&page=-1",
        "year=%00",
        "year=%C2%B2",
    ],
)
def test_odd_address_is_answered(client, organiser, edition, query):
    assert client.get(f"/admin/reports/programme/?{query}").status_code in (200, 404)


def test_unknown_report_and_missing_edition_are_not_found(client, organiser):
    assert client.get("/admin/reports/programme/").status_code == 404
    EditionFactory()
    assert client.get("/admin/reports/nothing/").status_code == 404


def test_finding_is_a_sentence_with_the_figures(edition, organiser):
    add_rows(edition)
    found = {r.key: r.finding(edition) for r in reports_for(organiser)}
    assert found == {
        "programme": "行业论坛最多：1 场中占 1 场",
        "speakers": "1 位嘉宾中有 1 位大奖得主、0 位院士",
        "exhibitors": "来源已知的展商中，100.0 %来自市外或境外",
        "exhibits": "1 件展品中有 0 件确认首发",
        "entries": "已提交 1 项；青年论文的国际占比为 100.0 %",
    }


@pytest.mark.parametrize("key", KEYS)
def test_rows_have_an_order_so_that_no_page_repeats_or_drops_one(edition, organiser, key):
    report = next(r for r in reports_for(organiser) if r.key == key)
    assert report.rows(edition).ordered
