"""Booklets: made in both languages, looked at by the desk, published, taken back."""

import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.feeds.source import version_of
from forums.models import Booklet, Speaker
from forums.printed.booklet import LANGUAGES, booklet_and_people
from waic.editions.models import Edition
from waic.lib import clock, jobs, pagecache
from waic.lib.files import PDF, store
from waic.lib.keeping import discard

KIND = "booklet"
JOB = "booklets"


def make_booklets(edition, *, by, publish=(), done=lambda note: None):
    """Booklets of what the public sees now, in both languages; unpublished ones from before make room for them.

    Those in the languages of `publish` are published at once. `done` is told after each language. Call it in a transaction,
    so that there are both or none.
    """
    made = _make_both(edition, by, done)
    # From here to the end of the transaction nobody is erased: forget_in_print waits for the same row.
    _hold(edition.pk)
    if _name_somebody_gone(made):
        for booklet in made:
            discard_booklet(booklet)
        made = _make_both(edition, by)
    for old in _unpublished(edition).exclude(pk__in=[booklet.pk for booklet in made]):
        discard_booklet(old)
    for booklet in made:
        if booklet.language in publish:
            publish_booklet(booklet)
    return made


def _make_both(edition, by, done=lambda note: None):
    release, made = int(version_of(edition)), []
    for column in LANGUAGES:
        made.append(_make(edition, column, release, by))
        done(made[-1].get_language_display())
    return made


def _name_somebody_gone(booklets):
    """Whether somebody was erased while they were made."""
    named = {number for booklet in booklets for number in booklet.people}
    return Speaker.objects.filter(pk__in=named).count() < len(named)


def _make(edition, column, release, by):
    from pypdf import PdfReader

    data, people = booklet_and_people(edition, column, release=release)
    name = f"waic-{edition.year}-{column}.pdf"
    return Booklet.objects.create(
        edition=edition, language=column, release_number=release, made_by=by, people=people,
        pages=len(PdfReader(io.BytesIO(data)).pages), file=store(data, name=name, media_type=PDF, kind=KIND, by=by),
    )  # fmt: skip


def _unpublished(edition):
    rows = Booklet.objects.filter(edition=edition, published_at=None)
    return rows.select_for_update(of=("self",)).select_related("file").order_by("pk")


@transaction.atomic
def publish_booklet(booklet):
    """Everybody may download it; the one published before in its language may not any more. True if it was not yet."""
    # Of two who publish at once the second takes the first one's place.
    _hold(booklet.edition_id)
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


def _hold(edition_id):
    """The edition is the lock of its booklets; None when it is gone itself."""
    return Edition.objects.select_for_update(no_key=True).filter(pk=edition_id).first()


# --- Erasure ------------------------------------------------------------------------------------


@transaction.atomic
def forget_in_print(number, edition_id):
    """Somebody was erased, by number: booklets that name them are gone at once; how many.

    What was published of them is made anew without the person and published by a job, in the same languages.
    """
    edition = _hold(edition_id)
    if edition is None:
        return 0
    rows = Booklet.objects.filter(edition=edition).naming(number).select_related("file")
    gone = list(rows.order_by("pk"))
    for booklet in gone:
        discard_booklet(booklet)
    if published := sorted(b.language for b in gone if b.published_at):
        title = _("Booklets of %s, made anew because somebody was erased") % edition
        jobs.start(JOB, title=title, params={"year": edition.year, "publish": published})
    return len(gone)
