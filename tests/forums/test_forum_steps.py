"""A forum's way to the public and back: who finds it when, and what the database insists on."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from forums.models import Forum, Speaker
from forums.operations import forums as operations
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import UserFactory
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.invariants import broken
from waic.lib.models import StepRecord

pytestmark = pytest.mark.django_db

NOW = at("08:00")


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(NOW):
        yield


def found():
    """Kinds of things the search knows."""
    return sorted(SearchEntry.objects.values_list("kind", flat=True))


@pytest.fixture
def draft():
    """A draft with a session, a guest and a company on its list."""
    forum = ForumFactory()
    SessionFactory(forum=forum)
    ParticipationFactory(forum=forum)
    ParticipationFactory(forum=forum, speaker__is_person=False)
    return forum


def test_publishing_shows_and_records_it(draft):
    desk = UserFactory()
    operations.publish_forum(draft, by=desk, reason="示例原因", version=1)
    assert (draft.state, draft.published_at, draft.version) == ("published", NOW, 2)
    assert list(Forum.objects.published()) == [draft]
    assert found() == ["forum", "session", "speaker"]
    record = StepRecord.objects.of(draft).get()
    assert (record.step, record.before, record.after, record.by, record.reason) == (
        "publish", "draft", "published", desk, "示例原因",
    )  # fmt: skip


def test_a_host_hands_in_and_the_desk_publishes(draft):
    operations.hand_in_forum(draft, by=UserFactory())
    assert draft.state == "review"
    assert found() == []
    operations.publish_forum(draft)
    assert [r.step for r in StepRecord.objects.of(draft).order_by("pk")] == ["hand_in", "publish"]


def test_taking_back_hides_everything_that_is_nowhere_else(draft):
    elsewhere = ParticipationFactory()
    ParticipationFactory(forum=draft, speaker=elsewhere.speaker)
    operations.index_forum(elsewhere.forum)
    operations.publish_forum(draft)
    assert found() == ["forum", "forum", "session", "speaker", "speaker"]
    operations.withdraw_publication(draft, reason="示例原因")
    assert draft.state == "review"
    assert set(SearchEntry.objects.values_list("code", flat=True)) == {
        elsewhere.forum.code, elsewhere.speaker.code,
    }  # fmt: skip
    operations.publish_forum(draft)
    assert found() == ["forum", "forum", "session", "speaker", "speaker"]


def test_cancelling_hides_it_frees_rooms_and_tells_calendars(draft):
    operations.place_part(_part(draft))
    session = timed_session(draft)
    kept = session.slots.get()
    done = timed_session(draft).slots.get()
    type(done).objects.filter(pk=done.pk).update(state="cancelled", sequence=4)
    operations.publish_forum(draft)
    operations.cancel_forum(draft, reason="示例原因")
    kept.refresh_from_db()
    done.refresh_from_db()
    assert (kept.state, kept.sequence) == ("cancelled", 1)
    assert (done.state, done.sequence) == ("cancelled", 4)
    assert not draft.parts.filter(holds_room=True).exists()
    assert found() == []


def _part(forum):
    from forums.models import ForumPart

    return ForumPart(forum=forum, room=RoomFactory(), starts_at=at("10:00"), ends_at=at("12:00"))


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("draft", {"hand_in", "publish", "cancel"}),
        ("review", {"publish", "cancel"}),
        ("published", {"unpublish", "cancel"}),
        ("cancelled", set()),
    ],
)
def test_every_other_step_is_refused(state, allowed):
    steps = {
        "hand_in": operations.hand_in_forum, "publish": operations.publish_forum,
        "unpublish": operations.withdraw_publication, "cancel": operations.cancel_forum,
    }  # fmt: skip
    taken = set()
    for name, step in steps.items():
        forum = ForumFactory(state=state, published_at=NOW)
        try:
            step(forum, reason="示例原因")
        except ValidationError as refusal:
            assert refusal.code == "not_allowed"  # noqa: PT017
            forum.refresh_from_db()
            assert forum.state == state
        else:
            taken.add(name)
    assert taken == allowed


@pytest.mark.parametrize("step", [operations.withdraw_publication, operations.cancel_forum])
def test_what_hurts_needs_a_reason(step):
    forum = published_forum(RoomFactory())
    with pytest.raises(ValidationError) as refusal:
        step(forum, reason="  ")
    assert refusal.value.code == "reason"
    forum.refresh_from_db()
    assert forum.state == "published"
    assert forum.parts.get().holds_room


def test_of_two_people_with_the_same_page_one_publishes(draft):
    same = Forum.objects.get(pk=draft.pk)
    operations.cancel_forum(draft, reason="示例原因", version=1)
    with pytest.raises(ValidationError) as refusal:
        operations.publish_forum(same, version=1)
    assert refusal.value.code == "stale"


def test_without_a_chinese_title_nothing_is_published():
    forum = ForumFactory(title_zh="")
    with pytest.raises(ValidationError) as refusal:
        operations.publish_forum(forum)
    assert refusal.value.code == "incomplete"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "published", "published_at": None}, "published_has_time"),
        ({"seats": 1, "seats_taken": 2}, "never_oversold"),
    ],
)
def test_the_database_keeps_the_facts_of_a_forum(fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ForumFactory(**fields)


def test_the_database_keeps_one_forum_per_outside_identifier():
    ForumFactory(external_id="A-1")
    ForumFactory(external_id="A-1", edition__year=2025)
    ForumFactory(external_id="")
    ForumFactory(external_id="")
    with pytest.raises(IntegrityError, match="one_per_external_id"), transaction.atomic():
        ForumFactory(external_id="A-1")


def test_a_person_is_on_a_list_once():
    row = ParticipationFactory()
    session = SessionFactory(forum=row.forum)
    ParticipationFactory(forum=row.forum, speaker=row.speaker, session=session)
    for again in (None, session):
        with pytest.raises(IntegrityError, match="once_per_session"), transaction.atomic():
            ParticipationFactory(forum=row.forum, speaker=row.speaker, session=again)


def test_a_speaker_has_a_name_and_sorts_by_pinyin():
    with pytest.raises(IntegrityError, match="has_a_name"), transaction.atomic():
        SpeakerFactory(name_zh="", name_en="")
    for name in ("张示例", "安示例", "陈示例"):
        SpeakerFactory(name_zh=name, name_en="")
    SpeakerFactory(name_zh="", name_en="Bo Sample")
    assert [str(s) for s in Speaker.objects.all()] == ["安示例", "Bo Sample", "陈示例", "张示例"]


def test_deleted_rows_are_not_found_any_more(draft):
    operations.publish_forum(draft)
    draft.sessions.get().delete()
    assert found() == ["forum", "speaker"]
    Forum.objects.filter(pk=draft.pk).delete()
    assert found() == []


def test_a_deleted_guest_is_not_found_any_more(draft):
    operations.publish_forum(draft)
    guest = draft.participations.get(speaker__is_person=True)
    second = ParticipationFactory(speaker=guest.speaker)
    guest.delete()
    assert found() == ["forum", "session", "speaker"]
    second.delete()
    assert found() == ["forum", "session"]


def test_data_rules_notice_times_and_seats_that_do_not_fit():
    forum = published_forum(RoomFactory(), seats=5)
    assert forum_troubles() == []
    Forum.objects.filter(pk=forum.pk).update(ends_at=at("13:00"), seats_taken=1)
    assert len(forum_troubles()) == 2


def forum_troubles():
    return [trouble for rule, trouble in broken() if "orum" in str(rule)]
