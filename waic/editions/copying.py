"""A new edition from an old one: places, kinds, rules, forms and dates are taken over, nobody's data is.

Each package says which of its rows make up an edition's framework:

    @copied
    def blocks(copying):
        copying.rows(Block.objects.filter(edition=copying.old))

Dates move by whole days, from the old first day to the new one.
"""

from datetime import timedelta
from itertools import count

from django.db import models, transaction

from waic.editions.models import Edition, Hall, HallWalk, OpeningHours, Room, Target, Venue

_parts: list = []


def copied(part):
    """Register a function that is called with a Copying; in the order of registration."""
    _parts.append(part)
    return part


class Copying:
    """One edition being made from another. `counts` says how many rows of which model were made."""

    def __init__(self, old, new):
        self.old, self.new = old, new
        self.moved_by = new.starts_on - old.starts_on
        self.counts: dict = {}
        self._made: dict = {Edition: {old.pk: new.pk}}

    def rows(self, rows, *, keep=None, **changes):
        """Copy `rows` with what they refer to; `changes` name values or functions of the old row; `keep` may refuse a copy.

        A row referred to that was itself copied is replaced by its copy; what is shared by all editions stays.
        """
        model, originals = rows.model, list(rows)
        pairs = [(row, self._copy(row, changes)) for row in originals]
        pairs = [pair for pair in pairs if keep is None or keep(pair[1])]
        model._base_manager.bulk_create(copy for _row, copy in pairs)
        self._made[model] = {row.pk: copy.pk for row, copy in pairs}
        self.counts[model] = len(pairs)

    def within_the_edition(self, row):
        """For `keep`: a day after the new edition's last one is left out."""
        return row.date <= self.new.last_day

    def _copy(self, row, changes):
        copy = type(row)(**dict(self._values(row)))
        for name, change in changes.items():
            setattr(copy, name, change(row) if callable(change) else change)
        return copy

    def _values(self, row):
        for field in row._meta.concrete_fields:
            # A code or uuid of its own; what else is unique is named in `changes`.
            if field.is_relation or not field.unique:
                yield field.attname, self._value(field, getattr(row, field.attname))

    def _value(self, field, value):
        if isinstance(field, models.ForeignKey):
            made = self._made.get(field.related_model)
            return value if made is None else made.get(value)
        # A DateTimeField is a DateField; a TimeField is the same on any day.
        return value + self.moved_by if value and isinstance(field, models.DateField) else value


@transaction.atomic
def copy_edition(old, new):
    """Save `new` (unsaved, valid) with the framework of `old`, not current and not published; the Copying."""
    new.is_current = new.is_published = new.is_archive = False
    new.save()
    copying = Copying(old, new)
    for part in _parts:
        part(copying)
    return copying


def preview_copy(old, new):
    """The Copying that `copy_edition` would do, with nothing written."""
    with transaction.atomic():
        copying = copy_edition(old, new)
        transaction.set_rollback(True)
    new.pk, new._state.adding = None, True
    return copying


def next_of(old):
    """Field values to begin with: a year later, on the same days of the week."""
    year = next(y for y in count(old.year + 1) if not Edition.objects.filter(year=y).exists())
    days = _same_weekday(old.starts_on, year) - old.starts_on
    later = {
        name: getattr(old, name) and getattr(old, name) + days
        for name in ("starts_on", "ends_on", "exhibition_ends_on")
    }
    return {
        "year": year, "number": old.number and old.number + year - old.year, **later,
        "name_zh": old.name_zh.replace(str(old.year), str(year)), "name_en": old.name_en.replace(str(old.year), str(year)),
        "city_zh": old.city_zh, "city_en": old.city_en, "floor_area": old.floor_area,
    }  # fmt: skip


def _same_weekday(day, year):
    """The day nearest to `day` a year (or more) later that falls on the same day of the week."""
    weeks = round((year - day.year) * 365.25 / 7)
    return day + timedelta(weeks=weeks)


@copied
def places(copying):
    """Venues, halls, rooms, walks between halls, opening hours and targets."""
    old = copying.old
    copying.rows(Venue.objects.filter(edition=old))
    copying.rows(Hall.objects.filter(venue__edition=old))
    copying.rows(Room.objects.filter(venue__edition=old))
    copying.rows(HallWalk.objects.filter(start__venue__edition=old, end__venue__edition=old))
    copying.rows(OpeningHours.objects.filter(venue__edition=old), keep=copying.within_the_edition)
    copying.rows(Target.objects.filter(edition=old), source="")
