"""When a forum is called off, nobody holds a seat in it any more, and everybody who did is told."""

from forums.models import SeatPool
from forums.models.booking import SEATED
from forums.operations.seats import hold, move_counter
from forums.seat_steps import BOOKING


def give_all_back(forum, *, by=None):
    """Cancel what is live and empty the counters; inside the transaction that calls the forum off."""
    from forums.operations.moved import settle
    from forums.operations.waiting import tell

    forum = hold(forum.pk)
    rows = forum.bookings.select_related("visitor", "forum").order_by("pk")
    public = rows.filter(state__in=SEATED, pool=None)
    gone = BOOKING.take_all(rows, "cancel", by=by, offer_ends_at=None)
    move_counter(forum, seats_taken=public.count() - forum.seats_taken)
    _empty_pools(forum)
    settle([booking.visitor_id for booking in gone])
    for booking in gone:
        tell(booking, "forums/called_off")


def _empty_pools(forum):
    for pool in forum.pools.select_for_update(no_key=True).order_by("pk"):
        used = pool.bookings.filter(state__in=SEATED).count()
        capacity = pool.capacity if pool.released_at is None else used
        SeatPool.objects.filter(pk=pool.pk).update(taken=used, capacity=capacity)
