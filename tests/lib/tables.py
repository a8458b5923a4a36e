"""Tables as people upload them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook


def csv_bytes(rows, encoding="utf-8-sig", delimiter=","):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


def book_of(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def xlsx_bytes(rows=None, book=None):
    target = io.BytesIO()
    (book or book_of(rows)).save(target)
    return target.getvalue()


def upload(data, name="rows.csv"):
    return SimpleUploadedFile(name, data)
