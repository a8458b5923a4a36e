"""Seats follow what was announced: a forum's times, and those of its bookings, are the newest release's."""

from django.db.models import F
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from forums.models import Booking, Forum
from forums.models.booking import LIVE
from forums.releases.snapshot import moment


def announced_times(doc):
    """When a forum takes place, of its document: stretches in order, merged where they touch, as the database keeps them."""
    found: list = []
    for starts, ends in sorted((moment(p["starts"]), moment(p["ends"])) for p in doc["parts"]):
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((starts, ends))
    return TimestamptzMultirange([TimestamptzRange(*pair) for pair in found])


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
