"""What the rooms tell the search about their public rows."""

from dataclasses import dataclass

from django.db import transaction

from waic.editions.models import SearchEntry
from waic.lib.search import set_vectors


@dataclass(frozen=True)
class Findable:
    """One public thing: kind ("forum", "speaker", …), code, titles, notes (under the title) and text."""

    kind: str
    code: str
    title_zh: str = ""
    title_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    body: str = ""


_FIELDS = ("title_zh", "title_en", "note_zh", "note_en", "body")


@transaction.atomic
def index(edition, findables):
    """Insert or renew the entries of an edition; safe to repeat."""
    rows = [
        SearchEntry(edition=edition, kind=f.kind, code=f.code, **{name: getattr(f, name)[:400] if name != "body" else f.body for name in _FIELDS})
        for f in findables
    ]  # fmt: skip
    saved = SearchEntry.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["edition", "kind", "code"],
        update_fields=list(_FIELDS),
    )
    set_vectors(SearchEntry, [row.pk for row in saved])


def forget(edition, kind, codes):
    """Remove things that are not public any more."""
    SearchEntry.objects.filter(edition=edition, kind=kind, code__in=list(codes)).delete()
