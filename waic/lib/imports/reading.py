"""An uploaded table as numbered lines of cells: XLSX or CSV, bounded, nothing in it is run.

ValidationError is a sentence about the whole file. Numbers are those a spreadsheet shows beside the rows.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from itertools import islice

import structlog
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.xml.functions import iterparse

from waic.lib import files

log = structlog.get_logger(__name__)

MAX_BYTES = 10 * files.MEGABYTE
MAX_UNPACKED = 100 * files.MEGABYTE
MAX_PARTS = 1000
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_CELL = 20_000  # characters; the longest text of any column is far shorter
MAX_HEAD = 10  # the head is looked for in so many lines
MAX_EMPTY = 20_000  # empty rows in a row, after which a sheet is taken to be over

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Broken:
    """A cell that holds no value: why, as a sentence is made of it in `cells`."""

    kind: str  # "formula": never calculated, "error": #REF! and the like, "long": too much text


@dataclass(frozen=True)
class Line:
    number: int
    cells: tuple

    @property
    def is_empty(self):
        return all(is_blank(cell) for cell in self.cells)


def is_blank(cell):
    return cell is None or (
        isinstance(cell, str) and not cell.strip(" \t\r\n\u3000\xa0\u200b\ufeff")
    )


def read(data):
    """(media type, lines that are not empty) of a file's bytes; ValidationError when it is no table of ours."""
    if not data:
        raise ValidationError(_("This file is empty."), code="empty")
    check_size(len(data))
    if data.startswith(_OLE):
        raise ValidationError(
            _(
                "This is an old Excel file or one locked by a password. Save it as XLSX without a password and upload that."
            ),
            code="old_excel",
        )
    if data[:2] == b"PK":
        return files.XLSX, _bounded(_xlsx_lines(data))
    return files.CSV, _bounded(_csv_lines(data))


def check_size(size):
    """ValidationError for a file that is too large to be read."""
    if size > MAX_BYTES:
        raise ValidationError(
            _("This file is %(size)s; at most %(limit)s are possible."), code="too_large",
            params={"size": filesizeformat(size), "limit": filesizeformat(MAX_BYTES)},
        )  # fmt: skip


def _bounded(lines):
    kept = list(islice((line for line in lines if not line.is_empty), MAX_ROWS + MAX_HEAD + 1))
    if not kept:
        raise ValidationError(_("This file has no rows."), code="empty")
    return kept


# --- CSV ----------------------------------------------------------------------------------------


def decode(data):
    """Text in UTF-8 with or without a mark, UTF-16 with one, or GB 18030 as Chinese Excel saves it."""
    is_utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text):
            return text
    raise ValidationError(
        _("This file is neither XLSX nor readable text. Save it as XLSX, or as CSV in UTF-8, and upload that."),
        code="encoding",
    )  # fmt: skip


def _csv_lines(data):
    text = decode(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(rows, start=1):
            yield Line(number, tuple(_bounded_cell(cell) for cell in cells[:MAX_COLUMNS]))
    except csv.Error as error:
        raise ValidationError(
            _("The file cannot be read any further after row %(row)d. Look for a quotation mark that is never closed."),
            code="quotes", params={"row": rows.line_num},
        ) from error  # fmt: skip


def _bounded_cell(cell):
    return Broken("long") if isinstance(cell, str) and len(cell) > MAX_CELL else cell


# --- XLSX ---------------------------------------------------------------------------------------


def _xlsx_lines(data):
    _check_archive(data)
    try:
        yield from _sheet_lines(data)
    except ValidationError:
        raise
    except Exception as error:
        # openpyxl raises whatever its parts raise: KeyError, ParseError, zlib.error, TypeError …
        log.info("import_unreadable_xlsx", error=repr(error))
        raise _broken() from error


def _broken():
    return ValidationError(
        _("This XLSX file cannot be read. Open it, save it again as XLSX and upload that."), code="broken"
    )  # fmt: skip


def _check_archive(data):
    """Refuse what is no workbook, what unpacks to more than is sensible, and XML with declarations of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise ValidationError(
                    _("This XLSX file unpacks to far more than a table needs. Copy the rows into the template and upload that."),
                    code="bomb",
                )  # fmt: skip
            if "xl/workbook.xml" not in archive.namelist():
                raise _broken()
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(2048):
                            raise _broken()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _broken() from error


def _sheet_lines(data):
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            raise ValidationError(_("This file has no rows."), code="empty")
        merged, uncalculated = _look_closer(data, sheet._worksheet_path)
        above: dict = {}
        empty = 0
        for number, values in enumerate(
            sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1
        ):
            cells = [_bounded_cell(value) for value in values]
            _fill_merged(number, cells, merged, above)
            for column in uncalculated.get(number, ()):
                if column <= len(cells) and cells[column - 1] is None:
                    cells[column - 1] = Broken("formula")
            line = Line(number, tuple(cells))
            empty = empty + 1 if line.is_empty else 0
            if empty > MAX_EMPTY:
                return
            yield line
    finally:
        book.close()


def _fill_merged(number, cells, merged, above):
    """Cells merged over several rows say the same in each of them."""
    for column, first, last in merged:
        if column > len(cells):
            continue
        if number == first:
            above[column] = cells[column - 1]
        elif first < number <= last and cells[column - 1] is None:
            cells[column - 1] = above.get(column)


def _look_closer(data, path):
    """What openpyxl does not tell while it streams: ([(column, first row, last row)], {row: columns never calculated})."""
    merged, uncalculated = [], {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(path.lstrip("/")) as stream:
        for _event, element in iterparse(stream):
            tag = element.tag.rpartition("}")[2]
            if tag == "mergeCell":
                left, top, _right, bottom = range_boundaries(element.get("ref"))
                if bottom > top and len(merged) < MAX_ROWS:
                    merged.append((left, top, bottom))
            elif tag == "c":
                _note_formula(element, uncalculated)
                element.clear()
            elif tag == "row":
                element.clear()
    return merged, uncalculated


def _note_formula(cell, uncalculated):
    found = {child.tag.rpartition("}")[2]: child.text for child in cell}
    if "f" in found and not found.get("v") and cell.get("r"):
        row, column = coordinate_to_tuple(cell.get("r"))
        uncalculated.setdefault(row, set()).add(column)
