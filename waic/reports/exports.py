"""Writing a report as CSV or XLSX. Cells that a spreadsheet would run are made harmless (S8)."""

import csv
import io

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(cell):
    """A cell no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return "'" + cell
    return cell


def write_csv(columns, rows):
    """UTF-8 with a mark at its start, so that spreadsheets read Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([str(c) for c in columns])
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def write_xlsx(title, columns, rows):
    """A sheet with a frozen, filtered head and columns as wide as their words."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(
        "".join(c for c in str(title) if c not in "[]:*?/\\")[:31] or "report"
    )
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    widths = [_width(str(c)) for c in columns]
    for n, column in enumerate(columns):
        sheet.write_string(0, n, str(column), head)
    count = 0
    for count, row in enumerate(rows, start=1):
        for n, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(count, n, cell)
            else:
                sheet.write_string(count, n, str(cell))
            widths[n] = max(widths[n], _width(str(cell)))
    for n, width in enumerate(widths):
        sheet.set_column(n, n, min(60, width + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, count), len(columns) - 1)
    book.close()
    return buffer.getvalue()


def _width(text):
    """Columns a text takes; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
