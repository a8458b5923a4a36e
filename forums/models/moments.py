"""Stretches of time as PostgreSQL keeps them: several in one column, with gaps between."""

from django.db import models
from django.db.models import Aggregate, DateTimeField, Func
from django.db.models.lookups import PostgresOperatorLookup
from psycopg.types.multirange import TimestamptzMultirange


def no_moments():
    """No time at all; it overlaps with nothing."""
    return TimestamptzMultirange()


class MomentsField(models.Field):
    """A tstzmultirange: half-open stretches of time, merged where they touch. Python sees a psycopg Multirange."""

    def db_type(self, connection):
        return "tstzmultirange"

    def get_internal_type(self):
        return "MomentsField"

    def get_prep_value(self, value):
        # Named, because an empty one does not say what it is empty of.
        return None if value is None else TimestamptzMultirange(value)


@MomentsField.register_lookup
class Overlap(PostgresOperatorLookup):
    """`times__overlap`: a moment in common."""

    lookup_name = "overlap"
    postgres_operator = "&&"


class First(Func):
    """The beginning of the first stretch; NULL of no time at all."""

    function, output_field = "lower", DateTimeField()


class Last(Func):
    """The end of the last stretch; NULL of no time at all."""

    function, output_field = "upper", DateTimeField()


def span(times):
    """(first beginning, last end) of stretches as they were read; (None, None) of no time at all."""
    return (times[0].lower, times[-1].upper) if times else (None, None)


class AllMoments(Aggregate):
    """The stretches from `starts` up to `ends` of all rows, None without one."""

    template = "range_agg(tstzrange(%(expressions)s))"
    output_field = MomentsField()
