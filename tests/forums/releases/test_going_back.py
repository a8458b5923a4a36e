"""An older release becomes current again; the draft goes back to one."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from forums.models import Forum, ForumPart, Release, RuleSetting, Slot
from forums.operations.releasing import roll_back
from forums.operations.restoring import restore_draft
from forums.releases import diff
from forums.releases.shown import content_of
from tests.forums.factories import (
    RoomFactory,
    at,
    published_forum,
)
from tests.forums.releases.making import move, page, release
from tests.lib.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_older_release_becomes_current_as_a_new_one(client, forum):
    first = release(forum.edition)
    move(forum, "13:00", "14:00")
    second = release(forum.edition)
    third = roll_back(first, by=None, expects=3, note_zh="示例退回")
    assert (third.number, third.restores, list(forum.edition.releases.values_list("number", flat=True))) == (3, first, [3, 2, 1])  # fmt: skip
    assert diff.difference(content_of(first), content_of(third)) == []
    assert diff.difference(content_of(second), content_of(third)) != []
    assert "10:00" in page(client, f"/2024/forums/{forum.code}/").text
    assert forum.parts.get().starts_at == at("13:00")  # the draft is the desk's


def test_a_release_without_content_cannot_become_current(forum):
    old = Release.objects.create(edition=forum.edition, number=1)
    with pytest.raises(ValidationError) as refusal:
        roll_back(old, by=None, expects=2)
    assert refusal.value.code == "no_content"


def test_the_draft_goes_back_where_rooms_are_free(forum):
    red = forum.parts.get().room
    blue, green = RoomFactory(), RoomFactory()
    swapped = published_forum(blue, title_zh="示例对调")
    blocked = published_forum(green, title_zh="示例被占")
    made = release(forum.edition)
    with transaction.atomic():
        ForumPart.objects.update(holds_room=False)
        ForumPart.objects.filter(forum=forum).update(room=blue)
        ForumPart.objects.filter(forum=swapped).update(room=red)
        ForumPart.objects.filter(forum=blocked).update(room=RoomFactory())
        ForumPart.objects.update(holds_room=True)
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例改了名")
    taker = published_forum(green, "11:00", "13:00", title_zh="示例占用")
    plan = restore_draft(made)
    rooms = dict(ForumPart.objects.values_list("forum__title_zh", "room"))
    assert rooms["示例论坛"] == red.pk
    assert rooms["示例对调"] == blue.pk
    assert rooms["示例被占"] not in (green.pk, None)
    assert rooms[taker.title_zh] == green.pk
    assert len(plan.sentences) == 1
    assert "示例占用" in plan.sentences[0]
    assert ForumPart.objects.filter(holds_room=False).count() == 0
    assert restore_draft(made).is_empty


def test_the_draft_stays_where_the_database_would_not_take_it_back(forum):
    """Rules may be off; a room is one forum's all the same, and so it is for a part that was added since."""
    red = forum.parts.get().room
    made = release(forum.edition)
    move(forum, "15:00", "17:00")
    taker = published_forum(red, "11:00", "13:00", title_zh="示例占用")
    RuleSetting.objects.create(edition=forum.edition, rule="room-taken", level="off")
    (sentence,) = restore_draft(made).sentences
    assert "示例占用" in sentence
    assert forum.parts.get().starts_at == at("15:00")
    taker.delete()
    ForumPart.objects.create(forum=forum, room=red, starts_at=at("11:30"), ends_at=at("12:30"))
    with pytest.raises(ValidationError) as refusal:
        restore_draft(made)
    assert refusal.value.code == "room_taken"
    assert set(forum.parts.values_list("starts_at", "holds_room")) == {(at("15:00"), True), (at("11:30"), True)}  # fmt: skip


def test_going_back_takes_as_many_queries_for_three_as_for_one(forum):
    others = [published_forum(RoomFactory(), title_zh=f"示例{n}") for n in range(2)]
    made, counts, person = release(forum.edition), [], UserFactory()
    content_of(made)  # a process reads a release once, and the kinds of rows
    ContentType.objects.get_for_model(Forum)
    for forums in ([forum], [forum, *others]):
        for one in forums:
            move(one, "15:00", "17:00")
        with CaptureQueriesContext(connection) as queries:
            restore_draft(made, by=person)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert {f.parts.get().starts_at for f in (forum, *others)} == {at("10:00")}


def test_each_forum_that_goes_back_says_so_in_its_history(forum):
    """Who, from which release and what; who still looks at the board as it was is too late (R9)."""
    person, red = UserFactory(), forum.parts.get().room
    alone = published_forum(
        RoomFactory(name_zh="示例蓝厅"), title_zh="示例只改题", title_en="Sample"
    )
    published_forum(RoomFactory(), title_zh="示例不变")
    made = release(forum.edition)
    ForumPart.objects.filter(forum=forum).update(
        room=RoomFactory(name_zh="示例绿厅", venue=red.venue)
    )
    Slot.objects.update(ends_at=at("10:45"))
    Forum.objects.filter(pk=alone.pk).update(title_en="Sample, renamed")
    before = dict(Forum.objects.values_list("pk", "version"))
    restore_draft(made, by=person)
    after = dict(Forum.objects.values_list("pk", "version"))
    assert {pk for pk in after if after[pk] > before[pk]} == {forum.pk, alone.pk}
    entries = LogEntry.objects.order_by("object_repr").values_list(
        "object_id", "user", "change_message"
    )
    venue = red.venue.name_zh
    assert set(entries) == {
        (
            str(forum.pk),
            person.pk,
            f"草稿已恢复到第 1 版：7月5日 10:00–12:00, {venue} 示例绿厅 → 7月5日 10:00–12:00, {venue} 示例红厅；1 项议程",
        ),
        (str(alone.pk), person.pk, "草稿已恢复到第 1 版：“Sample, renamed” → “Sample”"),
    }
    restore_draft(made, by=person)  # nothing goes back, nothing is said
    assert LogEntry.objects.count() == 2
