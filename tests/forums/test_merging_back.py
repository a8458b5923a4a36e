"""Taking merges back: slides, every relation there is, several merges on one another, and what has moved on since."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from forums.models import (
    SLIDES,
    Arrival,
    Consent,
    Participation,
    Slides,
    SlidesExtension,
    SlidesFile,
    Speaker,
    SpeakerMerge,
    Travel,
)
from forums.operations import merge_comparing, merge_moving, slides
from forums.operations.merge_comparing import conflicts
from forums.operations.merging import merge_speakers, undo_merge
from tests.awards.uploads import pdf_bytes
from tests.forums.factories import (
    DAY,
    ParticipationFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.test_merging import everything, give
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StepRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def days_before():
    with clock.frozen_at(at("08:00") - timedelta(days=5)):
        yield


@pytest.fixture
def twins():
    """Two entries of one person in the same session, and the session."""
    session = timed_session(published_forum(title_zh="示例论坛甲"), title_zh="示例演讲甲")
    entries = [
        ParticipationFactory(forum=session.forum, session=session, speaker__name_zh=name, role="keynote", order=n)
        for n, name in enumerate(("示例甲", "示例乙"), start=1)
    ]  # fmt: skip
    return *entries, session


def upload(place, name):
    file = SimpleUploadedFile(name, pdf_bytes())
    return slides.upload_slides(slides.contributions().get(pk=place.pk), file)


def all_slides():
    """Everything about slides that a person, the desk or the public can see."""
    rows = Slides.objects.order_by("code").values_list("pk", "code", "participation", "state", "released_at", "changed_at")  # fmt: skip
    files = SlidesFile.objects.order_by("file__name").values_list("slides", "number", "file__name")
    return list(rows), list(files)


def places():
    return sorted(Participation.objects.values_list("pk", "speaker", "session", "role", "order"))


# --- Every relation -----------------------------------------------------------------------------


def relations_to(model):
    """Names under which rows elsewhere point at a row, by a key or a list."""
    return {field.get_accessor_name() for field in model._meta.related_objects}


def test_merging_knows_every_relation_to_a_guest():
    """A new relation has to be moved, or named as one that stays; so has one to a guest's place in a forum."""
    known = {*merge_moving.RELATIONS, *merge_moving.MANY, *merge_comparing.STAYING}
    assert relations_to(Speaker) == known
    assert relations_to(Participation) == set(merge_moving.OF_A_PLACE)


def give_everything(speaker, word):
    """One row of each relation; `give` makes the others."""
    give(speaker, word)
    Consent.objects.create(speaker=speaker, kind="slides", is_given=True, answered_at=clock.now())
    Travel.objects.create(speaker=speaker, arrives_by=f"示例{word}")
    SlidesExtension.objects.create(speaker=speaker, until=at("09:00"), reason=f"示例{word}")
    Arrival.objects.create(speaker=speaker, date=DAY)


def rows_of(speaker):
    """{relation: keys}"""
    names = (*merge_moving.RELATIONS, *merge_moving.MANY)
    return {name: set(getattr(speaker, name).values_list("pk", flat=True)) for name in names}


def test_every_relation_moves_and_comes_back():
    kept = SpeakerFactory()
    gone = SpeakerFactory(edition=kept.edition)
    give_everything(gone, "乙")
    before = rows_of(gone)
    assert all(before.values())
    record = merge_speakers(kept, gone)
    assert (rows_of(kept), set().union(*rows_of(gone).values())) == (before, set())
    undo_merge(SpeakerMerge.objects.get(pk=record.pk))
    assert (rows_of(gone), set().union(*rows_of(kept).values())) == (before, set())


def test_what_both_have_is_told_before():
    kept = SpeakerFactory(name_zh="示例甲", user=UserFactory())
    gone = SpeakerFactory(edition=kept.edition, user=UserFactory())
    for speaker, word in ((kept, "甲"), (gone, "乙")):
        give_everything(speaker, word)
    assert conflicts(kept, gone) == [
        "两人都填了行程：保留示例甲的。", "两人都获准延期提交演示文稿：保留示例甲的。", "两人都有账号；其中一个账号将不再看到这份资料。",
    ]  # fmt: skip
    Consent.objects.create(speaker=gone, kind="slides", is_given=False, answered_at=clock.now())
    assert "两人对“公开发布演示文稿”的答复不同：以较新的答复为准。" in conflicts(kept, gone)
    undone = rows_of(kept), rows_of(gone)
    undo_merge(merge_speakers(kept, gone))
    assert (rows_of(kept), rows_of(gone)) == undone


# --- Slides -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["the one that goes", "both", "both, one public"])
def test_slides_go_back_with_the_place_they_belong_to(twins, who):
    ours, theirs, _session = twins
    upload(theirs, "b1.pdf"), upload(theirs, "b2.pdf")
    if who != "the one that goes":
        upload(ours, "a.pdf")
    if who == "both, one public":
        SLIDES.take(ours.slides, "release", by=UserFactory())
    before = all_slides(), places()
    record = merge_speakers(ours.speaker, theirs.speaker)
    names = [("b1.pdf", 1), ("b2.pdf", 2)] if who == "the one that goes" else [("a.pdf", 1), ("b1.pdf", 2), ("b2.pdf", 3)]  # fmt: skip
    merged = Slides.objects.get()
    assert (merged.participation, merged.state) == (ours, "kept")
    assert sorted(merged.files.values_list("file__name", "number")) == names
    undo_merge(SpeakerMerge.objects.get(pk=record.pk))
    assert (all_slides(), places()) == before


def test_slides_of_both_are_told_before_and_a_release_that_comes_back_is_on_record(twins):
    ours, theirs, _session = twins
    upload(ours, "a.pdf"), upload(theirs, "b.pdf")
    SLIDES.take(ours.slides, "release")
    assert conflicts(ours.speaker, theirs.speaker)[1:] == [
        "两人都为“示例演讲甲”提交了演示文稿：保留全部版本，重新发布后公众才能下载。"
    ]
    desk = UserFactory()
    undo_merge(merge_speakers(ours.speaker, theirs.speaker, by=desk), by=desk)
    steps = StepRecord.objects.of(ours.slides).order_by("pk").values_list("step", "by", "reason")
    assert list(steps) == [
        ("release", None, ""), ("replace", desk.pk, ""), ("release", desk.pk, "合并已撤销。")
    ]  # fmt: skip


@pytest.mark.parametrize("both", [False, True])
def test_a_newer_version_since_the_merge_keeps_it(twins, both):
    ours, theirs, _session = twins
    upload(theirs, "b.pdf")
    if both:
        upload(ours, "a.pdf")
    record = merge_speakers(ours.speaker, theirs.speaker)
    upload(ours, "c.pdf")
    before = all_slides(), places()
    assert code_of(record) == "changed"
    assert (all_slides(), places()) == before


def test_slides_stay_where_the_session_is_gone(twins):
    ours, theirs, session = twins
    other = ParticipationFactory(forum=session.forum, session=timed_session(session.forum, "11:00"), speaker=theirs.speaker)  # fmt: skip
    upload(other, "b.pdf")
    record = merge_speakers(ours.speaker, theirs.speaker)
    session.delete()
    undo_merge(record)
    assert list(Participation.objects.values_list("pk", "speaker")) == [
        (other.pk, theirs.speaker.pk)
    ]
    assert Slides.objects.get().participation == other


# --- Several merges -----------------------------------------------------------------------------


def code_of(record):
    with pytest.raises(ValidationError) as refusal:
        undo_merge(SpeakerMerge.objects.get(pk=record.pk))
    return refusal.value.code


@pytest.mark.parametrize("shape", ["two into one", "a chain"])
def test_merges_are_taken_back_one_after_the_other_from_the_last(shape):
    first = SpeakerFactory(name_en="")
    second, third = (SpeakerFactory(edition=first.edition, name_en=n) for n in ("B", "C"))
    for speaker, word in ((first, "甲"), (second, "乙"), (third, "丙")):
        give(speaker, word)
    before = [everything(s) for s in (first, second, third)]
    below = merge_speakers(first, second)
    above = (
        merge_speakers(first, third) if shape == "two into one" else merge_speakers(third, first)
    )
    assert code_of(below) == "later"
    undo_merge(SpeakerMerge.objects.get(pk=above.pk))
    undo_merge(SpeakerMerge.objects.get(pk=below.pk))
    assert [everything(s) for s in (first, second, third)] == before
    assert not Speaker.objects.exclude(merged_into=None).exists()


def test_a_change_between_two_merges_still_stands_in_the_way():
    first = SpeakerFactory()
    second, third = SpeakerFactory.create_batch(2, edition=first.edition)
    below = merge_speakers(first, second)
    Speaker.objects.filter(pk=first.pk).update(bio_zh="示例：后来改的", version=7)
    undo_merge(merge_speakers(first, third))
    assert code_of(below) == "changed"
