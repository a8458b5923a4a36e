"""Where two texts differ, in pieces a person can read: words of Latin letters, single characters of Chinese."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

SAME, GONE, NEW = "same", "gone", "new"
_TOKEN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+|\s+|.", re.DOTALL)
# Beyond this many pairs of tokens, and where little is alike, the old text stands before the new one as a whole.
MOST_COMPARED = 400_000
LEAST_ALIKE = 0.3
# An unchanged stretch longer than this is shown by its ends.
LONGEST_SAME, ENDS = 160, 60


def pieces(before, after):
    """[(SAME | GONE | NEW, text)] that lead from one text to the other."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    found = [(SAME, old[:start]), *middle, (SAME, old[len(old) - end :])]
    told = [(kind, "".join(tokens)) for kind, tokens in found if tokens]
    return [(kind, _folded(text) if kind == SAME else text) for kind, text in told]


def marked(found):
    """Pieces as markup: what goes in <del>, what comes in <ins>."""
    tags = {SAME: ("", ""), GONE: ("<del>", "</del>"), NEW: ("<ins>", "</ins>")}
    parts = ((mark_safe(tags[kind][0]), text, mark_safe(tags[kind][1])) for kind, text in found)
    return format_html_join("", "{}{}{}", parts)


def _common(one, other):
    """How many tokens both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _middle(old, new):
    whole = [(GONE, old), (NEW, new)]
    if len(old) * len(new) > MOST_COMPARED:
        return whole
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return whole
    found: list = []
    for op, a, b, c, d in matcher.get_opcodes():
        found += [(SAME, old[a:b])] if op == "equal" else [(GONE, old[a:b]), (NEW, new[c:d])]
    return found


def _folded(text):
    return text if len(text) <= LONGEST_SAME else f"{text[:ENDS]} … {text[-ENDS:]}"
