"""Redacted papers: nothing in them tells who it is (S3), judges of the entry read them, each opening is on record (S4)."""

import io
import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from awards.models import DossierPaper, EntryFile, PaperReading
from awards.operations.entries import attach_file, remove_file
from awards.operations.judging import declare_conflict
from awards.operations.papers import provide_paper, redacted
from tests.awards import uploads
from tests.awards.factories import DURING, assign, complete_entry, submitted_entry
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StoredFile

pytestmark = pytest.mark.django_db
CANARY = "HIDDENCANARY"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def judge(client):
    judge = UserFactory(language="en")
    client.force_login(judge)
    return judge


def english(name, *args):
    return re.sub(r"^(/en)?", "/en", reverse(f"awards:{name}", args=args))


def address(name, assignment):
    return english(name, assignment.stage.key, assignment.dossier.code)


def telling_pdf(text="A method", *, layers=False):
    """A PDF that names its maker wherever a PDF can, beside the text on its page."""
    writer, target = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"), NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    drawn = DecodedStreamObject()
    drawn.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    told = DecodedStreamObject()
    told.set_data(CANARY.encode())
    told = writer._add_object(told)
    font[NameObject("/PieceInfo")] = font[NameObject("/Metadata")] = told
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})})  # fmt: skip
    page[NameObject("/Contents")] = writer._add_object(drawn)
    page[NameObject("/Metadata")] = page[NameObject("/PieceInfo")] = told
    writer.add_annotation(0, FreeText(text=CANARY, rect=(10, 10, 90, 90)))
    writer.add_metadata({"/Author": CANARY, "/Title": CANARY, "/Producer": CANARY})
    writer.add_attachment(f"{CANARY}.txt", CANARY.encode())
    writer.add_outline_item(title=CANARY, page_number=0)
    writer.root_object[NameObject("/Metadata")] = told
    writer.root_object[NameObject("/Lang")] = TextStringObject(CANARY)
    if layers:
        writer.root_object[NameObject("/OCProperties")] = DictionaryObject()
    writer.write(target)
    return uploads.upload(f"{CANARY}.pdf", target.getvalue())


def test_only_the_pages_are_left_of_a_pdf():
    source = telling_pdf()
    assert CANARY.encode() in source.read()
    source.seek(0)
    data = redacted(source, complete_entry())
    assert CANARY.encode() not in data
    reader = PdfReader(io.BytesIO(data))
    assert reader.metadata in (None, {})
    assert [page.extract_text() for page in reader.pages] == ["A method"]
    assert set(reader.root_object) == {"/Type", "/Pages"}
    assert not any(CANARY in repr(reader.get_object(n)) for n in range(1, len(reader.xref[0]) + 1))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("By Sample Institute", "Sample institute"), ("by WANG  Sample", "Wang Sample"), ("ask lead@example.com", "lead@example.com"),
        ("unit 42-UNIT", "42-unit"),
    ],
)  # fmt: skip
def test_a_name_that_only_looks_covered_is_found(text, named):
    entry = complete_entry(organisation="Sample institute")
    entry.answers = {**entry.answers, "unit": "42-unit"}
    entry.members.update(name="Wang Sample", email="lead@example.com")
    with pytest.raises(ValidationError) as refusal:
        redacted(telling_pdf(text), entry)
    assert (refusal.value.code, refusal.value.params) == ("names", {"names": named})
    assert redacted(telling_pdf(text), entry, allow_names=True)


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (lambda: telling_pdf(layers=True), "layers"), (lambda: uploads.upload("a.pdf", b"%PDF-1.7 nonsense"), "broken"),
        (lambda: uploads.pdf(password="x"), "locked"), (lambda: uploads.pdf(pages=101), "too_many_pages"),
        (lambda: uploads.upload("a.pdf", uploads.png_bytes()), "wrong_type"), (lambda: uploads.upload("a.pdf", b""), "wrong_type"),
    ],
)  # fmt: skip
def test_other_files_are_refused_with_a_sentence(upload, code):
    with pytest.raises(ValidationError) as refusal:
        redacted(upload(), complete_entry())
    assert refusal.value.code == code


def paper_of(assignment):
    return provide_paper(assignment.dossier, uploads.pdf_bytes(), by=UserFactory())


def test_a_judge_of_the_entry_reads_it_on_record_and_nobody_else(client, judge):
    own = assign(judge, submitted_entry())
    other = assign(UserFactory(), submitted_entry(call=own.dossier.entry.call))
    assert "There is none of this entry yet" in client.get(address("review", own)).text
    assert client.get(address("review-paper", own)).status_code == 404
    paper = paper_of(own)
    paper_of(other)
    assert "Download the paper without names" in client.get(address("review", own)).text
    answer = client.get(address("review-paper", own))
    assert b"".join(answer.streaming_content) == uploads.pdf_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="paper-{paper.code}.pdf"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")  # fmt: skip
    assert client.get(address("review-paper", other)).status_code == 404
    rows = PaperReading.objects.values_list("dossier", "paper", "sha256", "reader", "read_at")
    assert list(rows) == [(own.dossier_id, paper.code, paper.file.sha256, judge.pk, DURING)]
    declare_conflict(own, reason="示例")
    assert client.get(address("review-paper", own)).status_code == 404
    client.logout()
    assert client.get(address("review-paper", own)).status_code == 302
    assert PaperReading.objects.count() == 1


# --- The desk -----------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, language="zh-hans")
    person.groups.add(Group.objects.get(name="awards"))
    client.force_login(person)
    return person


def page(dossier):
    return reverse("admin:awards_dossier_change", args=[dossier.pk])


def send(client, dossier, **data):
    return client.post(page(dossier), {"readings-TOTAL_FORMS": 0, "readings-INITIAL_FORMS": 0, **data})  # fmt: skip


def test_the_desk_provides_replaces_and_withdraws_a_paper(client, desk):
    dossier = assign(UserFactory(), submitted_entry()).dossier
    assert "评委只能看到答复" in client.get(page(dossier)).text
    assert send(client, dossier, paper_file=telling_pdf()).status_code == 302
    first = DossierPaper.objects.select_related("file").get()
    copy = reverse("admin:awards_dossier_paper", args=[dossier.pk])
    assert CANARY.encode() not in b"".join(client.get(copy).streaming_content)
    assert (first.file.name, PaperReading.objects.get().reader) == (f"paper-{first.code}.pdf", desk)
    assert send(client, dossier, paper_file=telling_pdf("Another")).status_code == 302
    second = DossierPaper.objects.get()
    assert first.code != second.code
    assert not StoredFile.objects.filter(pk=first.file_id).exists()
    assert send(client, dossier, drop_paper="on").status_code == 302
    assert not DossierPaper.objects.exists()
    assert client.get(copy).status_code == 404


def test_a_refused_paper_is_said_next_to_the_field_and_changes_nothing(client, desk):
    entry = submitted_entry(organisation="Sample institute")
    dossier = assign(UserFactory(), entry).dossier
    refused = send(client, dossier, paper_file=telling_pdf("by Sample Institute"))
    assert refused.status_code == 200
    assert "Sample institute。涂黑" in refused.context["adminform"].form.errors["paper_file"][0]
    assert not DossierPaper.objects.exists()
    allowed = send(client, dossier, paper_file=telling_pdf("by Sample Institute"), allow_names="on")
    assert (allowed.status_code, DossierPaper.objects.count()) == (302, 1)


def test_other_desks_neither_see_nor_open_it(client, desk):
    own = assign(UserFactory(), submitted_entry())
    paper_of(own)
    stranger = UserFactory(is_staff=True)
    stranger.groups.add(Group.objects.get(name="exhibition"))
    client.force_login(stranger)
    addresses = [page(own.dossier), reverse("admin:awards_dossier_paper", args=[own.dossier.pk])]
    assert [client.get(a).status_code for a in addresses] == [403, 403]
    assert not PaperReading.objects.exists()


# --- Files of entries ---------------------------------------------------------------------------


def test_a_file_that_was_replaced_or_removed_leaves_nothing_behind(
    django_capture_on_commit_callbacks,
):
    entry = complete_entry()
    field = entry.call.fields.get(key="paper")
    before = EntryFile.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        stored = attach_file(entry, field, uploads.pdf(pages=2), by=entry.lead)
    assert list(StoredFile.objects.filter(kind="entry-file")) == [stored]
    assert not default_storage.exists(before.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_file(entry, field)
    assert not remove_file(entry, field)
    assert not StoredFile.objects.filter(kind="entry-file").exists()
    assert not stored.file.storage.exists(stored.file.name)
