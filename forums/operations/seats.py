"""Taking a seat and giving it back. A seat is a guarded counter and a row of the visitor's, written together (R1).

Whoever touches several rows holds the forum first, then pools, then bookings, so that nobody waits in a circle.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from forums.models import Booking, BookingState, Forum, ForumState, SeatPool
from forums.models.booking import LIVE, SEATED
from forums.seat_steps import BOOKING
from waic.lib import clock, pagecache
from waic.lib.statements import one_statement
from waic.lib.templatetags.dates import moment

# One statement, so that a hot forum's row is held for one write to the disk and not for our way there and back.
# PostgreSQL looks at the conditions again on the locked row: two people never get the last seat, and nobody gets
# one in a forum that is called off or moved at this moment. A free seat while people wait is theirs.
_TAKE_SEAT = """
WITH seat AS (
    UPDATE forums_forum SET seats_taken = seats_taken + 1
    WHERE id = %(forum)s AND state = 'published' AND seats_taken < seats
        AND (isempty(times) OR upper(times) > %(now)s)
        AND (%(expects)s::timestamptz IS NULL OR lower(times) = %(expects)s)
        AND NOT EXISTS (SELECT FROM forums_lottery l WHERE l.forum_id = %(forum)s AND l.state <> 'drawn')
        AND NOT EXISTS (SELECT FROM forums_booking b WHERE b.forum_id = %(forum)s AND b.state = 'waiting')
    RETURNING id, times, NOT allows_overlap AS takes_time, seats - seats_taken AS seats_left
), booked AS (
    INSERT INTO forums_booking (forum_id, visitor_id, state, version, booked_at, times, takes_time, lot)
    SELECT id, %(visitor)s, 'held', 1, %(now)s, times, takes_time, '' FROM seat
    RETURNING id
)
SELECT booked.id, seat.seats_left, seat.times, seat.takes_time FROM booked, seat
"""


# What a refusal looks at, as things stand now.
_STANDING = """
SELECT f.state, f.times, f.seats, f.seats_taken,
    EXISTS (SELECT FROM forums_booking WHERE forum_id = f.id AND visitor_id = %(visitor)s AND state = ANY(%(live)s)),
    EXISTS (SELECT FROM forums_lottery WHERE forum_id = f.id AND state <> 'drawn'),
    EXISTS (SELECT FROM forums_seatpool WHERE forum_id = f.id AND release_at <= %(now)s AND released_at IS NULL),
    EXISTS (SELECT FROM forums_booking WHERE forum_id = f.id AND state = 'waiting')
FROM forums_forum f WHERE f.id = %(forum)s
"""


def book_seat(forum, *, visitor, expects=None):
    """Hold one seat. ValidationError `full`, `over`, `not_bookable`, `draw`, `again`, `overlap` or `moved` says why it cannot be.

    expects: when the visitor saw it begin; where it was moved since, they are told so instead of seated.
    A forum that was full when it was read a moment ago is refused without a try: in a rush most answers are that.
    """
    row = _take_seat(forum, visitor, expects) if forum.seats_left > 0 else None
    if row is None and (refusal := _refusal(forum, visitor, expects)):
        raise refusal
    # Seats have become public this very minute, or one was given back a moment ago.
    if row is None and (row := _take_seat(forum, visitor, expects)) is None:
        raise _full()
    pk, left, times, takes_time, booked_at = row
    if not left:
        pagecache.bump()
    return Booking(
        pk=pk, forum=forum, visitor=visitor, booked_at=booked_at, times=times, takes_time=takes_time
    )


def _take_seat(forum, visitor, expects):
    """(number of the booking, seats left, times, takes_time, moment), or None when there is no seat to take."""
    words = {"forum": forum.pk, "visitor": visitor.pk, "now": clock.now(), "expects": expects}
    try:
        with one_statement(), connection.cursor() as cursor:
            cursor.execute(_TAKE_SEAT, words)
            row = cursor.fetchone()
    except IntegrityError as error:
        raise why_not(error) from error
    return row and (*row, words["now"])


def why_not(error):
    """The sentence for a constraint of Booking that was hit."""
    if "one_live_per_visitor" in str(error):
        return ValidationError(_("You already have a seat in this forum."), code="again")
    if "one_place_at_a_time" in str(error):
        return ValidationError(
            _("You have a seat in another forum at that time. Give that one back first."),
            code="overlap",
        )
    return error


def _refusal(forum, visitor, expects):
    """Why no seat can be taken, as things stand now; None when one can be after all."""
    is_of_person, is_drawn_by_lot, has_due_seats, has_waiting = _look_again(forum, visitor)
    if refusal := not_open(forum, expects):
        return refusal
    if is_of_person:
        return ValidationError(_("You already have a seat in this forum."), code="again")
    if is_drawn_by_lot:
        return ValidationError(_("Seats of this forum are drawn by lot."), code="draw")
    if has_due_seats:
        from forums.operations.pools import release_due_seats

        return None if release_due_seats(forum=forum.pk) else _full()
    if not forum.seats:
        return not_bookable()
    return _full() if forum.seats_left <= 0 or has_waiting else None


def _look_again(forum, visitor):
    """Bring the forum up to date; whether the person has a booking, a draw is on, seats are due, somebody waits.

    One statement as it is, because a rush for a hot forum asks it for everybody who comes too late.
    """
    live = [state.value for state in LIVE]
    words = {"forum": forum.pk, "visitor": visitor.pk, "live": live, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, words)
        forum.state, forum.times, forum.seats, forum.seats_taken, *answers = cursor.fetchone()
    return answers


def _full():
    return ValidationError(_("This forum is full."), code="full")


def not_bookable():
    return ValidationError(_("Seats of this forum are not booked here."), code="not_bookable")


def not_open(forum, expects=None):
    """The refusal of a forum that is not public, over, or at another time than the visitor saw; or None."""
    if forum.state != ForumState.PUBLISHED:
        return not_bookable()
    if forum.is_over:
        return ValidationError(_("This forum is over."), code="over")
    return _moved(forum) if expects and forum.announced_start != expects else None


def _moved(forum):
    if forum.announced_start is None:
        sentence = _("This forum was moved a moment ago and has no time yet. Nothing was booked.")
        return ValidationError(sentence, code="moved")
    return ValidationError(
        _("This forum was moved a moment ago: it begins on %(when)s now. Nothing was booked; look whether you have time, then book."),
        code="moved", params={"when": moment(forum.announced_start)},
    )  # fmt: skip


# --- Giving back --------------------------------------------------------------------------------


@transaction.atomic
def cancel_booking(booking, *, by=None, reason="", version=None):
    """Give the seat back, or one's place in a list. True if there was one; cancelling twice is harmless."""
    from forums.operations.moved import settle

    forum = hold(booking.forum_id)
    booking.refresh_from_db()
    if booking.state not in BOOKING["cancel"].sources:
        return False
    had_seat = booking.state in SEATED
    BOOKING.take(booking, "cancel", by=by, reason=reason, version=version, offer_ends_at=None)
    if had_seat:
        free_seat(booking, forum)
        settle([booking.visitor_id])
    return True


def hold(pk):
    """The forum's row, locked until the transaction ends."""
    return Forum.objects.select_for_update(no_key=True).get(pk=pk)


def free_seat(booking, forum):
    """What a booking held is free for the next one. The forum is held by the caller."""
    from forums.operations.waiting import offer_free_seats

    if booking.pool_id is None:
        move_counter(forum, seats_taken=-1)
    else:
        _free_reserved(booking, forum)
    offer_free_seats(forum)


def _free_reserved(booking, forum):
    pool = SeatPool.objects.select_for_update(no_key=True).get(pk=booking.pool_id)
    if pool.released_at is None:
        SeatPool.objects.release(pool.pk)
        return
    # The pool's time is over: the seat goes where its unused ones went.
    SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") - 1, capacity=F("capacity") - 1)
    Booking.objects.filter(pk=booking.pk).update(pool=None)
    move_counter(forum, seats=1)


def move_counter(forum, **changes):
    """Add to the forum's counters; pages are made anew only when it became full or has seats again.

    Each booking would otherwise empty the cache of the whole site; figures in between are a minute old at most.
    """
    was_full = not forum.seats_left
    rows = models.QuerySet(Forum).filter(pk=forum.pk)  # below PublicQuerySet, which bumps
    rows.update(**{name: F(name) + change for name, change in changes.items()})
    forum.refresh_from_db(fields=["seats", "seats_taken"])
    if was_full != (not forum.seats_left):
        pagecache.bump()


def new_booking(forum, visitor, state=BookingState.HELD, **fields):
    """A row with the forum's times; ValidationError `again` or `overlap`."""
    try:
        with transaction.atomic():
            return Booking.objects.create(
                forum=forum, visitor=visitor, state=state, times=forum.times,
                takes_time=not forum.allows_overlap, **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise why_not(error) from error
