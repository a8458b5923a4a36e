"""Releases: an immutable programme with a number, what the public sees by it, and going back."""

import sys
import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forums import models
from forums.models import Forum, ForumPart, Release, RuleSetting, Session, Slot
from forums.operations import releasing
from forums.operations.forums import cancel_forum, place_part, publish_forum, withdraw_publication
from forums.operations.merging import merge_speakers, undo_merge
from forums.operations.releasing import release_programme, roll_back
from forums.operations.restoring import restore_draft
from forums.releases import diff
from forums.releases.checking import blocking_findings
from forums.releases.people import difference_of
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of
from forums.releases.wording import names_in, sentence
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import Edition, Room, SearchEntry
from waic.lib import clock, pagecache
from waic.lib.locks import edition_lock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:00")):
        yield


@pytest.fixture
def forum():
    """A public forum with one timed session and a guest."""
    forum = published_forum(
        RoomFactory(name_zh="示例红厅"), title_zh="示例论坛", title_en="Sample forum"
    )
    talk = timed_session(
        forum, title_zh="示例演讲", title_en="Sample talk", room=forum.parts.get().room
    )
    ParticipationFactory(forum=forum, session=talk, speaker__name_zh="示例甲")
    placed(ForumFactory(title_zh="示例草稿"), RoomFactory())
    return forum


def release(edition, **more):
    edition = Edition.objects.get(pk=edition.pk)
    newest = edition.releases.first()
    expects = newest.number + 1 if newest else 1
    return release_programme(edition, by=None, **{"expects": expects, **more})


def move(forum, starts, ends, room=None):
    part = forum.parts.get()
    part.starts_at, part.ends_at = at(starts), at(ends)
    part.room = room or part.room
    return place_part(part)


def page(client, address):
    pagecache._bump_now()
    return client.get(address)


# --- Making one ---------------------------------------------------------------------------------


def test_a_release_keeps_the_public_programme_and_no_names(forum):
    made = release(forum.edition, note_zh="示例说明")
    assert (made.number, made.schema, made.slot_count, made.note_zh) == (1, 1, 1, "示例说明")
    (doc,) = made.content["forums"]
    assert (doc["code"], doc["zh"], doc["sessions"][0]["zh"]) == (
        forum.code,
        "示例论坛",
        "示例演讲",
    )
    assert doc["sessions"][0]["people"] == [
        [p.pk, p.speaker_id, "speaker"] for p in forum.participations.all()
    ]
    assert "示例甲" not in str(made.content)


def test_the_database_refuses_gaps_and_changes(forum):
    made = release(forum.edition)
    for wrong in (3, 0, 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.create(edition=forum.edition, number=wrong)
    for change in (
        {"content": {}},
        {"number": 2},
        {"note_zh": "示例"},
        {"released_at": at("09:00")},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=made.pk).update(**change)
    Release.objects.create(
        edition=EditionFactory(year=2025), number=1
    )  # every edition counts by itself
    Release.objects.filter(pk=made.pk).update(told_at=at("09:00"))


def test_what_has_not_changed_is_not_released_again(forum):
    release(forum.edition)
    with pytest.raises(ValidationError) as refusal:
        release(forum.edition)
    assert refusal.value.code == "unchanged"
    assert refusal.value.messages == ["自第 1 版发布以来没有变化。"]
    Session.objects.update(
        abstract_zh="示例摘要"
    )  # no difference to tell anybody of, but one to see
    assert release(forum.edition).number == 2


def test_a_second_click_finds_the_first_ones_release(forum):
    click = uuid.uuid4()
    first = release(forum.edition, request=click, expects=1)
    assert release(forum.edition, request=click, expects=1) == first
    assert Release.objects.count() == 1


def test_who_looked_at_an_older_state_is_told_who_was_faster(forum):
    release_programme(
        forum.edition, by=UserFactory(name="示例同事", email="first@example.com"), expects=1
    )
    move(forum, "13:00", "14:00")
    with pytest.raises(ValidationError) as refusal:
        release(forum.edition, expects=1)
    assert refusal.value.code == "stale"
    assert "1" in refusal.value.messages[0]
    assert Release.objects.count() == 1


def test_a_rule_that_blocks_a_release_refuses_with_its_sentence(forum):
    RuleSetting.objects.create(edition=forum.edition, rule="no-english", level="block_release")
    Forum.objects.filter(pk=forum.pk).update(title_en="")
    with pytest.raises(ValidationError) as refusal:
        release(forum.edition)
    assert any("示例论坛" in text for text in refusal.value.messages)
    assert not Release.objects.exists()
    RuleSetting.objects.update(level="warn")
    assert release(forum.edition).number == 1


def test_what_is_not_released_stands_in_no_release_s_way(forum):
    """A draft in English without interpretation, until it is published."""
    RuleSetting.objects.create(edition=forum.edition, rule="no-interpretation", level="block_release")  # fmt: skip
    draft = Forum.objects.get(title_zh="示例草稿")
    Forum.objects.filter(pk=draft.pk).update(language="en", interpretation="")
    Forum.objects.filter(pk=forum.pk).update(language="zh")
    assert release(forum.edition).number == 1
    publish_forum(Forum.objects.get(pk=draft.pk))
    with pytest.raises(ValidationError) as refusal:
        release(forum.edition)
    assert refusal.value.messages == ["“示例草稿”使用语言 en，尚未安排口译。"]


def test_the_rules_are_held_against_an_older_release_as_well(forum):
    made = release(forum.edition)
    guest = forum.participations.get().speaker
    RuleSetting.objects.create(edition=forum.edition, rule="person-away", level="block_release")
    assert blocking_findings(forum.edition, content_of(made)) == []
    models.Availability.objects.create(speaker=guest, starts_at=at("14:00"), ends_at=at("18:00"))
    move(forum, "14:00", "15:00")
    slot = Slot.objects.get()
    slot.starts_at, slot.ends_at = at("14:00"), at("14:30")
    slot.save()
    assert blocking_findings(forum.edition, draft_of(forum.edition)) == []
    (finding,) = blocking_findings(forum.edition, content_of(made))
    assert "示例甲" in finding.sentence
    assert "10:00" in finding.sentence


def release_while_a_plan_is_accepted(forum):
    """Release in the middle of a change of the whole programme; the title the release has."""
    has_lock, is_asked = threading.Event(), threading.Event()

    def accept_a_plan():
        try:
            with clock.frozen_at(at("08:00")), transaction.atomic():
                edition_lock(forum.edition_id)
                has_lock.set()
                is_asked.wait(5)
                time.sleep(0.3)
                Forum.objects.filter(pk=forum.pk).update(title_zh="示例计划之后")
        finally:
            connection.close()

    other = threading.Thread(target=accept_a_plan)
    other.start()
    has_lock.wait(5)
    is_asked.set()
    made = release(forum.edition)
    other.join()
    return made.content["forums"][0]["zh"]


@pytest.mark.django_db(transaction=True)
def test_a_release_waits_while_the_programme_changes_as_a_whole(forum):
    assert release_while_a_plan_is_accepted(forum) == "示例计划之后"


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_release_half_a_plan(forum, monkeypatch):
    """The wrong variant, without the lock: the same moment proves that the test above can fail."""
    monkeypatch.setattr(releasing, "edition_lock", lambda edition_id: None)
    assert release_while_a_plan_is_accepted(forum) == "示例论坛"


def two_desks_at_once(forum, clicks):
    """What two people get who press the button at the same moment."""
    start, done = threading.Barrier(2), []

    def press(click):
        try:
            with clock.frozen_at(at("08:00")):
                start.wait(5)
                done.append(release(forum.edition, request=click, expects=1).number)
        except (ValidationError, IntegrityError) as refusal:
            done.append(getattr(refusal, "code", "refused by the database"))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[click]) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(done, key=str)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_click", [True, False])
def test_two_desks_at_once_make_one_release(forum, same_click):
    clicks = [uuid.uuid4()] * 2 if same_click else [uuid.uuid4(), uuid.uuid4()]
    assert two_desks_at_once(forum, clicks) == ([1, 1] if same_click else [1, "stale"])
    assert Release.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_make_the_second_desk_an_error(forum, monkeypatch):
    """The wrong variant: both look, then both write. One number stays one release by the database alone."""
    looked, refuse_stale = threading.Barrier(2), releasing._refuse_stale

    def slowly(newest, expects):
        refuse_stale(newest, expects)
        looked.wait(5)

    monkeypatch.setattr(releasing, "edition_lock", lambda edition_id: None)
    monkeypatch.setattr(releasing, "_refuse_stale", slowly)
    answers = two_desks_at_once(forum, [uuid.uuid4(), uuid.uuid4()])
    assert answers == [1, "refused by the database"]
    assert Release.objects.count() == 1


def test_hundreds_of_slots_take_as_many_queries_as_one(forum):
    with CaptureQueriesContext(connection) as few:
        release(forum.edition)
    for n in range(20):
        session = timed_session(forum, "10:30", 5, forum.parts.get().room)
        ParticipationFactory(forum=forum, session=session)
        ParticipationFactory(forum=published_forum(None, title_zh=f"示例{n}"))
    move(forum, "09:00", "12:00")
    release(forum.edition)
    move(forum, "09:00", "12:30")
    with CaptureQueriesContext(connection) as many:
        release(forum.edition)
    # The release before is read once, and one waiting one is told later.
    assert len(many) <= len(few) + 6


# --- What the public sees -----------------------------------------------------------------------


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


# --- Differences --------------------------------------------------------------------------------


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


# --- Calendars ----------------------------------------------------------------------------------


def entries(client, address="/2024/programme/schedule.ics"):
    from icalendar import Calendar

    found = Calendar.from_ical(page(client, address).content).walk("VEVENT")
    return {str(e["UID"]).split("@")[0]: (int(e["SEQUENCE"]), str(e["STATUS"])) for e in found}


def test_calendars_follow_releases_with_numbers_that_only_rise(client, forum):
    slot = Slot.objects.get()
    uid = str(slot.uuid)
    assert entries(client) == {uid: (0, "CONFIRMED")}
    first = release(forum.edition)
    slot.starts_at, slot.ends_at = at("11:00"), at("11:30")
    slot.save()
    slot.ends_at = at("11:40")
    slot.save()
    assert entries(client) == {uid: (0, "CONFIRMED")}  # a draft
    release(forum.edition)
    assert entries(client) == {uid: (1, "CONFIRMED")}
    roll_back(first, by=None, expects=3)
    assert entries(client) == {uid: (2, "CONFIRMED")}
    slot.session.delete()
    gone = release(forum.edition)
    # The forum itself stands in the calendar now, and its session as cancelled.
    shown = entries(client, f"/2024/forums/{forum.code}.ics")
    assert shown.pop(uid) == (3, "CANCELLED")
    assert [status for _number, status in shown.values()] == ["CONFIRMED"]
    doc = page(client, "/2024/programme/schedule.json").json()["schedule"]
    assert doc["version"] == str(gone.number) == "4"
    assert uid not in str(doc)
    roll_back(first, by=None, expects=5)
    assert entries(client)[uid] == (4, "CONFIRMED")


def test_a_deleted_forum_stays_in_calendars_as_cancelled(client, forum):
    uid = str(Slot.objects.get().uuid)
    code, guest = forum.code, forum.participations.get().speaker
    release(forum.edition)
    forum.delete()
    release(Edition.objects.get(year=2024))
    for address in ("programme/schedule", f"forums/{code}", f"speakers/{guest.code}"):
        assert entries(client, f"/2024/{address}.ics") == {uid: (1, "CANCELLED")}, address
    for address in ("schedule.xml", "schedule.json"):
        assert uid not in page(client, f"/2024/programme/{address}").text


def test_what_is_called_off_says_so_at_once_and_no_differently_by_release(client, forum):
    release(forum.edition)
    uid = str(Slot.objects.get().uuid)
    cancel_forum(forum, reason="示例原因")
    assert entries(client) == {uid: (1, "CANCELLED")}
    release(forum.edition)
    assert entries(client) == {uid: (1, "CANCELLED")}


def test_a_release_that_changes_nothing_of_an_entry_leaves_its_bytes(client, forum):
    release(forum.edition)
    address = f"/2024/forums/{forum.code}.ics"
    before = page(client, address)
    with clock.frozen_at(at("12:00")):
        published_forum(None, title_zh="示例另一场")
        release(forum.edition)
        after = page(client, address)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


# --- Going back ---------------------------------------------------------------------------------


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
    made, counts = release(forum.edition), []
    content_of(made)  # a process reads a release once
    for forums in ([forum], [forum, *others]):
        for one in forums:
            move(one, "15:00", "17:00")
        with CaptureQueriesContext(connection) as queries:
            restore_draft(made)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert {f.parts.get().starts_at for f in (forum, *others)} == {at("10:00")}


# --- Speed --------------------------------------------------------------------------------------


def test_six_hundred_slots(forum, capsys):
    """Printed, not asserted: machines differ."""
    kind = ForumKindFactory(edition=forum.edition)
    people = SpeakerFactory.build_batch(100, edition=forum.edition)
    people = models.Speaker.objects.bulk_create(people)
    forums = Forum.objects.bulk_create(
        ForumFactory.build(edition=forum.edition, kind=kind, state="published", published_at=at("07:00")) for _n in range(100)
    )  # fmt: skip
    ForumPart.objects.bulk_create(ForumPart(forum=f, starts_at=at("10:00"), ends_at=at("12:00")) for f in forums)  # fmt: skip
    sessions = Session.objects.bulk_create(Session(forum=forums[n % 100], title_zh=f"示例 {n}", title_en=f"Sample {n}") for n in range(600))  # fmt: skip
    Slot.objects.bulk_create(Slot(session=s, starts_at=at("10:00"), ends_at=at("10:20")) for s in sessions)  # fmt: skip
    models.Participation.objects.bulk_create(
        models.Participation(forum=s.forum, session=s, speaker=people[n % 100]) for n, s in enumerate(sessions)
    )  # fmt: skip
    release(forum.edition)
    Slot.objects.filter(session__in=sessions[:300]).update(starts_at=at("10:10"))
    began, worked = time.perf_counter(), time.process_time()
    made = release(forum.edition)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    with capsys.disabled():
        sys.stdout.write(
            f"\n{made.slot_count} slots released in {seconds:.2f} s, {cpu:.2f} s of it at work, {len(str(made.content)) // 1024} KB\n"
        )
    assert made.slot_count == 601
