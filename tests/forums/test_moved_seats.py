"""One person is in one place at a time, also when a forum moves."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from forums.models import Booking, Forum, ForumPart
from forums.operations.forums import keep_times, withdraw_publication
from forums.operations.moved import tell_moved
from forums.operations.releasing import next_number, release_programme, roll_back
from forums.operations.restoring import restore_draft
from forums.operations.seats import book_seat, cancel_booking
from forums.releases.telling import tell_releases
from forums.tasks import tend_seats
from tests.forums.factories import ForumFactory, at, placed, published_forum
from tests.forums.test_seats import at_once, outcome
from tests.lib.factories import UserFactory
from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.invariants import broken
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def person():
    return UserFactory(language="en")


def forum_at(starts, ends, **fields):
    return published_forum(starts=starts, ends=ends, **{"seats": 9, **fields})


def move(forum, starts, ends):
    ForumPart.objects.filter(forum=forum).update(starts_at=at(starts), ends_at=at(ends))
    keep_times(Forum.objects.get(pk=forum.pk))


def states(*bookings):
    return [Booking.objects.get(pk=b.pk).state for b in bookings]


OVERLAPS = [("09:00", "11:00"), ("10:30", "11:00"), ("10:00", "12:00"), ("11:59", "13:00"), ("09:00", "13:00")]  # fmt: skip
TOUCHES = [("09:00", "10:00"), ("12:00", "13:00"), ("14:00", "15:00")]


@pytest.mark.parametrize("times", OVERLAPS)
def test_two_seats_at_a_time_are_refused(person, times):
    book_seat(forum_at("10:00", "12:00"), visitor=person)
    other = forum_at(*times)
    with pytest.raises(ValidationError) as refusal:
        book_seat(other, visitor=person)
    assert refusal.value.code == "overlap"
    assert Forum.objects.get(pk=other.pk).seats_taken == 0
    # The database says so whoever asks, and somebody else is not concerned.
    with pytest.raises(IntegrityError, match="one_place_at_a_time"), transaction.atomic():
        Booking.objects.create(forum=other, visitor=person, times=other.times)
    book_seat(other, visitor=UserFactory())


def test_a_forum_that_moved_while_the_page_was_open_is_not_booked_unseen(client, person):
    """The page said 10:00; by the time the button is pressed it is 14:00. Nobody gets a seat at a time they did not see."""
    forum = forum_at("10:00", "12:00")
    client.force_login(person)
    address = f"/en/portal/bookings/{forum.code}/"
    seen = re.search(r'name="starts" value="([^"]+)"', client.get(address).text)[1]
    assert seen == "2024-07-05T10:00:00+08:00"
    move(forum, "14:00", "15:00")
    for step in ("book", "wait"):
        refusal = client.post(address, {"step": step, "starts": seen})
        assert (refusal.status_code, Booking.objects.count()) == (409, 0)
        assert "begins on 5 July 2024, 14:00 now" in refusal.text
    told = client.post("/api/v1/bookings/", {"forum": forum.code, "starts_at": seen})
    assert (told.status_code, told.json()["errors"][0]["code"]) == (409, "moved")
    # The page now says the new time; what it says counts, and nonsense counts for nothing.
    fresh = re.search(r'name="starts" value="([^"]+)"', refusal.text)[1]
    assert client.post(address, {"step": "book", "starts": fresh}).status_code == 302
    assert client.post(address, {"step": "cancel", "starts": seen}).status_code == 302
    assert client.post(address, {"step": "book", "starts": "14 o'clock"}).status_code == 302
    move(forum, "16:00", "17:00")
    other = forum_at("16:30", "17:30", title_en="Sample other")
    in_the_way = client.post(f"/en/portal/bookings/{other.code}/", {"step": "book"})
    assert in_the_way.status_code == 409
    assert all(word in in_the_way.text for word in (forum.title_en, f"/bookings/{forum.code}/"))


@pytest.mark.parametrize("times", TOUCHES)
def test_seats_one_after_the_other_are_fine(person, times):
    book_seat(forum_at("10:00", "12:00"), visitor=person)
    book_seat(forum_at(*times), visitor=person)


def test_the_time_between_two_parts_is_free(person):
    forum = placed(forum_at("09:00", "11:00"), starts="14:00", ends="16:00")
    book_seat(forum, visitor=person)
    book_seat(forum_at("11:00", "14:00"), visitor=person)
    with pytest.raises(ValidationError):
        book_seat(forum_at("15:00", "17:00"), visitor=person)
    parts = [(at("09:00"), at("11:00")), (at("14:00"), at("16:00"))]
    assert [(r.lower, r.upper) for r in Booking.objects.get(forum=forum).times] == parts


def test_a_forum_may_allow_it(person):
    book_seat(forum_at("10:00", "12:00"), visitor=person)
    book_seat(forum_at("10:00", "12:00", allows_overlap=True), visitor=person)


def test_a_forum_without_a_time_takes_none(person):
    book_seat(forum_at("10:00", "12:00"), visitor=person)
    for forum in ForumFactory.create_batch(2, published=True, seats=1):
        book_seat(forum, visitor=person)


def test_a_seat_given_back_frees_the_time(person):
    cancel_booking(book_seat(forum_at("10:00", "12:00"), visitor=person))
    book_seat(forum_at("10:00", "12:00"), visitor=person)


# --- Moving -------------------------------------------------------------------------------------


def test_a_seat_moves_with_its_forum_and_its_person_is_told_once(person):
    forum, stays = forum_at("10:00", "12:00"), forum_at("16:00", "17:00")
    booking, _other = book_seat(forum, visitor=person), book_seat(stays, visitor=person)
    for times in (("12:00", "13:00"), ("13:00", "14:00"), ("14:00", "15:00")):
        move(forum, *times)
    assert tell_moved() == 0  # the desk may not have finished
    with clock.frozen_at(at("08:10")):
        assert (tell_moved(), tell_moved()) == (1, 0)
    message = Message.objects.get()
    assert (message.template, message.recipient, message.language) == ("forums/seats_moved", person, "en")  # fmt: skip
    assert f"{forum.title_en}: " in message.text
    assert stays.title_en not in message.text
    assert states(booking) == ["held"]
    with pytest.raises(ValidationError):
        book_seat(forum_at("14:30", "15:30"), visitor=person)
    book_seat(forum_at("10:00", "12:00"), visitor=person)
    assert list(broken()) == []


@pytest.fixture
def clash(person):
    """Two seats, the first of which has moved to the time of the second: (moved, other)."""
    forum, other = forum_at("10:00", "12:00"), forum_at("14:00", "16:00")
    moved, kept = book_seat(forum, visitor=person), book_seat(other, visitor=person)
    move(forum, "15:00", "17:00")
    return moved, kept


def test_who_has_two_seats_after_a_move_keeps_both_and_chooses(clash, client, person):
    moved, kept = clash
    assert states(moved, kept) == ["choose", "held"]
    assert list(broken()) == []
    with clock.frozen_at(at("08:10")):
        tell_moved()
    assert "at the same time as another seat" in Message.objects.get().text
    client.force_login(person)
    page = client.get(f"/en/portal/bookings/{moved.forum.code}/")
    assert f"You also have a seat in “{kept.forum.title_en}” at that time." in page.text
    assert client.get("/en/portal/stage/").status_code == 200


@pytest.mark.parametrize("given_back", [0, 1])
def test_giving_one_of_them_back_settles_the_other(clash, given_back):
    cancel_booking(clash[given_back])
    expected = ["cancelled", "held"] if given_back == 0 else ["held", "cancelled"]
    assert states(*clash) == expected
    assert list(broken()) == []


def test_moving_back_settles_it_too(clash):
    move(clash[0].forum, "10:00", "12:00")
    assert states(*clash) == ["held", "held"]


def test_moving_the_other_one_away_settles_it_too(clash):
    move(clash[1].forum, "10:00", "12:00")
    assert states(*clash) == ["held", "held"]


def test_who_does_not_choose_loses_the_moved_seat_when_it_begins(clash):
    with clock.frozen_at(at("14:59")):
        tend_seats()
        assert states(*clash) == ["choose", "held"]
    with clock.frozen_at(at("15:00")):
        tend_seats()
        tend_seats()
    assert states(*clash) == ["lapsed", "held"]
    assert Forum.objects.get(pk=clash[0].forum_id).seats_taken == 0
    told = Message.objects.filter(template="forums/seat_given_on")
    assert [m.recipient for m in told] == [clash[0].visitor]


@pytest.mark.django_db(transaction=True)
def test_one_person_booking_two_forums_at_once_gets_one():
    forums = [forum_at("10:00", "12:00"), forum_at("11:00", "13:00")]
    person = UserFactory()

    def rush(n, start):
        start.wait(20)
        return outcome(lambda: book_seat(forums[n % 2], visitor=person))

    answers = at_once(6, rush)
    assert answers.count("held") == 1
    assert set(answers) <= {"held", "again", "overlap"}
    assert list(broken()) == []


@pytest.mark.django_db(transaction=True)
def test_looking_before_booking_would_give_two():
    """The wrong variant: look at the forums' times, then write a row that has none of its own."""
    forums = [forum_at("10:00", "12:00"), forum_at("11:00", "13:00")]
    person = UserFactory()

    def naive(n, start):
        mine = Booking.objects.filter(visitor=person, forum__times__overlap=forums[n].times)
        is_busy = mine.exists()
        start.wait(20)
        if not is_busy:
            Booking.objects.create(forum=forums[n], visitor=person)

    at_once(2, naive)
    assert Booking.objects.filter(state="held").count() == 2
    # One after the other the look is right: it is the moment between that is wrong.
    Booking.objects.filter(forum=forums[1]).delete()
    at_once(1, lambda _n, start: naive(1, start))
    assert Booking.objects.filter(state="held").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_booking_while_the_forum_moves_has_the_new_time_or_moves_with_it():
    forum, people = forum_at("10:00", "12:00"), UserFactory.create_batch(6)

    def rush(n, start):
        start.wait(20)
        if n == 0:
            return move(forum, "14:00", "16:00")
        return outcome(lambda: book_seat(forum, visitor=people[n]))

    assert at_once(6, rush)[1:] == ["held"] * 5
    forum.refresh_from_db()
    assert [b.times for b in Booking.objects.all()] == [forum.times] * 5
    assert list(broken()) == []


# --- By release ---------------------------------------------------------------------------------


def release(**more):
    edition = Edition.objects.get()
    return release_programme(edition, by=None, expects=next_number(edition), **more)


def letters():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


@pytest.fixture
def released(person):
    """Two booked forums, released; the first then moves in the draft to the time of the second: (booking, other)."""
    forum, other = forum_at("10:00", "12:00"), forum_at("14:00", "16:00")
    moving, stays = book_seat(forum, visitor=person), book_seat(other, visitor=person)
    release()
    move(forum, "15:00", "17:00")
    return moving, stays


def test_a_seat_waits_until_the_move_is_released_and_its_person_hears_once(released, client, person):  # fmt: skip
    client.force_login(person)
    address = f"/en/portal/bookings/{released[0].forum.code}/"
    with clock.frozen_at(at("09:00")):
        assert (tell_moved(), tell_releases(), letters()) == (0, 0, [])
        assert states(*released) == ["held", "held"]
        assert "10:00" in client.get(address).text
        # Who books meanwhile books what is announced, in the release's time.
        late = book_seat(Forum.objects.get(pk=released[0].forum_id), visitor=UserFactory())
        book_seat(forum_at("15:00", "16:00"), visitor=late.visitor)
        assert list(broken()) == []
        release()
        assert states(*released, late) == ["choose", "held", "choose"]
        assert "15:00" in client.get(address).text
    with clock.frozen_at(at("09:20")):
        assert (tell_moved(), tell_releases()) == (0, 0)  # the release's own mail says it
    with clock.frozen_at(at("09:30")):
        assert (tell_moved(), tell_releases()) == (0, 2)
    with clock.frozen_at(at("12:00")):
        assert (tell_moved(), tell_releases()) == (0, 0)
    assert letters() == ["forums/programme_changed"] * 2
    text = Message.objects.get(recipient=person).text
    assert "15:00–17:00" in text
    assert "at the same time as another one" in text
    assert list(broken()) == []


def test_a_release_that_tells_nobody_tells_whose_seat_moved(released, person):
    release(tells=False)
    with clock.frozen_at(at("08:10")):
        assert (tell_releases(), tell_moved(), tell_moved()) == (0, 1, 0)
    message = Message.objects.get()
    assert (message.template, message.recipient) == ("forums/seats_moved", person)
    assert "15:00" in message.text


def test_there_and_back_moves_seats_and_tells_nobody(released):
    release()
    assert states(*released) == ["choose", "held"]
    move(released[0].forum, "10:00", "12:00")
    release()
    assert states(*released) == ["held", "held"]
    with clock.frozen_at(at("12:00")):
        assert (tell_releases(), tell_moved(), letters()) == (0, 0, [])


def test_going_back_to_a_release_takes_the_seats_along(released):
    first, _second = Edition.objects.get().releases.get(), release()
    edition = Edition.objects.get()
    roll_back(first, by=None, expects=next_number(edition))
    assert states(*released) == ["held", "held"]
    assert Booking.objects.get(pk=released[0].pk).times[0].lower == at("10:00")
    assert list(broken()) == []


def test_nobody_books_a_forum_before_its_release(released, client, person):
    draft = forum_at("18:00", "19:00", title_zh="示例未发布")
    client.force_login(person)
    assert client.get(f"/portal/bookings/{draft.code}/").status_code == 404
    body = {"forum": draft.code}
    assert client.post("/api/v1/bookings/", body, content_type="application/json").status_code == 400  # fmt: skip
    release()
    assert client.post("/api/v1/bookings/", body, content_type="application/json").status_code == 201  # fmt: skip


def test_the_draft_goes_back_with_the_times_of_a_forum_that_is_in_no_release_any_more(released):
    first, forum = Edition.objects.get().releases.get(), Forum.objects.get(pk=released[0].forum_id)
    withdraw_publication(forum, reason="示例原因")
    release()
    assert Forum.objects.get(pk=forum.pk).times[0].lower == at("15:00")
    assert list(broken()) == []
    restore_draft(first)
    assert Forum.objects.get(pk=forum.pk).times[0].lower == at("10:00")
    assert list(broken()) == []
