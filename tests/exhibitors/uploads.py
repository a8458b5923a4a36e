"""Files as a browser sends them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from tests.exhibitors.factories import picture_bytes


def pdf_bytes(pages=1):
    writer, target = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(target)
    return target.getvalue()


def pdf(name="licence.pdf", pages=1):
    return SimpleUploadedFile(name, pdf_bytes(pages), "application/pdf")


def png(name="picture.png", **picture):
    return SimpleUploadedFile(name, picture_bytes(**picture), "image/png")
