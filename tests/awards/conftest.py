"""The ground of the awards tests: a receipt costs nothing where nobody looks at it."""

import pytest

from tests.awards import uploads


@pytest.fixture
def real_receipts():
    """For tests that read a receipt: they use it, and it is really set."""


@pytest.fixture(autouse=True)
def receipts_without_typesetting(request, monkeypatch):
    """Setting a PDF takes longer than all else that handing in does."""
    if "real_receipts" not in request.fixturenames:
        receipt = uploads.pdf_bytes()
        monkeypatch.setattr("awards.operations.receipts.compile_pdf", lambda *_a, **_k: receipt)
