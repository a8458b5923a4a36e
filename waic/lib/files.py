"""Files people upload: typed by content, bounded, stored under generated names, served as attachments."""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from waic.lib.models import StoredFile
from waic.lib.text import clean_text

PDF, PNG, JPEG, WEBP = "application/pdf", "image/png", "image/jpeg", "image/webp"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEY = "application/vnd.apple.keynote"
CSV, ZIP, JSON, XML = "text/csv", "application/zip", "application/json", "text/xml"
EXTENSIONS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", WEBP: ".webp", PPTX: ".pptx", KEY: ".key", XLSX: ".xlsx", CSV: ".csv", ZIP: ".zip", JSON: ".json", XML: ".xml"}  # fmt: skip
IMAGES = (PNG, JPEG, WEBP)
# Keynote saves one ZIP; what it saves as a folder becomes one when it is sent: "talk.key/…". Old ones hold XML.
_KEYNOTE = re.compile(
    r"(?:(?:[^/]+\.key/)?(?:Index/Slide[^/]*\.iwa|index\.apxl(?:\.gz)?)|[^/]+\.key/Index\.zip)$"
)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class FileRule:
    """What one upload field accepts: media types, bytes, pixels of an image, pages of a PDF."""

    types: tuple
    max_bytes: int = 20 * MEGABYTE
    max_pixels: int = 60_000_000
    max_pages: int = 300
    max_side: int = 2400  # a larger picture is scaled down when it is re-encoded

    @property
    def accept(self):
        """The value of an <input accept=…>."""
        return ",".join(EXTENSIONS[t] for t in self.types)

    @property
    def help_text(self):
        kinds = " / ".join(EXTENSIONS[t].lstrip(".").upper() for t in self.types)
        return _("%(kinds)s, at most %(size)s") % {
            "kinds": kinds,
            "size": filesizeformat(self.max_bytes),
        }


PICTURE = FileRule(IMAGES, 10 * MEGABYTE)
DOCUMENT = FileRule((PDF,), 20 * MEGABYTE)
LICENCE = FileRule((PDF, *IMAGES), 10 * MEGABYTE, max_pages=20)


def receive(upload, rule, *, kind, by=None, crop=None):
    """Check an uploaded file against its rule and store it; ValidationError is a sentence for the person.

    Images are decoded and encoded again, which drops metadata and anything hidden behind them; `crop` (waic.lib.crop)
    is the part that is kept.
    """
    data = check(upload, rule, crop)
    return store(data, name=upload.name, media_type=sniff(data), kind=kind, by=by)


def check(upload, rule, crop=None):
    """The bytes of an upload that may be kept under a rule; ValidationError says why not."""
    if upload.size > rule.max_bytes:
        raise ValidationError(
            _("This file is %(size)s; at most %(limit)s are possible."), code="too_large",
            params={"size": filesizeformat(upload.size), "limit": filesizeformat(rule.max_bytes)},
        )  # fmt: skip
    data = upload.read()
    media_type = sniff(data)
    if media_type not in rule.types:
        kinds = ", ".join(EXTENSIONS[t].lstrip(".").upper() for t in rule.types)
        raise ValidationError(
            _("This file is not what is asked for. Please upload %(kinds)s."),
            code="wrong_type",
            params={"kinds": kinds},
        )
    if media_type in IMAGES:
        return reencode(data, media_type, rule, crop)
    if media_type == PDF:
        check_pdf(data, rule)
    return data


def store(data, *, name, media_type, kind, by=None, is_public=False):
    """Keep bytes the product made or has checked; answers the saved StoredFile."""
    stored = StoredFile(
        kind=kind, name=safe_name(name, media_type), media_type=media_type, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), uploaded_by=by, is_public=is_public,
    )  # fmt: skip
    stored.file.save(stored.name, ContentFile(data), save=False)
    stored.save()
    return stored


def store_open(handle, *, name, media_type, kind, by=None):
    """Keep an open file the product made, however large: it is never in memory as a whole."""
    digest = hashlib.file_digest(handle, "sha256").hexdigest()
    stored = StoredFile(
        kind=kind, name=safe_name(name, media_type), media_type=media_type, size=handle.tell(), sha256=digest, uploaded_by=by,
    )  # fmt: skip
    handle.seek(0)
    stored.file.save(stored.name, File(handle), save=False)
    stored.save()
    return stored


def safe_name(name, media_type):
    """The person's file name without folders, controls or a misleading ending."""
    line = " ".join(clean_text(name or "").split())
    stem = PurePath(line.replace("\\", "/")).stem.strip(". ")[:120] or "file"
    return stem + EXTENSIONS[media_type]


def sniff(data):
    """The media type the content shows, or None."""
    if data[:5] == b"%PDF-":
        return PDF
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[:4] == b"PK\x03\x04":
        return _office_type(data)
    return None


def _office_type(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > 500 * MEGABYTE:
                return None
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    if "ppt/presentation.xml" in names:
        # What carries macros is no .pptx, whatever it is called.
        return None if "ppt/vbaProject.bin" in names else PPTX
    if "xl/workbook.xml" in names:
        return XLSX
    if any(map(_KEYNOTE.match, names)):
        return KEY
    return None


def reencode(data, media_type, rule, crop=None):
    """The picture upright, cut to a part where one is given, scaled to the rule, without metadata; ValidationError when it cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > rule.max_pixels:
                raise too_many_pixels(rule)
            _decode_smaller(image, rule, crop)
            image.load()
            upright = image
            ImageOps.exif_transpose(upright, in_place=True)
            if crop is not None:
                upright = crop.cut(upright)
            upright.thumbnail((rule.max_side, rule.max_side))
            target = io.BytesIO()
            if media_type == JPEG:
                upright.convert("RGB").save(target, "JPEG", quality=88)
            else:
                mode = "RGBA" if upright.mode in ("RGBA", "LA", "P", "PA") else "RGB"
                upright.convert(mode).save(target, "PNG" if media_type == PNG else "WEBP")
            return target.getvalue()
    except Image.DecompressionBombError as error:
        # Pillow refuses before it tells the size.
        raise too_many_pixels(rule) from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise ValidationError(
            _("This picture cannot be read. Please save it again and retry."), code="broken"
        ) from error


def _decode_smaller(image, rule, crop):
    """A JPEG is decoded at a half, a quarter or an eighth where that is more than is kept: a photo of 60 megapixels
    would otherwise take half a gigabyte. Other kinds know no such thing.
    """
    times = crop.times_too_large(*image.size) if crop else max(image.size) / rule.max_side
    if times > 1:
        image.draft(None, (int(image.width / times), int(image.height / times)))


def too_many_pixels(rule):
    return ValidationError(
        _("This picture is too large: at most %(limit)d megapixels are possible. Please scale it down and retry."),
        code="too_many_pixels", params={"limit": rule.max_pixels // 1_000_000},
    )  # fmt: skip


def check_pdf(data, rule):
    """ValidationError when a PDF cannot be read, is locked or has too many pages."""
    # Imported here: it is large, and only uploads need it.
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise ValidationError(
                _("This PDF is locked by a password. Please upload one without."), code="locked"
            )
        pages = len(reader.pages)
    except (
        PdfReadError,
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        OSError,
    ) as error:
        raise ValidationError(
            _("This PDF cannot be read. Please export it again and retry."), code="broken"
        ) from error
    if pages > rule.max_pages:
        raise ValidationError(
            _("This PDF has %(count)d pages; at most %(limit)d are possible."), code="too_many_pages",
            params={"count": pages, "limit": rule.max_pages},
        )  # fmt: skip


def serve(stored, *, inline=False, name=""):
    """The file as an attachment nobody's browser runs; permission is the caller's business. 404 when it is gone.

    name: what it is called there, where the person's own name for it is not for everybody.
    """
    try:
        handle = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        handle,
        as_attachment=not inline,
        filename=name or stored.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable" if inline else "private, no-store"
    )
    return response


def public_image(request, uuid):
    """`/files/UUID/`: a picture that was approved for the public; anything else is not found."""
    stored = StoredFile.objects.filter(uuid=uuid, is_public=True, media_type__in=IMAGES).first()
    if stored is None:
        raise Http404
    return serve(stored, inline=True)
