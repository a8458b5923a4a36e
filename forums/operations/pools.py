"""Reserved seats: given away by the desk, and what is left of them to the public at a set time."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from forums.models import SeatPool
from forums.operations.seats import hold, move_counter, new_booking, not_open
from forums.operations.waiting import offer_free_seats
from waic.lib import clock


@transaction.atomic
def give_seat(pool, *, visitor):
    """A reserved seat for a person. ValidationError `full`, `over`, `not_bookable`, `released`, `again` or `overlap`."""
    forum = hold(pool.forum_id)
    if refusal := not_open(forum):
        raise refusal
    open_ = Q(release_at__isnull=True) | Q(release_at__gt=clock.now())
    free = SeatPool.objects.filter(open_, pk=pool.pk, released_at=None, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1):
        pool.refresh_from_db()
        if pool.is_over:
            raise ValidationError(_("These seats are open to the public now."), code="released")
        raise ValidationError(_("No reserved seat of this kind is left."), code="full")
    return new_booking(forum, visitor, pool=pool)


def release_due_seats(forum=None):
    """Every minute: unused reserved seats whose time has come go to the public. How many seats; a second run moves none."""
    due = SeatPool.objects.filter(release_at__lte=clock.now(), released_at=None)
    if forum is not None:
        due = due.filter(forum=forum)
    return sum(release_pool(pool) for pool in list(due.order_by("forum", "pk")))


@transaction.atomic
def release_pool(pool):
    """The unused seats of one pool to the public; how many. None are moved twice."""
    forum = hold(pool.forum_id)
    pool = SeatPool.objects.select_for_update(no_key=True).get(pk=pool.pk)
    if pool.released_at is not None:
        return 0
    left = pool.left
    SeatPool.objects.filter(pk=pool.pk).update(capacity=F("taken"), released_at=clock.now())
    if left:
        move_counter(forum, seats=left)
        offer_free_seats(forum)
    return left
