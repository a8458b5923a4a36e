"""Reports leave the house as files: cells no spreadsheet runs, numbers that stay numbers, a job with a bar."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from openpyxl import load_workbook

from forums.models import Speaker
from tests.forums.factories import ForumFactory, SpeakerFactory, published_forum
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import jobs
from waic.lib.models import JobRun
from waic.reports.exports import safe, write_csv, write_xlsx


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_that_begins_like_a_formula_is_text(sign):
    assert safe(f"{sign}1+1") == f"'{sign}1+1"
    rows = list(
        csv.reader(io.StringIO(write_csv(["A"], [[f"{sign}cmd"]]).decode("utf-8-sig"), newline=""))
    )
    assert rows == [["A"], [f"'{sign}cmd"]]


def test_numbers_and_plain_words_stay_as_they_are():
    assert [safe(cell) for cell in (-3, 4.5, "a=b", "", "大模型")] == [-3, 4.5, "a=b", "", "大模型"]


def test_csv_begins_with_the_mark_spreadsheets_want():
    assert write_csv(["编号"], []) == b"\xef\xbb\xbf" + "编号\r\n".encode()


def test_sheet_keeps_numbers_and_never_a_formula():
    cells = ["=1+1", "+86", -5, "https://waic.test", "示例😀"]
    sheet = load_workbook(io.BytesIO(write_xlsx("a/b:c", list("ABCDE"), [cells]))).active
    assert sheet.title == "abc"
    assert [[c.value for c in row] for row in sheet.rows] == [list("ABCDE"), cells]
    assert {c.data_type for c in sheet[2]} == {"s", "n"}
    assert sheet.freeze_panes == "A2"


@pytest.fixture
def edition(db):
    return EditionFactory()


@pytest.fixture
def desk(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return person


def test_export_is_a_job_with_a_bar_and_a_file(
    client, desk, edition, django_capture_on_commit_callbacks
):
    forum = published_forum(edition=edition, title_zh="=cmd|示例")
    ForumFactory(edition=EditionFactory(year=2025), title_zh="别的届次")
    with django_capture_on_commit_callbacks(execute=False):
        answer = client.post("/admin/reports/programme/export/", {"year": 2024, "form": "csv"})
    run = JobRun.objects.get()
    assert answer.url == f"/admin/jobs/{run.uuid}/"
    assert "<progress" in client.get(answer.url).text
    jobs.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.result.name) == (
        "done",
        1,
        1,
        "waic-2024-programme.csv",
    )
    text = run.result.file.read().decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text, newline=""))
    assert head == [
        "编号",
        "类型",
        "标题（中文）",
        "标题（英文）",
        "日期",
        "开始",
        "结束",
        "地点",
        "主办单位",
        "状态",
    ]
    assert row[0] == forum.code
    assert row[2] == "'=cmd|示例"


def test_somebody_elses_export_is_not_found(client, desk, edition):
    stranger = UserFactory(is_staff=True)
    run = jobs.start("report-export", title="示例", params={"report": "programme", "year": 2024, "form": "csv"}, by=stranger)  # fmt: skip
    for page in ("", "result/"):
        assert client.get(f"/admin/jobs/{run.uuid}/{page}").status_code == 404


def test_right_that_was_taken_away_ends_the_export(desk, edition):
    run = jobs.start("report-export", title="示例", params={"report": "programme", "year": 2024, "form": "csv"}, by=desk)  # fmt: skip
    desk.groups.clear()
    jobs.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result) == ("failed", None)


@pytest.mark.parametrize(
    ("address", "data", "status"),
    [
        ("/admin/reports/programme/export/", {"form": "exe"}, 404),
        ("/admin/reports/programme/export/", {"form": "csv", "year": "1999"}, 404),
        ("/admin/reports/nothing/export/", {"form": "csv"}, 404),
        ("/admin/reports/entries/export/", {"form": "csv"}, 403),
    ],
)
def test_export_that_makes_no_sense_starts_nothing(client, desk, edition, address, data, status):
    assert client.post(address, data).status_code == status
    assert not JobRun.objects.exists()


def test_export_is_asked_for_by_post_alone(client, desk, edition):
    assert client.get("/admin/reports/programme/export/").status_code == 405


def test_speakers_of_a_draft_stay_out(edition):
    SpeakerFactory(edition=edition)
    assert Speaker.objects.of_edition(edition).public().count() == 0
