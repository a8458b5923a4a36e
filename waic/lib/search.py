"""Full-text search that knows Chinese words: rjieba cuts, PostgreSQL's `simple` configuration indexes."""

import unicodedata

import rjieba
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.lib.text import LineField, ProseField

MAX_QUERY = 100
RANKED = 2000  # the most candidates that are ranked; a word in every row stays fast


def words(text):
    """Search words of a text: cut for search, lower case, full width folded, punctuation dropped."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return [
        w
        for w in (part.strip() for part in rjieba.cut_for_search(folded, True))
        if any(c.isalnum() for c in w)
    ]


def raw_query(text):
    """A tsquery in which every word must occur, the last one also as a beginning; None for nothing to look for."""
    found = list(dict.fromkeys(words(text[:MAX_QUERY])))[:12]
    if not found:
        return None
    quoted = ["'" + w.replace("\\", "\\\\").replace("'", "''") + "'" for w in found]
    return " & ".join([*quoted[:-1], quoted[-1] + ":*"])


class SearchEntryQuerySet(models.QuerySet):
    def matching(self, text):
        """Entries with every word, best first (titles above text); nothing for an empty query.

        A name typed in part, which no dictionary cuts the same way, is found in titles by its characters.
        """
        query = raw_query(text)
        if query is None:
            return self.none()
        tsquery = SearchQuery(query, search_type="raw", config="simple")
        part = unicodedata.normalize("NFKC", text[:MAX_QUERY]).strip()
        in_title = Q(title_zh__icontains=part) | Q(title_en__icontains=part)
        candidates = self.filter(Q(vector=tsquery) | in_title).order_by().values("pk")[:RANKED]
        return (
            self.filter(pk__in=candidates)
            .annotate(
                rank=SearchRank(F("vector"), tsquery, normalization=2),
                in_title=models.Case(models.When(in_title, then=1), default=0),
            )
            .order_by("-in_title", "-rank", "pk")
        )


class AbstractSearchEntry(models.Model):
    """One thing that can be found: its kind, public code, titles and text."""

    kind = models.CharField(_("kind"), max_length=20)
    code = models.CharField(_("code"), max_length=12)
    title_zh = LineField(max_length=400, blank=True, verbose_name=_("title in Chinese"))
    title_en = LineField(max_length=400, blank=True, verbose_name=_("title in English"))
    note_zh = LineField(max_length=400, blank=True, verbose_name=_("note in Chinese"))
    note_en = LineField(max_length=400, blank=True, verbose_name=_("note in English"))
    body = ProseField(blank=True)
    vector = SearchVectorField(null=True, editable=False)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            GinIndex(fields=["vector"], name="%(class)s_vector"),
            GinIndex(fields=["title_zh"], opclasses=["gin_trgm_ops"], name="%(class)s_zh_trgm"),
            GinIndex(fields=["title_en"], opclasses=["gin_trgm_ops"], name="%(class)s_en_trgm"),
        ]


def set_vectors(model, pks):
    """Compute the vectors of saved entries, titles weighing more than notes, notes more than text."""
    rows = model.objects.filter(pk__in=pks).values_list(
        "pk", "title_zh", "title_en", "note_zh", "note_en", "body"
    )
    values = [
        (" ".join(words(f"{zh} {en}")), " ".join(words(f"{nz} {ne}")), " ".join(words(body)), pk)
        for pk, zh, en, nz, ne, body in rows.iterator(chunk_size=1000)
    ]
    sql = (
        f"UPDATE {model._meta.db_table} SET vector = setweight(to_tsvector('simple', %s), 'A')"  # noqa: S608
        " || setweight(to_tsvector('simple', %s), 'B') || setweight(to_tsvector('simple', %s), 'C') WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
