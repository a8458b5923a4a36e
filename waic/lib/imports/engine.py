"""The import itself: lines of a file → rows written by the rules of the models, or what is wrong with them."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from waic.lib.imports import cells
from waic.lib.imports.columns import Column, find_head, unused_sentence
from waic.lib.imports.preview import (
    CHANGED,
    FAULTY,
    NEW,
    SAME,
    Change,
    Fault,
    Preview,
    PreviewRow,
    Row,
)
from waic.lib.imports.reading import is_blank, read
from waic.lib.imports.record import write_log
from waic.lib.models import Versioned

_registry: dict = {}


def register(import_class):
    """Make an import known by its key, to its pages and to the worker."""
    _registry[import_class.key] = import_class
    return import_class


def import_named(key):
    """The import class with this key; KeyError when no app has it."""
    if key not in _registry:
        autodiscover_modules("imports")
    return _registry[key]


class Import:
    """What can be imported and how. One instance serves one run.

    A subclass says `find` and, where a field is more than a column of the model, `parse_<column>(cell)`,
    `current_<column>(obj, row)`, `merge_<column>(old, new)`, `show_<column>(value)` and `apply`.
    """

    key: str = ""
    model: Any = None
    title: object = ""
    columns: list[Column] = []
    # Columns of which one set must be in the file, so that a row can be recognised.
    recognised_by: tuple = ()
    # What full_clean need not ask the database about, because the import chose it itself.
    chosen: tuple = ("code",)
    # Whether several rows may be about one object (they must not contradict each other).
    may_repeat = False
    # The files the upload offers to choose.
    accept = ".xlsx,.csv"

    def __init__(self, scope, by, file_name=""):
        self.scope, self.by, self.file_name = scope, by, file_name
        self.column_named = {column.name: column for column in self.columns}
        self.log: list = []
        self.written: dict = {}
        self.prepare()

    # --- What a subclass says ---------------------------------------------------------------------

    @classmethod
    def scopes(cls):
        """[(value, label)] of what one may import into; the first is proposed."""
        return [("", "")]

    def prepare(self):
        """Load what all rows are looked up in."""

    def queryset(self):
        """The rows that may be changed, with what `current_…` looks at."""
        return self.model._default_manager.all()

    def clean(self, row):
        """Look at the values of a row together; change them, add notes, or raise ValidationError by column."""

    def find(self, row):
        """The object a row is about; None for a new one; ValidationError when that cannot be said."""
        raise NotImplementedError

    def make(self, row):
        """A new object that is not saved."""
        return self.model()

    def apply(self, row, obj, changed):
        """Write the columns named in `changed` (all that are given, for a new object) and save."""
        self.set_fields(row, obj, changed)
        self.save(obj)

    def look_back(self, rows, preview):
        """After the last row, where all were in order: [(object, PreviewRow)] of what came and changed. Adds notes and faults."""

    def finish(self, objects):
        """After the last row of an import that is kept: search entries and the like."""

    def label_of(self, row, obj):
        return str(obj) if obj is not None else ""

    # --- Tools for subclasses ---------------------------------------------------------------------

    def set_fields(self, row, obj, changed):
        for name in changed:
            if self.column_named[name].is_field:
                setattr(obj, name, row.values[name])

    def save(self, obj):
        """Check an object whole and write it; its version rises."""
        obj.full_clean(
            exclude={*self.chosen, "uuid", "entry_key"} & {f.name for f in obj._meta.fields}
        )
        if obj.pk and isinstance(obj, Versioned):
            obj.version += 1
        obj.save()

    def note_added(self, obj):
        """On record that something else came into being with a row."""
        self.log.append((obj, ADDITION, []))

    # --- One file ---------------------------------------------------------------------------------

    @classmethod
    def lines_of(cls, data):
        """(media type, lines that are not empty) of a file; ValidationError when it cannot be read."""
        return read(data)

    @classmethod
    def look_at(cls, data):
        """(media type, number of rows); ValidationError about the whole file."""
        media_type, lines = cls.lines_of(data)
        _head, body = find_head(lines, cls.columns, cls.recognised_by)
        return media_type, len(body)

    def carry_out(self, data, step: Callable = lambda: None):
        """Write what a file says and answer its Preview. The caller's transaction decides whether it stays.

        A faulty row writes nothing; the caller must not keep the others then.
        """
        _media_type, lines = self.lines_of(data)
        head, body = find_head(lines, self.columns, self.recognised_by)
        preview = Preview(notes=list(filter(None, [unused_sentence(head, self.columns)])))
        objects: dict = {}
        for line in body:
            preview.rows.append(self._take(head, line, objects))
            step()
        if preview.is_possible and objects:
            self.look_back(list(objects.values()), preview)
        if preview.is_possible:
            write_log(self)
            self.finish([obj for obj, _row in objects.values()])
        return preview

    def _take(self, head, line, objects):
        row, shown = Row(line.number), PreviewRow(line.number)
        obj = None
        try:
            self._read(head, line, row)
            if not row.faults:
                with transaction.atomic():
                    obj, shown.kind, shown.changes = self._write(row)
        except ValidationError as refusal:
            self._blame(row, refusal)
        except IntegrityError:
            text = _(
                "The database refuses this row: another one has the same name or number already."
            )
            row.faults.append(Fault("", "", text))
        if row.faults:
            shown.kind, shown.changes = FAULTY, []
        elif shown.kind != SAME:
            objects[obj.pk] = obj, shown
        shown.label = self.label_of(row, obj) or self._first_value(row)
        shown.faults, shown.notes = row.faults, row.notes
        return shown

    def _first_value(self, row):
        return next((text for text in row.given.values() if text), "")[:120]

    # --- Reading a row ----------------------------------------------------------------------------

    def _read(self, head, line, row):
        for column, index in head.places.items():
            cell = line.cells[index] if index < len(line.cells) else None
            if is_blank(cell):
                continue  # an empty cell leaves what is there
            try:
                row.given[column.name] = cells.prose(cell)
                if row.given[column.name] in cells.CLEARED:
                    row.values[column.name] = self._cleared(column)
                else:
                    parse = getattr(self, f"parse_{column.name}", column.parse)
                    row.values[column.name] = parse(cell)
            except ValidationError as refusal:
                self._blame(row, ValidationError({column.name: refusal}))
        if row.faults:
            return
        self.clean(row)

    def _cleared(self, column):
        if column.required:
            raise ValidationError(_("This cannot be empty."), code="required")
        return column.empty

    def _blame(self, row, refusal):
        """Keep the sentences of a refusal, by column where they name one."""
        by_field = (
            refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        )
        for name, sentences in by_field.items():
            column = self.column_named.get(name)
            label = (
                str(column.label)
                if column
                else ""
                if name in ("", NON_FIELD_ERRORS)
                else self._field_label(name)
            )
            given = row.given.get(name, "")[:120]
            row.faults += [Fault(name if column else "", label, text, given) for text in sentences]

    def _field_label(self, name):
        names = {f.name: f for f in self.model._meta.get_fields()}
        return str(getattr(names.get(name), "verbose_name", name))

    # --- Writing a row ----------------------------------------------------------------------------

    def _write(self, row):
        found = self.find(row)
        if found is None:
            return self._add(row)
        self._refuse_repetition(row, found)
        if not self._changes(row, found):
            return found, SAME, []
        # Somebody may have changed it since it was looked up; now it stays as it is.
        obj = self.queryset().select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
        changes = self._changes(row, obj)
        if not changes:
            return obj, SAME, []
        changed = [change.column for change in changes]
        self.apply(row, obj, changed)
        self._remember(row, obj, changed)
        self.log.append((obj, CHANGE, changed))
        return obj, CHANGED, changes

    def _add(self, row):
        missing = [c for c in self.columns if c.required and row.get(c.name) in (None, "", ())]
        if missing:
            text = _("A new row needs this. Fill in the column “%(column)s”.")
            raise ValidationError(
                {c.name: ValidationError(text, code="required", params={"column": c.label}) for c in missing}
            )  # fmt: skip
        obj = self.make(row)
        self.apply(row, obj, list(row.values))
        self._remember(row, obj, list(row.values))
        self.log.append((obj, ADDITION, []))
        changes = [
            Change(name, str(self.column_named[name].label), "", self.show(name, value))
            for name, value in row.values.items()
            if value not in (None, "", ())
        ]
        return obj, NEW, changes

    def _changes(self, row, obj):
        """What differs between a row and its object; lists that only grow are merged into the row's values."""
        changes = []
        for name in list(row.values):
            old = self.current(name, obj, row)
            if merge := getattr(self, f"merge_{name}", None):
                row.values[name] = merge(old, row.values[name])
            new = row.values[name]
            if old != new and not (old in (None, "", ()) and new in (None, "", ())):
                label = str(self.column_named[name].label)
                changes.append(Change(name, label, self.show(name, old), self.show(name, new)))
        return changes

    def current(self, name, obj, row):
        """What an object has in a column."""
        if ask := getattr(self, f"current_{name}", None):
            return ask(obj, row)
        return getattr(obj, name)

    def show(self, name, value):
        """A value in the words of the file."""
        return getattr(self, f"show_{name}", cells.shown)(value) if value is not None else ""

    def _refuse_repetition(self, row, obj):
        """Two rows about one object: refused, or at least not allowed to contradict each other."""
        seen = self.written.setdefault(obj.pk, {})
        if not self.may_repeat and seen:
            raise ValidationError(
                _("This is the same as row %(row)d. Remove one of the two."),
                code="repeated", params={"row": next(iter(seen.values()))[0]},
            )  # fmt: skip
        for name, value in row.values.items():
            if name in seen and self.contradicts(name, row) and seen[name][1] != value:
                raise ValidationError({name: ValidationError(
                    _("Row %(row)d says “%(value)s” about the same one. Make both the same."),
                    code="contradiction", params={"row": seen[name][0], "value": self.show(name, seen[name][1])},
                )})  # fmt: skip
        self._remember(row, obj, list(row.values))

    def contradicts(self, name, row):
        """Whether two rows about one object must agree in this column."""
        return self.column_named[name].is_field

    def _remember(self, row, obj, names):
        seen = self.written.setdefault(obj.pk, {})
        for name in names:
            seen.setdefault(name, (row.number, row.values[name]))
