"""Imports: what files are read, which columns are meant, what cells say."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.lib.tables import book_of, csv_bytes, xlsx_bytes
from waic.lib.imports import cells, preview, reading, xlsx
from waic.lib.imports.columns import Column, find_head, unused_sentence

COLUMNS = [
    Column("title_zh", "Title (Chinese)", ("论坛名称",), required=True),
    Column("date", "Date", ("日期",), is_field=False),
]
TITLE = ({"title_zh"},)
CONTENT = [["论坛名称", "日期"], ["示例论坛", "7月4日"]]


def body(data):
    return find_head(reading.read(data)[1], COLUMNS, TITLE)


def first_row(data):
    head, lines = body(data)
    return {column.name: lines[0].cells[place] for column, place in head.places.items()}


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(encoding):
    assert first_row(csv_bytes(CONTENT, encoding)) == {"title_zh": "示例论坛", "date": "7月4日"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_every_usual_delimiter(delimiter):
    assert first_row(csv_bytes(CONTENT, delimiter=delimiter))["date"] == "7月4日"


def test_empty_rows_are_skipped_and_rows_keep_the_numbers_of_the_file():
    _head, lines = body(csv_bytes([CONTENT[0], ["", ""], ["\u3000", " "], CONTENT[1]]))
    assert [line.number for line in lines] == [4]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"),
        (b"\xff\x00\x01\x02\x80\x81", "encoding"),
        (b"PK\x03\x04 not a workbook", "broken"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "encoding"),
    ],
)
def test_what_is_no_table_gets_a_sentence(data, code):
    with pytest.raises(ValidationError) as refusal:
        reading.read(data)
    assert refusal.value.code == code


def test_more_than_ten_megabytes_are_refused_before_they_are_read():
    with pytest.raises(ValidationError) as refusal:
        reading.read(b"a," * (5 * 1024 * 1024 + 1))
    assert refusal.value.code == "too_large"


def test_zip_bomb_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (xlsx.MAX_UNPACKED + 1))
    assert len(target.getvalue()) < reading.MAX_BYTES
    with pytest.raises(ValidationError) as refusal:
        reading.read(target.getvalue())
    assert refusal.value.code == "bomb"


def test_xml_with_its_own_entities_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'
        )
    with pytest.raises(ValidationError) as refusal:
        reading.read(target.getvalue())
    assert refusal.value.code == "broken"


def test_cut_off_workbook_is_refused_with_a_sentence():
    data = xlsx_bytes(CONTENT)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(target, "w") as half:
        for name in whole.namelist():
            part = whole.read(name)
            half.writestr(name, part[: len(part) // 2] if "sheet1" in name else part)
    with pytest.raises(ValidationError) as refusal:
        reading.read(target.getvalue())
    assert refusal.value.code == "broken"


def test_five_thousand_rows_are_possible_and_one_more_is_not():
    rows = [["论坛名称"], *([f"示例{n}"] for n in range(reading.MAX_ROWS))]
    assert len(body(csv_bytes(rows))[1]) == reading.MAX_ROWS
    with pytest.raises(ValidationError) as refusal:
        body(csv_bytes([*rows, ["示例"]]))
    assert refusal.value.code == "too_many_rows"


def test_cells_merged_over_rows_say_the_same_in_each():
    book = book_of(
        [["日期", "论坛名称"], ["7月4日", "示例甲"], [None, "示例乙"], ["7月5日", "示例丙"]]
    )
    book.active.merge_cells("A2:A3")
    head, lines = body(xlsx_bytes(book=book))
    place = next(p for c, p in head.places.items() if c.name == "date")
    assert [line.cells[place] for line in lines] == ["7月4日", "7月4日", "7月5日"]


def test_formula_that_was_never_calculated_is_not_taken_for_an_empty_cell():
    found = first_row(xlsx_bytes([["论坛名称", "日期"], ['=CONCATENATE("a","b")', "7月4日"]]))
    assert found["title_zh"] == reading.Broken("formula")
    with pytest.raises(ValidationError):
        cells.line(found["title_zh"])


def test_head_is_found_below_a_title():
    head, lines = body(csv_bytes([["2024 示例大会日程", ""], ["", ""], *CONTENT]))
    assert (head.number, len(lines)) == (3, 1)


# --- Columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["论坛名称", " 论坛 名称* ", "Title (Chinese)", "TITLE（CHINESE）", "title_zh"]
)
def test_heads_are_known_in_both_languages_and_any_width(name):
    head, _lines = body(csv_bytes([[name], ["示例"]]))
    assert [column.name for column in head.places] == ["title_zh"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["foo", "bar"], ["1", "2"]], "no_head"),
        ([["日期"], ["7月4日"]], "missing_column"),
        ([["论坛名称", "title_zh"], ["a", "b"]], "twice"),
        ([["论坛名称"]], "empty"),
    ],
)
def test_wrong_heads_get_a_sentence(rows, code):
    with pytest.raises(ValidationError) as refusal:
        body(csv_bytes(rows))
    assert refusal.value.code == code


def test_unknown_columns_are_named():
    head, _lines = body(csv_bytes([["论坛名称", "天气"], ["示例", "晴"]]))
    assert "天气" in unused_sentence(head, COLUMNS)


# --- Cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["2024-07-04", "2024/7/4", "2024.7.4", "20240704", "2024年7月4日", "7月4日", "7月4日（周四）", "２０２４－０７－０４", " 7 月 4 日 ",
     "July 4, 2024", "4 July", "4 Jul 2024", "2024-07-04 00:00:00", date(2024, 7, 4), datetime(2024, 7, 4, 13, 30), 45477, 45477.0],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(cell):
    assert cells.day(cell, 2024) == date(2024, 7, 4)


@pytest.mark.parametrize("cell", ["2024-13-01", "7月32日", "soon", "32", True, "2024-02-30"])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(ValidationError):
        cells.day(cell, 2024)


@pytest.mark.parametrize(
    "cell",
    ["13:30", "13：30", "１３:３０", "下午1:30", "1:30 PM", "1:30 p.m.", "13点30分", "13:30:00", time(13, 30), datetime(2024, 7, 4, 13, 30), 0.5625, timedelta(hours=13.5)],
)  # fmt: skip
def test_times_are_read_as_people_write_them(cell):
    assert cells.moment(cell) == time(13, 30)


@pytest.mark.parametrize("cell", ["25:00", "13:61", "noonish", "1330", 7])
def test_what_is_no_time_is_refused(cell):
    with pytest.raises(ValidationError):
        cells.moment(cell)


def test_span_of_time_is_read():
    assert cells.span("13：30—17：00") == (time(13, 30), time(17))


def test_full_width_letters_become_ordinary_and_chinese_punctuation_stays():
    assert cells.line("\u3000ＡＩ论坛：你好（２）\u3000") == "AI论坛：你好（2）"


def test_number_that_lost_its_last_digits_is_refused():
    assert cells.line(12.0) == "12"
    with pytest.raises(ValidationError) as refusal:
        cells.line(91310000123456780.0)
    assert refusal.value.code == "digits"


def test_failed_formula_is_refused():
    with pytest.raises(ValidationError):
        cells.line("#REF!")


def test_unknown_word_names_what_is_near():
    with pytest.raises(ValidationError) as refusal:
        cells.one_of("金厅", {"金厅a": 1, "银厅": 2}, {1: "金厅A", 2: "银厅"}.get)
    assert "金厅A" in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("中国", "CN"), ("China", "CN"), ("us", "US"), ("香港", "HK"), ("法国", "FR")],
)
def test_countries_are_known_by_name_and_code(cell, code):
    assert cells.country(cell) == code


def test_preview_survives_being_kept_and_its_digest_covers_what_is_shortened():
    change = preview.Change("title_zh", "Title", "", "长" * 1000)
    kept = preview.Preview([preview.PreviewRow(2, "x", preview.NEW, [change])])
    again, digest = preview.load(kept.dump())
    assert digest == kept.digest
    assert len(again.rows[0].changes[0].new) == preview.MOST_TEXT
    change.new = change.new[:-1] + "短"
    assert kept.digest != digest


def test_near_words_are_found_in_the_other_language_and_by_a_run_in_common():
    words = {"industryforum": "a", "行业论坛": "a", "2024世界人工智能大会开幕式": "b", "闭幕": "c"}
    assert cells.near("行业论谈", words) == ["a"]
    assert cells.near("开幕式及全体会议", words) == ["b"]
    assert cells.near("！", words) == []
