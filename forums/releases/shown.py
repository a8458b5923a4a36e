"""What the public sees of an edition: its newest release, and before the first one what is published."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.db.models import OuterRef, Subquery

from forums.models import Release
from forums.releases.declines import declines_of
from forums.releases.live import Live
from forums.releases.people import merges_of
from forums.releases.released import Released
from waic.lib.text import language_column

_SHOWN = ("shown_release", "merges", "declines")
_draft: ContextVar[bool] = ContextVar("draft", default=False)


def is_released(forum):
    """Whether the newest release announces this forum, looked up anew: what it says of it is then the public's truth."""
    rows = Release.objects.with_content().filter(edition=forum.edition_id).order_by("-number")
    newest = rows.values_list("pk", flat=True).first()
    return bool(newest) and any(doc["pk"] == forum.pk for doc in _content(newest)["forums"])


def as_announced(forum):
    """A forum that was read with `shown_release`, under the titles everybody sees; None where no release has it yet."""
    if not forum.shown_release:
        return forum
    docs = _content(forum.shown_release)["forums"]
    doc = next((doc for doc in docs if doc["pk"] == forum.pk), None)
    if doc is None:
        return None
    forum.title_zh, forum.title_en = doc["zh"], doc["en"]
    return forum


def announced_rooms(forum):
    """Where everybody sees a forum that was read with `shown_release`: names in the language at hand, each once."""
    if not forum.shown_release:
        parts = forum.parts.exclude(room=None).select_related("room__venue")
        return list(dict.fromkeys(str(part.room) for part in parts))
    content, column = _content(forum.shown_release), language_column()
    doc = next(doc for doc in content["forums"] if doc["pk"] == forum.pk)
    rooms = [content["rooms"][str(part["room"])] for part in doc["parts"] if part["room"]]
    pairs = [(r[f"venue_{column}"] or r["venue_zh"], r[column] or r["zh"]) for r in rooms]
    return list(dict.fromkeys(" ".join(pair) for pair in pairs))


def public_programme(edition):
    """The programme everybody sees of an edition, as `Released` or `Live`. Inside `showing_the_draft` it is Live.

    An Edition object is asked once; it lives as long as a request.
    """
    if _draft.get():
        return Live(edition)
    if not hasattr(edition, "_public_programme"):
        number = edition.shown_release if hasattr(edition, "shown_release") else _newest(edition)
        edition._public_programme = programme_of_release(edition, number)
    return edition._public_programme


def programme_of_release(edition, pk):
    """The programme of a release by its row's number; Live for None."""
    return Released(edition, _content(pk)) if pk else Live(edition)


def _newest(edition):
    rows = edition.releases.with_content().order_by("-number")
    return rows.values_list("pk", flat=True).first()


def has_release(edition):
    """Whether the public sees a release of this edition, looked up anew."""
    return edition.releases.with_content().exists()


def with_shown_release(editions):
    """Editions that know which release they show, who was merged and who declined, which saves `public_programme` its queries."""
    return editions.annotate(**shown_with("pk"))


def shown_with(edition):
    """The annotations of with_shown_release, for rows that have an edition; see hand_over."""
    return {
        "shown_release": newest_release(edition),
        "merges": merges_of(edition),
        "declines": declines_of(edition),
    }


def hand_over(row, edition):
    """Give an edition what came along with a row of it."""
    for name in _SHOWN:
        setattr(edition, name, getattr(row, name))


def newest_release(edition):
    """A subquery with the number of the row of an edition's newest release; `edition` is an expression for the edition."""
    rows = Release.objects.with_content().filter(edition=OuterRef(edition)).order_by("-number")
    return Subquery(rows.values("pk")[:1])


def forget_programme(edition):
    """Look again: there is a newer release."""
    for name in ("_public_programme", *_SHOWN):
        edition.__dict__.pop(name, None)


@contextmanager
def showing_the_draft():
    """Inside the block the desk's draft is what pages show."""
    token = _draft.set(True)
    try:
        yield
    finally:
        _draft.reset(token)


def is_draft_shown():
    """Whether this is inside such a block; what is made there must not be kept for others."""
    return _draft.get()


@lru_cache(maxsize=8)
def _content(pk):
    # A release never changes, so a process reads it once.
    return Release.objects.values_list("content", flat=True).get(pk=pk)


def content_of(release):
    """The document of a release; the caller must not change it."""
    return _content(release.pk) if release and release.schema else {}
