"""Columns: what each is called in either language, and which column of a file is which."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waic.lib.imports import cells
from waic.lib.imports.reading import MAX_HEAD, MAX_ROWS, Broken, is_blank


@dataclass(frozen=True)
class Column:
    """One column of an import.

    name: of the model's field, if `is_field`. label: the head of the template. aliases: other heads that are
    understood. required: a new row needs it. parse: cell → value, ValidationError with a sentence. empty: the value
    that "-" stands for. choices: a method name of the import that lists possible words, for the template.
    """

    name: str
    label: object
    aliases: tuple = ()
    required: bool = False
    parse: Callable = cells.line
    is_field: bool = True
    empty: object = ""
    example: str = ""
    help: object = ""
    choices: str = ""
    width: int = 18
    is_text: bool = False  # spreadsheets shall not turn it into a number

    @cached_property
    def heads(self):
        """Everything that may stand at the head of this column."""
        return list(dict.fromkeys([*cells.both(self.label), *self.aliases, self.name]))

    @cached_property
    def keys(self):
        return {head_key(head) for head in self.heads}


def head_key(text):
    """Heads are compared without width, case, spaces, stars and underscores."""
    return cells.key(text).replace("*", "").replace("_", "").rstrip(":")


@dataclass(frozen=True)
class Head:
    """Which cell belongs to which column. places: column → index; unused: heads that mean nothing here."""

    number: int
    places: dict
    unused: tuple


def find_head(lines, columns, groups):
    """The head among the first lines of a file, and the lines below it.

    groups: sets of column names of which one must be there whole, so that a row can be recognised.
    """
    owners = {key: column for column in columns for key in column.keys}
    best, found = None, 0
    for line in lines[:MAX_HEAD]:
        count = sum(head_key(_text(cell)) in owners for cell in line.cells)
        if count and count >= found:
            best, found = line, count
    if best is None:
        raise ValidationError(
            _("None of the heads of this file is known. Its first row should name the columns, like the template: %(heads)s."),
            code="no_head", params={"heads": ", ".join(str(c.label) for c in columns[:6]) + " …"},
        )  # fmt: skip
    head = _read_head(best, owners)
    _insist(head, columns, groups)
    body = [line for line in lines if line.number > best.number]
    if not body:
        raise ValidationError(_("There are no rows below the head."), code="empty")
    if len(body) > MAX_ROWS:
        raise ValidationError(
            _("This file has more than %(limit)d rows. Split it and import the parts one after the other."),
            code="too_many_rows", params={"limit": MAX_ROWS},
        )  # fmt: skip
    return head, body


def _text(cell):
    return "" if cell is None or isinstance(cell, Broken) else str(cell)


def _read_head(line, owners):
    places, unused = {}, []
    for index, cell in enumerate(line.cells):
        if is_blank(cell):
            continue
        column = owners.get(head_key(_text(cell)))
        if column is None:
            unused.append(" ".join(_text(cell).split())[:60])
        elif column in places:
            raise ValidationError(
                _("Two columns are both “%(column)s”. Remove or rename one of them."),
                code="twice", params={"column": column.label},
            )  # fmt: skip
        else:
            places[column] = index
    return Head(line.number, places, tuple(unused))


def _insist(head, columns, groups):
    """Some way to recognise a row must be there."""
    names = {column.name for column in head.places}
    if any(group <= names for group in groups):
        return
    labels = {column.name: column for column in columns}
    missing = [labels[name] for name in labels if any(name in group for group in groups)]
    raise ValidationError(
        _("A column is missing that says what a row is about. Add one of: %(columns)s. (Its head may be: %(heads)s.)"),
        code="missing_column",
        params={"columns": ", ".join(f"“{c.label}”" for c in missing),
                "heads": ", ".join(head for c in missing for head in c.heads[:4])},
    )  # fmt: skip


def unused_sentence(head, columns):
    """What to say about heads nobody knows; empty when there are none."""
    if not head.unused:
        return ""
    free = {key: c for c in columns if c not in head.places for key in c.keys}
    described = []
    for given in head.unused:
        close = difflib.get_close_matches(head_key(given), free, n=1, cutoff=0.75)
        described.append(f"“{given}” ({free[close[0]].label}?)" if close else f"“{given}”")
    text = ngettext(
        "This column is not known here and was left out: %(columns)s.",
        "These columns are not known here and were left out: %(columns)s.",
        len(described),
    )
    return text % {"columns": ", ".join(described)}
