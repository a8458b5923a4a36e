"""Templates and files of the rows there are: filled in or put back as they came."""

import io

import pytest
from django.utils import translation
from openpyxl import load_workbook

from forums.imports.columns import FORUM_COLUMNS, SPEAKER_COLUMNS
from tests.forums.imports.sending import HEAD, ROW, counts, faults, import_, page, send
from tests.lib.tables import upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("columns", [FORUM_COLUMNS, SPEAKER_COLUMNS])
def test_no_head_means_two_columns(columns, language):
    with translation.override(language):
        heads = [key for column in columns for key in column.keys]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_filled_in_can_be_imported(desk, language, ending):
    with translation.override(language):
        address = page("forum", "import_template", ending=ending)
    answer = desk.get(address)
    assert f"waic-2024-forums.{ending}" in answer["Content-Disposition"]
    if ending == "csv":
        assert answer.content.startswith(b"\xef\xbb\xbf")
        head = answer.content.decode("utf-8-sig").strip().split(",")
    else:
        head = [
            cell.value
            for cell in next(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows())
        ]
    assert len(head) == len(FORUM_COLUMNS)
    values = {"title_zh": "示例论坛", "kind": "行业论坛", "date": "2024-07-04", "start": "09:00", "end": "10:00", "room": "金厅", "is_online": "否"}  # fmt: skip
    row = [values.get(column.name, "") for column in FORUM_COLUMNS]
    assert counts(send(desk, [head, row])) == {"new": 1}


def test_empty_template_says_that_there_are_no_rows(desk):
    answer = desk.get(page("forum", "import_template", ending="xlsx"))
    response = desk.post(page("forum"), {"scope": "2024", "file": upload(answer.content, "t.xlsx")})
    assert response.status_code == 400


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_rows_taken_out_and_put_back_change_nothing(desk, language):
    import_(
        desk,
        [
            [*HEAD, "座位", "仅线上"],
            [*ROW, "200", "否"],
            ["示例二", "行业论坛", "7月5日", *[""] * 8],
        ],
    )
    import_(
        desk,
        [["姓名", "单位", "国家", "荣誉"], ["示例嘉宾", "示例大学", "法国", "图灵奖"]],
        "speaker",
    )
    for model in ("forum", "speaker"):
        with translation.override(language):
            address, template = page(model), page(model, "import_template", ending="xlsx")
        answer = desk.get(template + "?rows=1")
        sent = {"scope": "2024", "file": upload(answer.content, "t.xlsx")}
        shown = desk.post(address, sent, follow=True)
        assert set(counts(shown)) == {"same"}, faults(shown)
