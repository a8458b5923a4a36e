"""Stretches of time as PostgreSQL keeps them: several in one column, with gaps between."""

from django.db import models
from django.db.models import Aggregate
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


class AllMoments(Aggregate):
    """The stretches from `starts` up to `ends` of all rows, None without one."""

    template = "range_agg(tstzrange(%(expressions)s))"
    output_field = MomentsField()
