"""Releases: an immutable programme with a number, refused where nothing changed or a rule stands in the way."""

import sys
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forums import models
from forums.models import Forum, ForumPart, Release, RuleSetting, Session, Slot
from forums.operations.forums import publish_forum
from forums.releases.checking import blocking_findings
from forums.releases.shown import content_of
from forums.releases.snapshot import draft_of
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    ParticipationFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.releases.making import move, release
from tests.lib.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


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


WHO = "示例同事已在此期间发布第 1 版。请查看余下的变更，然后再次发布。"
SOMEBODY = "第 1 版已在此期间发布。请查看余下的变更，然后再次发布。"
NONE = "尚无任何发布版本。请再次查看草稿，然后发布第 1 版。"


@pytest.mark.parametrize(
    ("by", "expects", "sentence"), [("示例同事", 1, WHO), ("", 1, SOMEBODY), (None, 2, NONE)]
)
def test_who_looked_at_an_older_state_is_told_who_was_faster(forum, by, expects, sentence):
    """by: the name of who made the first release, "" for a machine, None where there is none."""
    if by is not None:
        release(forum.edition, by=UserFactory(name=by) if by else None)
        move(forum, "13:00", "14:00")
    with pytest.raises(ValidationError) as refusal:
        release(forum.edition, expects=expects)
    assert (refusal.value.code, refusal.value.messages) == ("stale", [sentence])
    assert Release.objects.count() == (by is not None)


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
