"""The receipt: a PDF with number and QR in the reader's language; what people typed is text in it, never markup."""

import io

import pytest
from pypdf import PdfReader

from awards.models import Entry
from awards.operations.receipts import make_receipt, number_of, verification_path
from tests.awards.factories import submitted_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_receipts")]


def text_of(stored):
    return PdfReader(io.BytesIO(stored.file.read())).pages[0].extract_text()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ["参评项目回执", "示例大会", "示例奖 2024"]), ("en", ["Receipt of an entry", "Sample Conference", "Sample Award 2024"])],
)  # fmt: skip
def test_a_receipt_speaks_the_readers_language(language, words):
    entry = submitted_entry()
    text = text_of(make_receipt(entry, language=language))
    assert [w for w in [*words, entry.receipt_number] if w not in text] == []


@pytest.mark.parametrize(
    "typed",
    ['#read("/etc/passwd")', "*bold* $x^2$ \\", "<script>alert(1)</script>", "题" * 200, "🤖"],
)
def test_what_was_typed_is_only_text(typed):
    entry = submitted_entry()
    Entry.objects.update(title_zh=typed)
    entry = Entry.objects.select_related("call__award", "call__edition").get()
    text = text_of(make_receipt(entry, language="zh-hans"))
    assert entry.receipt_number in text
    assert "root:" not in text


def test_a_verification_link_cannot_be_made_up():
    entry = submitted_entry()
    token = verification_path(entry).rstrip("/").rsplit("/", 1)[1]
    assert number_of(token) == entry.receipt_number
    assert [number_of(t) for t in ("", "S-1", token[:-1], f"S1-0002:{token.split(':')[1]}")] == [
        None
    ] * 4
