"""An uploaded table as numbered lines of cells: XLSX or CSV, bounded, nothing in it is run.

ValidationError is a sentence about the whole file. Numbers are those a spreadsheet shows beside the rows.
"""

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from waic.lib import files

MAX_BYTES = 10 * files.MEGABYTE
MAX_ROWS = 5000
MAX_COLUMNS = 100
MAX_CELL = 20_000  # characters; the longest text of any column is far shorter
MAX_HEAD = 10  # the head is looked for in so many lines

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
        # Imported here: reading workbooks weighs 35 MB, and only an upload needs it.
        from waic.lib.imports.xlsx import xlsx_lines

        return files.XLSX, _bounded(xlsx_lines(data))
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
            yield Line(number, tuple(bounded_cell(cell) for cell in cells[:MAX_COLUMNS]))
    except csv.Error as error:
        raise ValidationError(
            _("The file cannot be read any further after row %(row)d. Look for a quotation mark that is never closed."),
            code="quotes", params={"row": rows.line_num},
        ) from error  # fmt: skip


def bounded_cell(cell):
    return Broken("long") if isinstance(cell, str) and len(cell) > MAX_CELL else cell
