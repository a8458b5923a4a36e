"""Two devices type into one entry: what one of them changed is kept, what both changed is told (R9).

A page remembers a mark of every value it showed or saved (`seen`). A value that still has its mark was not touched
there, so it is not written back over what another device saved meanwhile. A value that was changed on both sides is a
clash: it is not written, and the person reads what the other device saved.
"""

from dataclasses import dataclass, field

from django.db import transaction

from awards.operations.entries import editable, save_answers
from waic.lib.merging import mark, marks, merge

__all__ = ["BASICS", "Saved", "mark", "marks", "merge", "save_typed", "stored_values"]

BASICS = ("title_zh", "title_en", "organisation", "country", "track")


@dataclass
class Saved:
    """What became of a save: the entry as stored, and the keys that another device changed as well."""

    entry: object
    clashes: set = field(default_factory=set)


def stored_values(entry):
    """{key: value} of everything the long form shows, files aside."""
    basics = {name: getattr(entry, name) for name in BASICS if name != "track"}
    return {**entry.answers, **basics, "track": str(entry.track_id or "")}


@transaction.atomic
def save_typed(entry, typed, *, seen=None):
    """Keep what was typed. ValidationError `closed`, `not_yet` or `not_allowed`; clashes are in the answer.

    typed: {key: value} of basics and answers. seen: the marks the page holds; without them everything is written.
    """
    entry = editable(entry)
    stored = stored_values(entry)
    changed, clashes = merge(typed, stored, marks(stored) if seen is None else seen)
    if changed:
        basics = {k: v for k, v in changed.items() if k in BASICS}
        answers = {k: v for k, v in changed.items() if k not in BASICS}
        entry = save_answers(entry, basics=basics, answers=answers)
    return Saved(entry, clashes)
