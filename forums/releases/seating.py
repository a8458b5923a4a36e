"""Seats and guests follow what was announced: times of forums, of their bookings and of sessions are the newest release's."""

from django.db import connection
from django.db.models import F
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from forums.models import Booking, Forum, Session, SlotState
from forums.models.booking import LIVE
from forums.releases.snapshot import moment


def announced_times(doc):
    """When a forum takes place, of its document: stretches in order, merged where they touch, as the database keeps them."""
    return stretches(doc["parts"])


def stretches(entries):
    """The times of parts or slots of a document that take place."""
    found: list = []
    spans = ((moment(e["starts"]), moment(e["ends"])) for e in entries)
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((starts, ends))
    return TimestamptzMultirange([TimestamptzRange(*pair) for pair in found])


def session_times(content):
    """{session: when it takes place} of a document."""
    return {
        doc["pk"]: stretches(slot for slot in doc["slots"] if slot["state"] != SlotState.CANCELLED)
        for forum in content["forums"]
        for doc in forum["sessions"]
    }


# One statement for any number of sessions: of 600 that a first release announces, each was otherwise a line of a CASE.
_ANNOUNCE = """
UPDATE forums_session SET announced = told.times
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[])::tstzmultirange AS times) AS told
WHERE forums_session.id = told.id AND announced IS DISTINCT FROM told.times
"""


def guests_follow(edition, content):
    """Give the sessions of a release the times that their guests are told; those it has not got follow the draft."""
    announced = session_times(content)
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE, [list(announced), [_text(times) for times in announced.values()]])
    rows = Session.objects.filter(forum__edition=edition, announced__isnull=False)
    rows.exclude(pk__in=announced).update(announced=None)


def _text(times):
    """A multirange as PostgreSQL writes it."""
    return "{" + ",".join(f"[{t.lower.isoformat()},{t.upper.isoformat()})" for t in times) + "}"


def seats_follow(edition, content, before):
    """Give the forums of a release its times and move their seats along; those it has no more follow the draft again.

    Inside the release's transaction; before: the document of the release before it.
    """
    from forums.operations.forums import keep_times
    from forums.operations.moved import move_bookings

    announced = {doc["pk"]: announced_times(doc) for doc in content["forums"]}
    forums = Forum.objects.filter(edition=edition, pk__in=announced).order_by("pk")
    moved = [f for f in forums.only("pk", "times") if f.times != announced[f.pk]]
    for forum in moved:
        forum.times = announced[forum.pk]
    Forum.objects.bulk_update(moved, ["times"], batch_size=500)
    seats = Booking.objects.filter(forum__in=announced, state__in=LIVE)
    behind = seats.exclude(times=F("forum__times")).order_by().values("forum")
    for forum in forums.filter(pk__in=behind):
        move_bookings(forum)
    dropped = {doc["pk"] for doc in before.get("forums", ())} - set(announced)
    for forum in Forum.objects.filter(pk__in=dropped).order_by("pk"):
        keep_times(forum)
