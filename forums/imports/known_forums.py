"""The forums of an edition by what a file may call them."""

from forums.models import Forum
from waic.lib.imports import cells


def forum_words(edition):
    """{word: forum} for `cells.one_of`: codes, then titles in either language; the earlier forum keeps a title."""
    forums = list(Forum.objects.filter(edition=edition).prefetch_related("parts").order_by("pk"))
    words = {cells.key(forum.code): forum for forum in forums}
    for forum in forums:
        for title in filter(None, (forum.title_zh, forum.title_en)):
            words.setdefault(cells.key(title), forum)
    return words
