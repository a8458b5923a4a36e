"""The numbered receipt of an entry: a PDF with a QR code that leads to a page which confirms it."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from waic.lib.files import PDF, store
from waic.lib.pdf import compile_pdf
from waic.lib.templatetags.dates import moment
from waic.lib.text import localized

_SALT = "awards.receipt"


def verification_path(entry):
    """The address that confirms a receipt; only who holds the receipt knows it."""
    token = signing.Signer(salt=_SALT).sign(entry.receipt_number)
    return reverse("awards:receipt", args=[entry.call.edition.year, token])


def number_of(token):
    """The receipt number of a verification token, or None when it was not made here."""
    try:
        return signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None


def make_receipt(entry, *, language):
    """Make and keep the PDF in a language; answers the StoredFile."""
    with translation.override(language):
        link = settings.SITE_URL + verification_path(entry)
        rows = [
            (_("Receipt number"), entry.receipt_number), (_("Award"), f"{localized(entry.call.award, 'name')} {entry.call.edition.year}"),
            (_("Track"), localized(entry.track, "name") if entry.track else "—"), (_("Title"), localized(entry, "title")),
            (_("Organisation"), entry.organisation or "—"), (_("Handed in at"), moment(entry.submitted_at) + _(" (Shanghai time)")),
            (_("People"), ", ".join(str(m) for m in entry.members.filter(joined_at__isnull=False))),
        ]  # fmt: skip
        data = {
            "title": _("Receipt of an entry"), "conference": localized(entry.call.edition, "name"), "rows": rows,
            "note": _("Scan the code to see that this receipt is genuine. It confirms number, time and title, nothing else."), "link": link,
            "sample": _("Sample dates") if entry.call.is_sample else "", "lang": "en" if language == "en" else "zh",
        }  # fmt: skip
        content = compile_pdf("awards/pdf/receipt.typ", data, qr=link)
        return store(
            content, name=f"{entry.receipt_number}.pdf", media_type=PDF, kind="entry-receipt"
        )
