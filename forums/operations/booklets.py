"""Booklets: made in both languages, looked at by the desk, published, taken back."""

import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.feeds.source import version_of
from forums.models import Booklet
from forums.printed.booklet import LANGUAGES, booklet_pdf
from waic.editions.models import Edition
from waic.lib import clock, pagecache
from waic.lib.files import PDF, store
from waic.lib.keeping import discard

KIND = "booklet"


def make_booklets(edition, *, by, done=lambda note: None):
    """Booklets of what the public sees now, in both languages; unpublished ones from before make room for them.

    `done` is told after each language. Call it in a transaction, so that there are both or none.
    """
    release = int(version_of(edition))
    made = []
    for column in LANGUAGES:
        made.append(_make(edition, column, release, by))
        done(made[-1].get_language_display())
    for old in _unpublished(edition).exclude(pk__in=[booklet.pk for booklet in made]):
        discard_booklet(old)
    return made


def _make(edition, column, release, by):
    from pypdf import PdfReader

    data = booklet_pdf(edition, column, release=release)
    name = f"waic-{edition.year}-{column}.pdf"
    return Booklet.objects.create(
        edition=edition, language=column, release_number=release, made_by=by,
        pages=len(PdfReader(io.BytesIO(data)).pages), file=store(data, name=name, media_type=PDF, kind=KIND, by=by),
    )  # fmt: skip


def _unpublished(edition):
    rows = Booklet.objects.filter(edition=edition, published_at=None)
    return rows.select_for_update(of=("self",)).select_related("file").order_by("pk")


@transaction.atomic
def publish_booklet(booklet):
    """Everybody may download it; the one published before in its language may not any more. True if it was not yet."""
    # The edition is the lock: of two who publish at once the second takes the first one's place.
    Edition.objects.select_for_update(no_key=True).get(pk=booklet.edition_id)
    own = Booklet.objects.filter(edition=booklet.edition_id, language=booklet.language)
    if not own.filter(pk=booklet.pk).exists():
        raise ValidationError(_("A newer booklet has taken its place. Reload the page."), code="gone")  # fmt: skip
    own.published().exclude(pk=booklet.pk).update(published_at=None)
    pagecache.bump()
    return bool(own.filter(pk=booklet.pk, published_at=None).update(published_at=clock.now()))


def withdraw_booklet(booklet):
    """Nobody may download it any more; True if they could."""
    pagecache.bump()
    return bool(Booklet.objects.published().filter(pk=booklet.pk).update(published_at=None))


def discard_booklet(booklet):
    """Delete a booklet with its file."""
    stored = booklet.file
    booklet.delete()
    discard(stored)
