"""Two windows type into one row: what one of them changed is kept, what both changed is told (R9).

A page remembers a mark of every value it showed or saved (`seen`). A value that still has its mark was not touched
there, so it is not written back over what another window saved meanwhile.
"""

import hashlib
import json


def mark(value):
    """A short mark of one value; nothing typed and nothing stored are the same."""
    return hashlib.sha256(json.dumps(value or "").encode()).hexdigest()[:12]


def marks(values):
    return {key: mark(value) for key, value in values.items()}


def merge(typed, stored, seen):
    """What to write of what was typed, and the keys that both sides changed to different values."""
    nothing = mark("")
    mine = {k: v for k, v in typed.items() if mark(v) != seen.get(k, nothing)}
    clashes = {k for k in mine if mark(stored.get(k)) not in (seen.get(k, nothing), mark(mine[k]))}
    return {k: v for k, v in mine.items() if k not in clashes}, clashes
