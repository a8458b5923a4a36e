"""The first sheet of a workbook as numbered lines: merged cells repeated, formulas by their values, nothing run."""

import io
import zipfile

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.xml.functions import iterparse

from waic.lib import files
from waic.lib.imports.reading import MAX_COLUMNS, MAX_ROWS, Broken, Line, bounded_cell

log = structlog.get_logger(__name__)

MAX_UNPACKED = 100 * files.MEGABYTE
MAX_PARTS = 1000
MAX_EMPTY = 20_000  # empty rows in a row, after which a sheet is taken to be over


def xlsx_lines(data):
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
            cells = [bounded_cell(value) for value in values]
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
