"""The long form: made of the call's questions, kept as typed, two devices at once (R9), hostile input and files (S5)."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awards.models import Call, Entry, EntryFile
from awards.operations import saving
from awards.operations.entries import save_answers
from tests.awards import uploads
from tests.awards.factories import (
    CLOSES,
    DURING,
    EntryFactory,
    TrackFactory,
    complete_entry,
    submitted_entry,
)
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def entry(client):
    EntryFactory()  # somebody else's
    entry = EntryFactory(lead=UserFactory(language="en"))
    client.force_login(entry.lead)
    return entry


def address(entry):
    return f"/en{reverse('awards:entry-form', args=[entry.code])}".replace("/en/en/", "/en/")


class Device:
    """A browser tab that has the form open: it sends everything, with the marks its page holds."""

    def __init__(self, client, entry):
        self.client, self.address = client, address(entry)
        page = client.get(self.address).content.decode()
        self.fields = {
            "title_zh": "",
            "title_en": "",
            "organisation": "",
            "country": "",
        } | saving.stored_values(entry)
        self.seen = json.loads(marks_in(page))

    def types(self, **fields):
        """What the page sends by itself after somebody typed."""
        self.fields |= fields
        response = self._send({}, HTTP_HX_REQUEST="true")
        self.seen = json.loads(marks_in(response.content.decode()))
        return response

    def saves(self, **fields):
        return self._send(fields)

    def _send(self, more, **headers):
        data = {k: v for k, v in (self.fields | more).items() if k != "track" or v}
        return self.client.post(self.address, {**data, "seen": json.dumps(self.seen)}, **headers)


def marks_in(page):
    return re.search(r'id="seen" name="seen" value="([^"]*)"', page).group(1).replace("&quot;", '"')


def sentence(response, key):
    """The visible sentence next to a field."""
    found = re.search(
        rf'id="e-{key}"([^>]*)>(.*?)</span>\s*</span>', response.content.decode(), re.S
    )
    if not found or "hidden" in found.group(1):
        return ""
    return re.sub(r"<[^>]*>", "", found.group(2)).strip().replace("&quot;", '"')


def stored(entry):
    return Entry.objects.get(pk=entry.pk)


def test_the_form_is_made_of_the_calls_questions(client, entry):
    page = client.get(address(entry)).content.decode()
    names = re.findall(r'<(?:input|textarea|select)[^>]*?name="([a-z_]+)"', page)
    kinds = dict(
        re.findall(r'<input id="i-([a-z]+)" name="[a-z]+" value=""\s+type="([a-z]+)"', page)
    )
    assert [n for n in dict.fromkeys(names) if n not in ("csrfmiddlewaretoken", "language", "next")] == [
        "seen", "title_zh", "title_en", "organisation", "country", "unit", "summary", "users", "since", "maturity", "fields", "video",
        "paper", "picture", "slides", "truthful",
    ]  # fmt: skip
    assert kinds == {"unit": "text", "users": "text", "since": "date", "video": "url"}


def test_what_is_typed_is_kept_right_or_not_yet_right(client, entry):
    device = Device(client, entry)
    response = device.types(title_zh="示例 🤖", summary="x" * 101, users="-1", since="2024-13-40", video="nowhere", fields=["lab", "use"])  # fmt: skip
    assert response.status_code == 200
    assert stored(entry).title_zh == "示例 🤖"
    kept = {k: v for k, v in stored(entry).answers.items() if v}
    assert kept == {"summary": "x" * 101, "users": "-1", "since": "2024-13-40", "video": "nowhere", "fields": ["lab", "use"]}  # fmt: skip
    assert {key: sentence(response, key) for key in ("summary", "users", "since", "video", "unit")} == {
        "summary": "Please cut 1 character; at most 100 are possible.", "users": "Please give a whole number, like 12.",
        "since": "Please give a date like 2024-03-15.", "video": "Please give a whole link, beginning with https://", "unit": "",
    }  # fmt: skip


def test_two_devices_that_type_in_different_places_keep_everything(client, entry):
    phone, desk = Device(client, entry), Device(client, entry)
    assert phone.types(unit="Sample institute").status_code == 200
    answer = desk.types(summary="From the desk")
    assert answer.status_code == 200
    assert sentence(answer, "unit") == "On another device this is “Sample institute” now."
    assert phone.types(users="3").status_code == 200
    kept = {k: v for k, v in stored(entry).answers.items() if v}
    assert kept == {"unit": "Sample institute", "summary": "From the desk", "users": "3"}


def test_two_devices_that_change_the_same_answer_are_told(client, entry):
    phone, desk = Device(client, entry), Device(client, entry)
    phone.types(summary="From the phone")
    for _again in range(2):
        answer = desk.types(summary="From the desk", users="7")
        assert answer.status_code == 409
        assert sentence(answer, "summary") == "On another device this is “From the phone” now."
        assert "Press Save to compare" in answer.content.decode()
    # What does not clash is kept, and nobody overwrites anybody.
    assert (stored(entry).answers["summary"], stored(entry).answers["users"]) == (
        "From the phone",
        "7",
    )
    page = desk.saves(save="1")
    assert page.status_code == 409
    assert "From the desk</textarea>" in page.content.decode()
    assert sentence(page, "summary") == "On another device this is “From the phone” now."
    # Having read that, the person saves what they want.
    desk.seen = json.loads(marks_in(page.content.decode()))
    assert desk.saves(save="1").status_code == 302
    assert stored(entry).answers["summary"] == "From the desk"


def test_the_same_text_on_both_devices_is_no_clash(client, entry):
    phone, desk = Device(client, entry), Device(client, entry)
    assert phone.types(summary="Same").status_code == desk.types(summary="Same").status_code == 200


def test_saving_what_nobody_changed_writes_nothing(client, entry):
    device = Device(client, entry)
    device.types(summary="示例")
    version = stored(entry).version
    device.types()
    assert stored(entry).version == version


@pytest.mark.parametrize("seen", ["", "null", "[]", "{", "1"])
def test_marks_that_were_tampered_with_break_nothing(client, entry, seen):
    response = client.post(address(entry), {"summary": "示例", "seen": seen, "version": "²"})
    assert response.status_code == 302
    assert stored(entry).answers["summary"] == "示例"


def test_after_the_deadline_nothing_is_saved_and_nothing_typed_is_lost(client, entry):
    device = Device(client, entry)
    device.types(summary="In time")
    before = stored(entry).version
    with clock.frozen_at(CLOSES):
        by_itself = device.types(summary="Too late")
        pressed = device.saves(save="1")
        page = client.get(address(entry))
    assert (by_itself.status_code, pressed.status_code, page.status_code) == (409, 409, 302)
    for response in (by_itself, pressed):
        assert "The deadline has passed" in response.content.decode()
    assert "Too late</textarea>" in pressed.content.decode()
    assert (stored(entry).version, stored(entry).answers["summary"]) == (before, "In time")


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("title_zh", "题" * 201, "201"),
        ("country", "XX", "XX"),
        ("unit", "x" * 20_001, "at most 20000 characters"),
        ("summary", "🤖" * 20_001, "at most 20000 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_on_the_page(client, entry, key, typed, told):
    response = client.post(
        address(entry), {key: typed, "video": "https://kept.example", "save": "1"}
    )
    assert response.status_code == 400
    assert told in sentence(response, key)
    assert key == "country" or typed in response.content.decode()
    assert stored(entry).answers["video"] == "https://kept.example"
    assert not getattr(stored(entry), key, "")
    assert not stored(entry).answers.get(key)


@pytest.mark.parametrize("typed", ["a\x00b", "a\u2028b\x07", "  ab\r\n", "ab\ufeff"])
def test_controls_are_left_out(client, entry, typed):
    client.post(address(entry), {"unit": typed, "title_en": typed})
    assert (stored(entry).answers["unit"], stored(entry).title_en) == ("ab", "ab")


@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_ten_megabytes_of_text_get_a_sentence(client, entry, headers):
    before = stored(entry).version
    response = client.post(address(entry), {"summary": "长" * 3_500_000}, **headers)
    assert response.status_code == 413
    assert "more text than can be sent at once" in response.content.decode()
    assert stored(entry).version == before


def test_a_form_without_a_token_is_refused(entry):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(entry.lead)
    assert client.post(address(entry), {"summary": "x"}).status_code == 403
    assert "summary" not in stored(entry).answers


def test_a_wrong_track_is_not_kept(client, entry):
    foreign = TrackFactory(call__edition__year=2025)
    own = TrackFactory(call=entry.call)
    for value, kept in (
        (foreign.pk, None),
        ("²", None),
        ("1e9", None),
        (own.pk, own.pk),
        ("9" * 30, own.pk),
    ):
        client.post(address(entry), {"track": value})
        assert stored(entry).track_id == kept


# --- Files --------------------------------------------------------------------------------------

HOSTILE = {
    "a page called PDF": ("paper", uploads.upload("p.pdf", b"<html><script>alert(1)</script>"), "Please upload PDF."),
    "a program called PDF": ("paper", uploads.upload("p.pdf", b"MZ\x90\x00" + b"\0" * 99), "Please upload PDF."),
    "nothing": ("paper", uploads.upload("p.pdf", b""), "Please upload PDF."),
    "half a PDF": ("paper", uploads.upload("p.pdf", uploads.pdf_bytes()[:60]), "cannot be read"),
    "a locked PDF": ("paper", uploads.pdf(password="x"), "locked by a password"),
    "a long PDF": ("paper", uploads.pdf(pages=301), "301 pages"),
    "a large PDF": ("paper", uploads.upload("p.pdf", b"%PDF-" + b"0" * 1024 * 1024), "at most 1.0"),
    "a picture for a PDF": ("paper", uploads.upload("p.pdf", uploads.png_bytes()), "Please upload PDF."),
    "half a picture": ("picture", uploads.upload("p.png", uploads.png_bytes()[:50]), "cannot be read"),
    "a vector picture": ("picture", uploads.upload("p.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"), "PNG"),
    "a claim of 61 megapixels": ("picture", uploads.upload("p.png", uploads.png_that_claims(7820, 7820)), "60 megapixels"),
    "a claim of 4 gigapixels": ("picture", uploads.upload("p.png", uploads.png_that_claims(65000, 65000)), "cannot be read|megapixels"),
    "a zip bomb": ("slides", uploads.upload("s.pptx", uploads.zip_bomb()), "Please upload PPTX, PDF."),
    "a broken zip": ("slides", uploads.upload("s.pptx", b"PK\x03\x04" + b"\xff" * 200), "Please upload PPTX, PDF."),
    "another zip": ("slides", uploads.upload("s.pptx", uploads.zip_bytes(a="b")), "Please upload PPTX, PDF."),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_else_is_lost(client, entry, name):
    key, upload, told = HOSTILE[name]
    upload.seek(0)
    response = client.post(address(entry), {key: upload, "summary": "Kept"})
    assert response.status_code == 400
    assert re.search(told, sentence(response, key)), sentence(response, key)
    assert stored(entry).answers["summary"] == "Kept"
    assert (EntryFile.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_pdf_with_a_script_is_only_ever_an_attachment_in_a_sandbox(client, entry):
    paper = uploads.pdf("../../evil\x00.pdf.html", script="app.alert('x')")
    assert client.post(address(entry), {"paper": paper}).status_code == 302
    response = client.get(address(entry).replace("/form/", "/files/paper/"))
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith("attachment;")
    kept = StoredFile.objects.get()
    assert (kept.name, "evil" in kept.file.name) == ("evil.pdf.pdf", False)


def test_a_picture_is_encoded_again(client, entry):
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Author", "SECRET")
    picture = uploads.upload(
        "p.png", uploads.png_bytes(pnginfo=note) + b"<?php SECRET", "image/png"
    )
    assert client.post(address(entry), {"picture": picture}).status_code == 302
    assert b"SECRET" not in StoredFile.objects.get().file.read()


def test_a_file_for_no_question_is_left_alone(client, entry):
    client.post(address(entry), {"summary": SimpleUploadedFile("x.pdf", uploads.pdf_bytes()), "nothing": uploads.pdf(), "remove": "nothing"})  # fmt: skip
    assert StoredFile.objects.count() == 0


def test_handing_in_marks_what_is_missing(client, entry):
    response = client.post(address(entry), {"title_zh": "示例", "submit": "1"})
    assert response.status_code == 400
    assert sentence(response, "title_en") == sentence(response, "unit") == "Please answer this."
    assert sentence(response, "paper") == "Please upload this file."
    assert "7 things are to be mended; all the rest is saved" in response.content.decode()
    assert (stored(entry).state, stored(entry).title_zh) == ("draft", "示例")


def test_handing_in_from_a_complete_form(client):
    entry = complete_entry()
    client.force_login(entry.lead)
    device = Device(client, entry)
    first, second = device.saves(submit="1"), device.saves(submit="1")
    assert (first.status_code, second.status_code) == (302, 409)
    assert (stored(entry).state, Call.objects.get().last_number) == ("submitted", 1)


def test_a_submitted_entry_has_no_form(client):
    entry = submitted_entry()
    client.force_login(entry.lead)
    assert client.get(address(entry)).status_code == 302
    assert client.post(address(entry), {"summary": "x"}).status_code == 409


def test_versions_for_programs_are_checked(entry):
    from django.core.exceptions import ValidationError

    save_answers(entry, answers={"summary": "1"}, version=1)
    with pytest.raises(ValidationError) as refusal:
        save_answers(entry, answers={"summary": "2"}, version=1)
    assert refusal.value.code == "stale"
