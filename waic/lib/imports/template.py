"""The file to fill in: heads in the reader's language, one sheet of explanations, lists to choose from."""

import csv
import io
from datetime import date, time

from django.utils.translation import gettext as _

from waic.lib.imports import cells
from waic.lib.imports.reading import MAX_ROWS

CSV, XLSX = "csv", "xlsx"
MOST_CHOICES = 500


def as_csv(work):
    """UTF-8 with a mark at its start, so that spreadsheets read Chinese; the heads only."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([str(column.label) for column in work.columns])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_xlsx(work, objects=()):
    """A workbook: the rows to fill in (or those there are, of `objects`), and what each column takes."""
    # Imported where it is used: it weighs 12 MB in every web worker.
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    sheet = book.add_worksheet(_("Rows"))
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F4", "valign": "top"}),
        "needed": book.add_format({"bold": True, "bottom": 1, "bg_color": "#D6E4F0", "valign": "top"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "time": book.add_format({"num_format": "hh:mm", "valign": "top"}),
    }  # fmt: skip
    for place, column in enumerate(work.columns):
        look = looks["needed" if column.required else "head"]
        sheet.write_string(0, place, str(column.label), look)
        sheet.set_column(place, place, column.width, looks["text"] if column.is_text else None)
    sheet.freeze_panes(1, 0)
    for number, obj in enumerate(objects, start=1):
        _write_object(sheet, number, work, obj, looks)
    _write_guide(book, sheet, work, looks)
    book.close()
    return buffer.getvalue()


def _write_object(sheet, number, work, obj, looks):
    for place, column in enumerate(work.columns):
        value = work.current(column.name, obj, None)
        if value in (None, "", ()):
            continue
        if isinstance(value, date):
            sheet.write_datetime(number, place, value, looks["date"])
        elif isinstance(value, time):
            sheet.write_datetime(number, place, value, looks["time"])
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(number, place, value)
        else:
            sheet.write_string(number, place, work.show(column.name, value), looks["text"])


def _write_guide(book, rows, work, looks):
    guide = book.add_worksheet(_("What goes where"))
    heads = [_("Column"), _("Needed"), _("What goes in"), _("Example"), _("Other heads that are understood"), _("Possible values")]  # fmt: skip
    for place, text in enumerate(heads):
        guide.write_string(0, place, text, looks["head"])
        guide.set_column(place, place, (26, 10, 60, 36, 50, 40)[place])
    for number, column in enumerate(work.columns, start=1):
        names = choices_of(work, column)
        texts = [
            str(column.label), _("yes") if column.required else "", str(column.help), column.example,
            " / ".join(h for h in column.heads if h != str(column.label)), " / ".join(names[:60]),
        ]  # fmt: skip
        for place, text in enumerate(texts):
            guide.write_string(number, place, text, looks["wrap"])
    guide.freeze_panes(1, 1)
    _offer_choices(book, rows, work)


def _offer_choices(book, rows, work):
    """Drop-down lists; what is typed beside them is not refused by the spreadsheet but explained by the import."""
    from xlsxwriter.utility import xl_col_to_name

    lists = book.add_worksheet(_("Lists"))
    lists.hide()
    for place, column in enumerate(work.columns):
        names = choices_of(work, column)
        if not names:
            continue
        lists.write_column(0, place, names)
        letter = xl_col_to_name(place)
        source = f"='{lists.name}'!${letter}$1:${letter}${len(names)}"
        options = {"validate": "list", "source": source, "error_type": "information"}
        rows.data_validation(1, place, MAX_ROWS, place, options)


def choices_of(work, column):
    """The words a column takes, in the reader's language."""
    if column.parse is cells.truth:
        return [_("yes"), _("no")]
    if not column.choices:
        return []
    return [str(name) for name in getattr(work, column.choices)()][:MOST_CHOICES]
