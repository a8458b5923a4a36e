"""One short word for the state of an edition's plan: boards ask for it every two seconds and fetch only what is new."""

import hashlib

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, Max, Sum, Value
from django.db.models.functions import Cast, Concat

from forums.board.days import parts_of
from forums.models import Forum, Slot


def revision_of(edition):
    """Changes with every forum, part of one and slot; three queries, whatever the size."""
    forums = Forum.objects.of_edition(edition).order_by()
    slots = Slot.objects.filter(session__forum__edition=edition).order_by()
    state = (
        forums.aggregate(Count("pk"), Sum("version"), Max("changed_at")),
        parts_of(edition).order_by().aggregate(all=StringAgg(_row(), ";", order_by="pk")),
        slots.aggregate(Count("pk"), Sum("sequence"), Max("changed_at")),
    )
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def _row():
    """A part has no version of its own; its place is short enough to compare."""
    cells = [Cast(name, CharField()) for name in ("pk", "room_id", "starts_at", "ends_at")]
    return Concat(*(piece for cell in cells for piece in (cell, Value(" "))))
