"""A room belongs to one forum at a time: the form says so by name, the database has the last word."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.utils import translation

from forums.models import Forum, ForumPart
from forums.operations import forums as operations
from tests.forums.factories import ForumFactory, PartFactory, RoomFactory, at, published_forum

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return RoomFactory()


def part_of(forum, room, starts, ends):
    return ForumPart(forum=forum, room=room, starts_at=at(starts), ends_at=at(ends))


def refusal_of(part):
    with pytest.raises(ValidationError) as refusal:
        operations.place_part(part)
    return refusal.value


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("09:00", "10:01"), ("11:59", "13:00"), ("10:30", "11:00"), ("09:00", "13:00"), ("10:00", "12:00")],
)  # fmt: skip
def test_a_taken_room_is_refused_by_the_name_of_the_other_forum(room, starts, ends):
    published_forum(room, title_zh="示例：先到的论坛", title_en="Sample: the first one")
    refusal = refusal_of(part_of(ForumFactory(), room, starts, ends))
    assert list(refusal.message_dict) == ["room"]
    assert refusal.error_dict["room"][0].code == "room_taken"
    sentence = refusal.message_dict["room"][0]
    assert "先到的论坛" in sentence
    assert "10:00" in sentence
    assert "12:00" in sentence
    assert ForumPart.objects.count() == 1


def test_the_sentence_is_in_the_language_of_the_reader(room):
    published_forum(room, title_zh="示例：先到的论坛", title_en="Sample: the first one")
    with translation.override("en"):
        sentence = refusal_of(part_of(ForumFactory(), room, "11:00", "13:00")).messages[0]
    assert "is taken by “Sample: the first one”" in sentence


@pytest.mark.parametrize(("starts", "ends"), [("08:00", "10:00"), ("12:00", "14:00")])
def test_touching_is_fine(room, starts, ends):
    published_forum(room)
    part = operations.place_part(part_of(ForumFactory(), room, starts, ends))
    assert (part.forum.starts_at, part.forum.ends_at) == (at(starts), at(ends))


def test_another_room_no_room_and_a_parallel_room_are_fine(room):
    published_forum(room)
    area = RoomFactory(venue=room.venue, allows_parallel=True)
    for place in (RoomFactory(venue=room.venue), None, None, area, area):
        operations.place_part(part_of(ForumFactory(), place, "10:00", "12:00"))
    assert ForumPart.objects.count() == 6


def test_a_part_does_not_clash_with_itself(room):
    part = published_forum(room).parts.get()
    part.ends_at = at("12:30")
    operations.place_part(part)
    assert Forum.objects.get().ends_at == at("12:30")


def test_a_cancelled_forum_gives_its_room_back(room):
    forum = published_forum(room)
    operations.cancel_forum(forum, reason="示例原因")
    operations.place_part(part_of(ForumFactory(), room, "10:00", "12:00"))
    # And it does not take it again when somebody mends its row.
    forum.parts.get().save()
    assert ForumPart.objects.filter(holds_room=True).count() == 1


def moved_by_update(part):
    other = PartFactory(forum=part.forum)
    ForumPart.objects.filter(pk=other.pk).update(room=part.room)


@pytest.mark.parametrize(
    "write",
    [ForumPart.save, lambda part: ForumPart.objects.bulk_create([part]), moved_by_update],
    ids=["save", "bulk_create", "update"],
)
def test_the_database_refuses_a_taken_room(room, write):
    """Whoever goes past the operation meets the constraint."""
    published_forum(room)
    part = part_of(ForumFactory(), room, "11:00", "13:00")
    with pytest.raises(IntegrityError, match="room_taken_once"), transaction.atomic():
        write(part)


@pytest.mark.parametrize(("starts", "ends"), [("12:00", "10:00"), ("10:00", "10:00")])
@pytest.mark.parametrize("with_room", [True, False])
def test_a_forum_cannot_end_before_it_begins(room, starts, ends, with_room):
    part = part_of(ForumFactory(), room if with_room else None, starts, ends)
    refusal = refusal_of(part)
    assert refusal.message_dict == {"ends_at": ["论坛的结束时间不能早于开始时间。"]}
    with pytest.raises(ValidationError, match="论坛的结束时间不能早于开始时间。"):
        part.full_clean()
    with pytest.raises(Exception, match=r"ends_after_start|range lower bound"), transaction.atomic():  # fmt: skip
        part.save()


def test_a_forum_spans_its_parts(room):
    forum = published_forum(room, "09:00", "11:30")
    operations.place_part(part_of(forum, room, "14:00", "17:00"))
    forum.refresh_from_db()
    assert (forum.starts_at, forum.ends_at, forum.date) == (at("09:00"), at("17:00"), at("09:00").date())  # fmt: skip


# --- Two at once --------------------------------------------------------------------------------


def race_for(room, place):
    """Two forums want one room at the same time, over two connections; what each was told ("" for yes)."""
    forums = [ForumFactory(title_zh="示例：甲论坛"), ForumFactory(title_zh="示例：乙论坛")]
    start = threading.Barrier(2, timeout=60)

    def one(forum):
        try:
            with translation.override("zh-hans"):
                place(part_of(forum, room, "10:00", "12:00"), start)
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        return dict(zip([f.title_zh for f in forums], pool.map(one, forums), strict=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_forums_at_the_same_moment_one_gets_the_room(room, monkeypatch):
    """Both look at the room while it is free; the slower one is refused by the name of the faster one."""
    looked = threading.Barrier(2, timeout=60)
    first_look = threading.local()
    real = operations.check_room

    def check_room(part):
        real(part)
        if not hasattr(first_look, "done"):
            first_look.done = True
            looked.wait(10)

    monkeypatch.setattr(operations, "check_room", check_room)
    told = race_for(room, lambda part, start: operations.place_part(part))
    (winner,) = [title for title, sentence in told.items() if not sentence]
    (refused,) = [sentence for sentence in told.values() if sentence]
    assert winner in refused
    assert ForumPart.objects.get().forum.title_zh == winner


@pytest.mark.django_db(transaction=True)
def test_looking_alone_would_give_the_room_away_twice():
    """The wrong variant: without the exclusion constraint (here: parts that do not hold their room) both get it."""
    room = RoomFactory()

    def naive(part, start):
        assert operations.clash_of(part) is None
        start.wait(10)
        ForumPart.objects.bulk_create([ForumPart(forum=part.forum, room=room, starts_at=part.starts_at, ends_at=part.ends_at, holds_room=False)])  # fmt: skip

    assert set(race_for(room, naive).values()) == {""}
    assert ForumPart.objects.filter(room=room).count() == 2
