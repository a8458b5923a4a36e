"""The agenda's times: within the forum's part, with a number for calendars that rises with every move."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from forums.models import RuleSetting, Slot
from forums.operations.agenda import time_session
from tests.forums.factories import (
    DAY,
    ForumFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.forums.test_rules_saved import form_data
from tests.lib.factories import UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db

TEN, HALF_PAST, ELEVEN = time(10), time(10, 30), time(11)


def test_a_session_takes_place_in_the_room_and_on_the_day_of_its_part():
    forum, room = ForumFactory(), RoomFactory()
    placed(forum, None, "09:00", "12:00", DAY)
    placed(forum, room, "14:00", "17:00", date(2024, 7, 6))
    slot = time_session(SessionFactory(forum=forum), time(14), time(15))
    assert (slot.room, slot.starts_at) == (room, at("14:00", date(2024, 7, 6)))
    # A time outside of every part falls to the first one: it is odd, not wrong.
    late = time_session(SessionFactory(forum=forum), time(12, 30), time(13))
    assert (late.room, late.starts_at) == (None, at("12:30"))


def test_moving_keeps_the_identity_and_raises_the_number():
    session = timed_session(published_forum())
    before = session.slots.get()
    assert time_session(session, TEN, HALF_PAST).sequence == 0
    assert Slot.objects.get().changed_at == before.changed_at
    moved = time_session(session, HALF_PAST, ELEVEN)
    assert (moved.pk, moved.uuid, moved.sequence) == (before.pk, before.uuid, 1)
    assert moved.starts_at == at("10:30")


@pytest.mark.parametrize("ends", [TEN, time(9)])
def test_a_session_cannot_end_before_it_begins(ends):
    with pytest.raises(ValidationError) as refusal:
        time_session(SessionFactory(forum=published_forum()), TEN, ends)
    assert refusal.value.code == "order"
    assert not Slot.objects.exists()
    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        SlotFactory(ends_at=at("10:00"))


def test_a_forum_without_a_time_has_no_place_for_an_agenda():
    with pytest.raises(ValidationError) as refusal:
        time_session(SessionFactory(forum=ForumFactory()), TEN, ELEVEN)
    assert refusal.value.code == "no_part"


def test_a_session_that_takes_place_several_times_is_not_timed_here():
    session = timed_session(published_forum())
    SlotFactory(session=session, starts_at=at("11:00"))
    with pytest.raises(ValidationError) as refusal:
        time_session(session, TEN, ELEVEN)
    assert refusal.value.code == "several"


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": at("09:30")},
        {"ends_at": at("11:00")},
        {"state": "cancelled"},
        {"room": "new"},
    ],
)
def test_whoever_moves_a_slot_raises_its_number(change):
    slot = timed_session(published_forum()).slots.get()
    for name, value in change.items():
        setattr(slot, name, RoomFactory() if value == "new" else value)
    slot.save()
    slot.save()
    assert Slot.objects.get().sequence == 1


def test_times_of_a_forum_that_did_not_change_are_not_written():
    """A new version would refuse the page a colleague has open, and move calendars for nothing."""
    from forums.operations.forums import keep_times

    forum = published_forum()
    with clock.frozen_at(at("20:00")):
        before = (forum.version, forum.changed_at)
        keep_times(forum)
        assert (forum.version, forum.changed_at) == before
        forum.parts.update(ends_at=at("13:00"))
        keep_times(forum)
    assert (forum.version, forum.ends_at) == (before[0] + 1, at("13:00"))


# --- Longer than its forum ----------------------------------------------------------------------


@pytest.fixture
def strict():
    """A forum of an edition that refuses an agenda outside of its forum."""
    forum = published_forum(title_zh="示例论坛")
    RuleSetting.objects.create(edition=forum.edition, rule="outside-forum", level="block_save")
    return forum


def test_an_edition_may_refuse_an_agenda_outside_of_its_forum(strict):
    session = SessionFactory(forum=strict, title_zh="示例演讲")
    with pytest.raises(ValidationError) as refusal:
        time_session(session, time(11, 30), time(12, 30))
    assert refusal.value.messages == [
        "“示例演讲”（7月5日 11:30–12:30）超出“示例论坛”的时间。 请修改该议程的时间，或延长论坛。"
    ]
    assert not Slot.objects.exists()
    slot = time_session(session, ELEVEN, time(12))
    with pytest.raises(ValidationError):
        time_session(session, ELEVEN, time(12, 5))
    slot.refresh_from_db()
    assert (slot.ends_at, slot.sequence) == (at("12:00"), 0)


@pytest.mark.parametrize("level", ["warn", "block_save"])
def test_the_page_of_a_session_says_or_refuses_what_is_outside_of_its_forum(client, strict, level):
    RuleSetting.objects.update(level=level)
    session = timed_session(strict, "11:00", title_zh="示例演讲")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = f"/admin/forums/session/{session.pk}/change/"
    data = form_data(client.get(address)) | {"slots-0-ends_at_1": "12:10:00"}
    answer = client.post(address, data, follow=True)
    assert "超出“示例论坛”的时间" in answer.text
    assert bool(answer.redirect_chain) == (level == "warn")
    assert Slot.objects.get().ends_at == at("12:10" if level == "warn" else "11:30")
