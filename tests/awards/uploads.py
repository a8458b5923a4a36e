"""Files as browsers and attackers send them."""

import io
import struct
import zipfile
import zlib
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def upload(name, content, media_type="application/pdf"):
    return SimpleUploadedFile(name, content, media_type)


@cache
def pdf_bytes(pages=1, script="", password=""):
    writer, target = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}  # fmt: skip
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password)
    writer.write(target)
    return target.getvalue()


def pdf(name="paper.pdf", **content):
    return upload(name, pdf_bytes(**content))


def png_bytes(size=(40, 30), **save):
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, "PNG", **save)
    return target.getvalue()


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width, height):
    """A few bytes that promise a picture of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 99)) + _chunk(b"IEND", b"")  # fmt: skip


def zip_bytes(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def zip_bomb(name="ppt/presentation.xml", claims=900 * 1024 * 1024):
    """Slides of a few bytes whose directory says that they unpack to almost a gigabyte."""
    content = bytearray(zip_bytes(**{name: b"0" * 1000}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", claims)
    return bytes(content)
