"""Deadlines follow what people were told: the newest release, and the draft only for what it has not got."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from forums.models import Booking, ForumPart, Slot
from forums.operations.arrivals import expected_on, late_arrivals
from forums.operations.declining import is_urgent
from forums.operations.door import mark_no_shows
from forums.operations.forums import keep_times
from forums.operations.releasing import release_programme
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.slides import contributions, is_open
from forums.operations.waiting import accept_offer, expire_offers, join_waiting_list
from forums.seat_steps import BOOKING
from tests.forums.factories import (
    ParticipationFactory,
    RoomFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.invariants import broken

pytestmark = pytest.mark.django_db
MORNING = at("08:00")


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(MORNING):
        yield


@pytest.fixture
def guest():
    """A keynote at ten in a forum until noon, as release 1 says; the draft has them in the afternoon by now."""
    forum = published_forum(seats=2, title_zh="示例论坛甲")
    session = timed_session(forum, title_zh="示例演讲甲")
    guest = ParticipationFactory(
        forum=forum, session=session, role="keynote", speaker__user=UserFactory()
    )
    release(forum)
    room = RoomFactory(venue__edition=forum.edition, name_zh="示例改后厅")
    Slot.objects.update(starts_at=at("15:00"), ends_at=at("15:30"), room=room)
    ForumPart.objects.update(starts_at=at("15:00"), ends_at=at("17:00"), room=room)
    keep_times(forum)
    return guest


def release(forum):
    number = forum.edition.releases.count() + 1
    return release_programme(forum.edition, by=UserFactory(), expects=number)


def times_of(guest):
    row = contributions().get(pk=guest.pk)
    return [f"{moment.astimezone(clock.ZONE):%H:%M}" for moment in (row.begins, row.ends, row.due)]


def outcome(operation, *args, **words):
    """The code of a refusal, or what the operation answers."""
    try:
        return operation(*args, **words)
    except ValidationError as refusal:
        return refusal.code


def test_a_guest_is_expected_when_the_release_says(client, guest):
    edition = guest.forum.edition
    assert times_of(guest) == ["10:00", "10:30", "10:00"]
    with clock.frozen_at(at("10:00") - timedelta(seconds=1)):
        assert is_open(contributions().get())
        assert [row.pk for row in late_arrivals(edition)] == [guest.pk]
        assert [e.begins for e in expected_on(edition, clock.today())] == [at("10:00")]
    with clock.frozen_at(at("10:00")):
        assert not is_open(contributions().get())
    release(guest.forum)
    assert times_of(guest) == ["15:00", "15:30", "15:00"]
    assert [sentence for _rule, sentence in broken()] == []


def test_what_no_release_has_follows_the_draft(guest):
    later = timed_session(guest.forum, "11:30")
    row = ParticipationFactory(forum=guest.forum, session=later, role="keynote")
    whole = ParticipationFactory(forum=guest.forum, role="keynote")
    assert times_of(row) == ["11:30", "12:00", "11:30"]
    assert times_of(whole) == ["10:00", "12:00", "10:00"]


def test_the_speakers_page_says_what_the_programme_says(client, guest):
    client.force_login(guest.speaker.user)
    page = reverse("forums:speaking", args=[guest.speaker.code])

    def shown():
        text = client.get(page).text
        return ["10:00–10:30" in text, "15:00–15:30 · " in text, "示例改后厅" in text]

    assert shown() == [True, False, False]
    due = [m.due for m in client.get(page).context["todo"] if m.anchor in ("slides", "consents")]
    assert sorted(due) == [at("10:00") - timedelta(days=3), at("10:00")]
    release(guest.forum)
    assert shown() == [False, True, True]


def test_seats_are_taken_offered_and_missed_by_the_release(guest):
    forum, (came, missed, waits) = guest.forum, UserFactory.create_batch(3)
    seats = [book_seat(forum, visitor=person) for person in (came, missed)]
    forum.refresh_from_db()
    join_waiting_list(forum, visitor=waits)
    cancel_booking(seats[1])
    offer = Booking.objects.get(visitor=waits)
    assert offer.offer_ends_at == at("10:00")
    with clock.frozen_at(at("10:00")):
        assert (outcome(accept_offer, offer), expire_offers()) == ("over", 1)
    seats[1] = book_seat(forum, visitor=missed)
    BOOKING.take(seats[0], "enter")
    with clock.frozen_at(at("12:00") - timedelta(seconds=1)):
        assert (is_urgent(forum), mark_no_shows()) == (True, 0)
    with clock.frozen_at(at("12:00")):
        assert outcome(book_seat, forum, visitor=UserFactory()) == "over"
        assert (is_urgent(forum), mark_no_shows()) == (False, 1)
    seats[1].refresh_from_db()
    assert seats[1].state == "no_show"


def test_an_offer_ends_at_the_new_beginning_when_a_release_brings_it_forward(guest):
    forum, (first, waits) = guest.forum, UserFactory.create_batch(2)
    release(forum)  # at three
    for person in (first, UserFactory()):
        seat = book_seat(forum, visitor=person)
    forum.refresh_from_db()
    join_waiting_list(forum, visitor=waits)
    cancel_booking(seat)
    assert Booking.objects.get(visitor=waits).offer_ends_at == at("15:00")
    ForumPart.objects.update(starts_at=at("11:00"), ends_at=at("13:00"))
    keep_times(forum)
    assert Booking.objects.get(visitor=waits).offer_ends_at == at("15:00")
    release(forum)
    assert Booking.objects.get(visitor=waits).offer_ends_at == at("11:00")
