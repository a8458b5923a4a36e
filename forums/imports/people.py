"""Who is meant by a name: speakers of an edition by name and affiliation."""

from dataclasses import dataclass
from itertools import combinations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.models import Speaker
from waic.lib.imports import cells


@dataclass(frozen=True)
class Guest:
    """A guest as one line of a cell: name | title | affiliation."""

    name: str
    title: str = ""
    affiliation: str = ""

    def __str__(self):
        parts = [self.name, self.title, self.affiliation]
        while not parts[-1]:
            parts.pop()
        return " | ".join(parts)

    def is_same_person(self, other):
        """The same name, and the same affiliation where both say one."""
        a, b = cells.key(self.affiliation), cells.key(other.affiliation)
        return cells.key(self.name) == cells.key(other.name) and (not a or not b or a == b)


def guests(cell):
    """The guests of a cell, one per line; names alone may share a line. ValidationError for a line that is none."""
    lines = cells.listed(cells.prose(cell).replace("｜", "|"), separators="\n")
    found = tuple(_guest(text) for line in lines for text in _apart(line))
    for one, other in combinations(found, 2):
        if one.is_same_person(other):
            raise twice(one, other)
    return found


def twice(one, other):
    """The refusal of two lines about one person."""
    return ValidationError(
        _("“%(one)s” and “%(other)s” are one person. Keep one of the two lines."),
        code="twice", params={"one": one, "other": other},
    )  # fmt: skip


def _apart(line):
    """A title may hold a semicolon, so one parts guests only where a line holds several or names alone."""
    if "|" not in line:
        return cells.listed(line, separators=";；、，")
    return [line] if line.count("|") < 3 else cells.listed(line, separators=";；")


def _guest(text):
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > 3 or not parts[0]:
        raise ValidationError(
            _("“%(given)s” is no guest. Write one guest per line: name | title | affiliation."),
            code="guest", params={"given": text},
        )  # fmt: skip
    return Guest(*parts)


class KnownSpeakers:
    """The speakers of an edition by name, in either language, and by code."""

    def __init__(self, edition, rows=None):
        self.by_name: dict = {}
        self.by_code: dict = {}
        rows = Speaker.objects.living().filter(edition=edition) if rows is None else rows
        for speaker in rows.order_by("pk"):
            self.remember(speaker)

    def remember(self, speaker):
        self.by_code[speaker.code] = speaker
        for name in {cells.key(speaker.name_zh), cells.key(speaker.name_en)} - {""}:
            same = self.by_name.setdefault(name, [])
            # A changed row takes the place of what was loaded.
            same[:] = [known for known in same if known.pk != speaker.pk] + [speaker]

    def named(self, *names):
        """Everybody who has one of the names."""
        found = {s.pk: s for name in names if name for s in self.by_name.get(cells.key(name), [])}
        return list(found.values())

    def find(self, names, affiliations):
        """(speaker or None, others of the name). ValidationError when several could be meant.

        Without an affiliation the only one of that name is meant; somebody of that name elsewhere is somebody else.
        """
        people = self.named(*names)
        wanted = {cells.key(a) for a in affiliations if a}
        if not wanted:
            if len(people) > 1:
                raise ValidationError(
                    _("Several people are called %(name)s: %(people)s. Give the affiliation or the code."),
                    code="ambiguous",
                    params={"name": next(filter(None, names)), "people": described(people)},
                )  # fmt: skip
            return (people[0] if people else None), []
        same = [
            s for s in people if wanted & {cells.key(s.affiliation_zh), cells.key(s.affiliation_en)}
        ]
        if not same:
            same = [s for s in people if not s.affiliation_zh and not s.affiliation_en][:1]
        return (same[0] if same else None), people


def described(people):
    """“姚期智, 清华大学 (code)” for each."""
    return " / ".join(
        f"{s}, {s.affiliation_zh or s.affiliation_en or '–'} ({s.code})" for s in people[:5]
    )


def namesake_note(name, people):
    """The remark that a new person has the name of somebody known."""
    return _("Somebody called %(name)s is known already: %(people)s. If it is the same person, give that affiliation or the code.") % {
        "name": name, "people": described(people),
    }  # fmt: skip
