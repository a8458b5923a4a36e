"""Uploads: typed by content, bounded, cleaned, served so that nothing runs."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from waic.lib import files
from waic.lib.files import DOCUMENT, LICENCE, PDF, PICTURE, PNG, FileRule
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db


def picture(form="PNG", size=(40, 30), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "#144e8c").save(out, form, **more)
    return out.getvalue()


def pdf(pages=1, password=""):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in names:
            z.writestr(name, "x")
    return out.getvalue()


def receive(content, rule=LICENCE, name="a.pdf"):
    return files.receive(SimpleUploadedFile(name, content), rule, kind="sample")


def test_a_file_is_what_its_content_says():
    stored = receive(picture(), name="licence.pdf")
    assert stored.media_type == PNG
    assert stored.name == "licence.png"
    assert stored.file.name.endswith(".png")
    assert "licence" not in stored.file.name


@pytest.mark.parametrize(
    ("content", "rule", "code"),
    [
        (b"", LICENCE, "wrong_type"),
        (b"<script>alert(1)</script>", LICENCE, "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", PICTURE, "wrong_type"),
        (b"MZ\x90\x00", DOCUMENT, "wrong_type"),
        (b"GIF89a" + b"\0" * 20, PICTURE, "wrong_type"),
        (archive("xl/workbook.xml"), DOCUMENT, "wrong_type"),
        (b"%PDF-1.7 and nothing else", DOCUMENT, "broken"),
        (b"\x89PNG\r\n\x1a\n and nothing else", PICTURE, "broken"),
        (picture()[:60], PICTURE, "broken"),
        (pdf(password="secret"), DOCUMENT, "locked"),
        (pdf(21), LICENCE, "too_many_pages"),
        (picture(size=(300, 300)), FileRule((PNG,), max_pixels=10_000), "too_many_pixels"),
        (pdf() + b" " * 2000, FileRule((PDF,), max_bytes=2000), "too_large"),
    ],
)
def test_hostile_and_broken_files_get_a_sentence(content, rule, code):
    with pytest.raises(ValidationError) as refusal:
        receive(content, rule)
    assert refusal.value.code == code
    assert refusal.value.messages[0]
    assert not StoredFile.objects.exists()


def test_a_picture_loses_its_metadata_and_what_hides_behind_it():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    stored = receive(picture("JPEG", exif=exif) + b"<script>hidden</script>", PICTURE, "a.jpg")
    kept = stored.file.read()
    assert b"secret place" not in kept
    assert b"hidden" not in kept


def test_a_large_picture_is_scaled_down():
    stored = receive(picture(size=(5000, 100)), PICTURE)
    assert Image.open(stored.file).size == (2400, 48)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\evil.exe", "evil.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("", "file.pdf"),
        ("…" * 300 + ".pdf", None),
        ("营业执照.jpg", "营业执照.pdf"),
    ],
)
def test_names_are_harmless(given, kept):
    name = files.safe_name(given, PDF)
    assert len(name) <= 130
    assert name.endswith(".pdf")
    assert kept is None or name == kept


def test_what_is_served_runs_nowhere():
    response = files.serve(receive(pdf()))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_only_published_pictures_have_a_public_address(client):
    shown, private = receive(picture(), PICTURE), receive(picture(), PICTURE)
    document = receive(pdf())
    StoredFile.objects.filter(pk__in=[shown.pk, document.pk]).update(is_public=True)
    assert client.get(f"/files/{shown.uuid}/").status_code == 200
    assert client.get(f"/files/{private.uuid}/").status_code == 404
    assert client.get(f"/files/{document.uuid}/").status_code == 404
