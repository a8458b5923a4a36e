"""What the public sees of a release, and what two of them differ in."""

import json

import pytest

from forums import models
from forums.models import Forum, Session
from forums.operations.forums import cancel_forum, publish_forum, withdraw_publication
from forums.operations.merging import merge_speakers, undo_merge
from forums.operations.releasing import roll_back
from forums.releases import diff
from forums.releases.people import difference_of
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of
from forums.releases.wording import names_in, sentence
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    placed,
    published_forum,
)
from tests.forums.releases.making import move, page, release
from waic.editions.models import Room, SearchEntry

pytestmark = pytest.mark.django_db


def test_the_public_sees_the_release_and_the_desk_the_draft(client, forum):
    year, code, talk = 2024, forum.code, forum.sessions.get().code
    release(forum.edition)
    guest = forum.participations.get().speaker
    move(forum, "15:00", "17:00", RoomFactory(name_zh="示例蓝厅"))
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例改了名")
    Session.objects.update(title_zh="示例改了题")
    forum.participations.all().delete()
    late = publish_forum(placed(ForumFactory(title_zh="示例后来的"), RoomFactory()))
    for address in (
        f"/{year}/programme/?day=2024-07-05",
        f"/{year}/forums/{code}/",
        f"/{year}/speakers/{guest.code}/",
    ):
        text = page(client, address).text
        assert "示例论坛" in text, address
        assert "10:00" in text, address
        for draft in ("示例改了名", "示例改了题", "示例蓝厅", "示例后来的"):
            assert draft not in text, (address, draft)
    assert "示例甲" in page(client, f"/{year}/forums/{code}/").text
    assert "示例甲" in page(client, f"/{year}/speakers/").text
    assert "示例演讲" in page(client, f"/{year}/sessions/{talk}/").text
    assert page(client, f"/{year}/forums/{late.code}/").status_code == 404
    assert not SearchEntry.objects.filter(code=late.code).exists()
    release(forum.edition)
    assert "示例改了名" in page(client, f"/{year}/forums/{code}/").text
    assert page(client, f"/{year}/forums/{late.code}/").status_code == 200
    assert SearchEntry.objects.filter(code=late.code).exists()
    assert page(client, f"/{year}/speakers/{guest.code}/").status_code == 404


def test_what_is_called_off_or_taken_back_does_not_wait(client, forum):
    other = published_forum(None, title_zh="示例收回")
    release(forum.edition)
    cancel_forum(forum, reason="示例原因")
    withdraw_publication(other, reason="示例原因")
    for code in (forum.code, other.code):
        assert page(client, f"/2024/forums/{code}/").status_code == 404
    assert "示例论坛" not in page(client, "/2024/programme/?day=2024-07-05").text


def test_two_entries_that_were_merged_are_one_person_in_the_release_too(client, forum):
    ParticipationFactory(forum=forum, session=forum.sessions.get(), speaker__name_zh="示例乙")
    twice, kept = forum.participations.order_by("pk").values_list("speaker", flat=True)
    twice, kept = models.Speaker.objects.get(pk=twice), models.Speaker.objects.get(pk=kept)
    made = release(forum.edition)
    record = merge_speakers(kept, twice)
    answer = page(client, f"/2024/speakers/{twice.code}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/2024/speakers/{kept.code}/")
    assert "示例论坛" in page(client, f"/2024/speakers/{kept.code}/").text
    assert page(client, f"/2024/speakers/{kept.code}.ics").status_code == 200
    for address in (f"forums/{forum.code}/", f"sessions/{forum.sessions.get().code}/", "speakers/"):
        text = page(client, f"/2024/{address}").text
        assert ("示例甲" in text, text.count(f"/speakers/{kept.code}/") > 0) == (False, True), (
            address
        )
    assert SearchEntry.objects.filter(kind="speaker").values_list("code", flat=True).get() == kept.code  # fmt: skip
    assert difference_of(forum.edition, content_of(made), draft_of(forum.edition)) == []
    undo_merge(record)
    assert "示例甲" in page(client, f"/2024/forums/{forum.code}/").text


def test_a_room_is_called_as_announced_until_the_next_release(client, forum):
    release(forum.edition)
    Room.objects.filter(name_zh="示例红厅").update(name_zh="示例金厅")
    assert "示例红厅" in page(client, f"/2024/forums/{forum.code}/").text
    release(forum.edition)
    assert "示例金厅" in page(client, f"/2024/forums/{forum.code}/").text


def words(before, after):
    forums = diff.difference(before, after)
    names = names_in(forums)
    return [sentence(change, names) for f in forums for change in f.changes]


def test_a_difference_says_what_moved_was_renamed_came_and_went(forum):
    before = draft_of(forum.edition)
    hall = RoomFactory(name_zh="示例蓝厅", venue=forum.parts.get().room.venue)
    move(forum, "13:00", "14:00", hall)
    talk = forum.sessions.get()
    Session.objects.filter(pk=talk.pk).update(title_zh="示例新题")
    forum.participations.all().delete()
    ParticipationFactory(forum=forum, session=talk, speaker__name_zh="示例乙")
    new = published_forum(None, "15:00", "16:00", title_zh="示例新论坛")
    after = draft_of(forum.edition)
    venue = hall.venue.name_zh
    assert words(before, after) == [
        f"“示例论坛”由7月5日 10:00–12:00，{venue} 示例红厅改到7月5日 13:00–14:00，{venue} 示例蓝厅。",
        "“示例演讲”改名为“示例新题”。",
        "“示例新题”：新增示例乙；不再有示例甲。",
        "“示例新论坛”为新增：7月5日 15:00–16:00，会议室待定。",
    ]
    cancel_forum(new, reason="示例原因")
    assert [c.kind for f in diff.difference(after, draft_of(forum.edition)) for c in f.changes] == [
        "cancelled"
    ]
    assert [c.kind for f in diff.difference(after, before) for c in f.changes][-1] == "removed"
    assert diff.difference(after, after) == []


def ld(client, address):
    text = page(client, address).text
    return json.loads(text.split('<script type="application/ld+json">')[1].split("</script>")[0])


def test_search_engines_are_told_when_it_was_to_begin_before(client, forum):
    """Each release that moves it adds one beginning; a move of the draft, or back to the first, is no other one."""
    at_ten, three, five = (f"2024-07-05T{hour}:00:00+08:00" for hour in (10, 15, 17))
    addresses = f"/2024/forums/{forum.code}/", f"/2024/sessions/{forum.sessions.get().code}/"
    first = release(forum.edition)
    move(forum, "15:00", "17:00")
    assert [ld(client, a)["eventStatus"].rpartition("/")[2] for a in addresses] == ["EventScheduled"] * 2  # fmt: skip
    release(forum.edition)
    about = ld(client, addresses[0])
    assert (about["eventStatus"], about["startDate"], about["previousStartDate"]) == (
        "https://schema.org/EventRescheduled", three, [at_ten],
    )  # fmt: skip
    assert "previousStartDate" not in ld(client, addresses[1])  # the talk stayed at its hour
    move(forum, "17:00", "19:00")
    release(forum.edition)
    about = ld(client, addresses[0])
    assert (about["startDate"], about["previousStartDate"]) == (five, [at_ten, three])
    roll_back(first, by=None, expects=4)
    about = ld(client, addresses[0])
    assert (about["startDate"], about["previousStartDate"]) == (at_ten, [three, five])
