"""Moving a part: its agenda comes along, and what it will cause is said before anybody saves."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import translation

from forums.models import Booking, ForumPart, RuleSetting, Slot
from forums.operations.forums import cancel_forum
from forums.operations.relocating import effects_of, move_part, unplaced
from tests.forums.factories import (
    DAY,
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    VenueFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def weeks_before():
    with clock.frozen_at(at("09:00", DAY - timedelta(days=30))), translation.override("en"):
        yield


@pytest.fixture
def rooms():
    venue = VenueFactory(edition=EditionFactory(), name_en="Centre")
    return [RoomFactory(venue=venue, name_en=name, capacity=100) for name in ("Blue", "Red")]


def to(room, starts, ends):
    return {"room": room, "starts_at": at(starts), "ends_at": at(ends)}


def test_a_part_moves_with_its_agenda_and_its_forum_has_a_new_version(rooms):
    forum, by = published_forum(rooms[0]), UserFactory()
    slot = timed_session(forum, "10:30", room=rooms[0]).slots.get()
    part = move_part(
        forum.parts.get(), **to(rooms[1], "13:00", "15:00"), by=by, version=forum.version
    )
    slot.refresh_from_db()
    assert (part.room, part.starts_at, slot.room, slot.starts_at) == (rooms[1], at("13:00"), rooms[1], at("13:30"))  # fmt: skip
    assert part.forum.version > forum.version
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (by, str(forum.pk))
    assert entry.change_message == "Moved: 5 July 10:00–12:00, Centre Blue → 5 July 13:00–15:00, Centre Red"  # fmt: skip


def test_an_agenda_longer_than_its_forum_moves_along_and_comes_back(rooms):
    """Shortened and put on another day, then undone: what ran over is where it was. Beside two parts it goes with the nearer one."""
    forum = published_forum(rooms[0])
    for start in ("10:30", "11:30"):
        timed_session(forum, start, room=rooms[0])

    def times():
        return list(Slot.objects.order_by("pk").values_list("starts_at", flat=True))

    before, day = times(), timedelta(days=1)
    move_part(
        forum.parts.get(), room=rooms[1], starts_at=at("10:00") + day, ends_at=at("11:00") + day
    )
    assert times() == [moment + day for moment in before]
    move_part(forum.parts.get(), **to(rooms[0], "10:00", "12:00"))
    assert (times(), set(Slot.objects.values_list("room", flat=True))) == (before, {rooms[0].pk})
    late = ForumPart.objects.create(
        forum=forum, room=rooms[1], starts_at=at("15:00"), ends_at=at("16:00")
    )
    for start in ("12:30", "14:30", "17:30"):
        timed_session(forum, start)
    Slot.objects.filter(starts_at=at("17:30")).update(
        starts_at=at("12:30") + day, ends_at=at("13:00") + day
    )
    move_part(late, **to(rooms[1], "16:00", "17:00"))
    assert times() == [*before, at("12:30"), at("15:30"), at("12:30") + day]


def test_who_was_slower_is_refused_and_nothing_moves(rooms):
    forum = published_forum(rooms[0])
    part = forum.parts.get()
    move_part(part, **to(rooms[1], "13:00", "15:00"), version=forum.version)
    with pytest.raises(ValidationError) as refusal:
        move_part(part, **to(rooms[0], "10:00", "12:00"), version=forum.version)
    assert refusal.value.code == "stale"
    assert ForumPart.objects.get().room == rooms[1]


def test_a_forum_that_is_called_off_is_not_moved(rooms):
    forum = published_forum(rooms[0])
    cancel_forum(forum, reason="示例")
    with pytest.raises(ValidationError) as refusal:
        move_part(forum.parts.get(), **to(rooms[1], "13:00", "15:00"))
    assert refusal.value.code == "not_allowed"
    assert effects_of(forum.parts.get(), **to(rooms[1], "13:00", "15:00")).refused == [
        "This forum is called off; it takes no room."
    ]


@pytest.mark.parametrize("level", ["block_save", "warn"])
def test_a_taken_room_is_refused_before_anybody_saves(rooms, level):
    forum = published_forum(rooms[0])
    RuleSetting.objects.create(edition=forum.edition, rule="room-taken", level=level)
    published_forum(rooms[1], "13:00", "14:00", title_en="Sample: the first one")
    effects = effects_of(forum.parts.get(), **to(rooms[1], "12:30", "14:30"))
    assert (effects.is_allowed, len(effects.refused)) == (False, 1)
    assert "Sample: the first one" in effects.refused[0]
    # Touching is fine.
    assert effects_of(forum.parts.get(), **to(rooms[1], "14:00", "16:00")).is_allowed
    assert ForumPart.objects.get(forum=forum).starts_at == at("10:00")


def test_what_a_move_causes_and_mends_and_whom_it_concerns(rooms):
    forum, host = published_forum(rooms[0], seats=50, title_en="Sample A"), UserFactory()
    forum.hosts.create(user=host)
    timed_session(forum, "10:30", room=rooms[0])
    morning = published_forum(seats=9, title_en="Sample B")
    afternoon = published_forum(None, "13:00", "15:00", seats=9, title_en="Sample C")
    guest = ParticipationFactory(forum=forum, speaker__email="guest@example.com").speaker
    for other in (morning, afternoon):
        ParticipationFactory(forum=other, speaker=guest)
    for visitor in UserFactory.create_batch(2):
        for booked in (forum, morning, afternoon):
            Booking.objects.create(forum=booked, visitor=visitor)
    Booking.objects.create(forum=afternoon, visitor=UserFactory())
    effects = effects_of(forum.parts.get(), **to(rooms[0], "13:00", "15:00"))
    assert effects.is_allowed
    assert [f.rule for f in effects.caused] == ["person-twice"]
    assert "Sample C" in effects.caused[0].sentence
    assert [f.rule for f in effects.mended] == ["person-twice"]
    assert effects.bookings == [(afternoon, 2)]
    assert (effects.agenda, effects.guests, effects.hosts, effects.booked, effects.mails) == (1, [guest], 1, 2, 4)  # fmt: skip
    told = effects.as_json()
    assert (told["allowed"], told["bookings"]) == (True, [{"forum": "Sample C", "code": afternoon.code, "people": 2}])  # fmt: skip


def test_a_forum_without_a_place_gets_its_first_part(rooms):
    forum = ForumFactory()
    assert effects_of(unplaced(forum), **to(rooms[0], "10:00", "12:00")).is_allowed
    part = move_part(unplaced(forum), **to(rooms[0], "10:00", "12:00"))
    assert (forum.parts.get(), part.forum.starts_at) == (part, at("10:00"))
