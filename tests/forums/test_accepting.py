"""A proposal becomes the programme: judged as a whole, what was overtaken stays, and the way back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import translation

from forums.models import ForumPart, MoveState, RuleSetting
from forums.operations import accepting
from forums.operations.accepting import accept_plan, undo_plan
from forums.operations.forums import cancel_forum
from forums.operations.relocating import move_part
from tests.forums.factories import (
    DAY,
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    VenueFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.planning import ready
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock
from waic.lib.locks import edition_lock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def weeks_before():
    with clock.frozen_at(at("09:00", DAY - timedelta(days=30))), translation.override("en"):
        yield


@pytest.fixture
def rooms():
    venue = VenueFactory(edition=EditionFactory(), name_en="Centre")
    return [RoomFactory(venue=venue, name_en=name) for name in ("Blue", "Red", "Green")]


@pytest.fixture
def by():
    return UserFactory()


def placed(*rooms):
    """The part of a published forum of its own in each room, 10:00–12:00."""
    return [published_forum(room).parts.get() for room in rooms]


def place(part):
    part.refresh_from_db()
    return part.room, part.starts_at, part.ends_at


def states(run):
    return list(run.moves.order_by("pk").values_list("state", flat=True))


# --- Accepting ----------------------------------------------------------------------------------


def test_a_proposal_that_waited_too_long_is_overtaken(rooms, by):
    forum = ForumFactory(edition=rooms[0].venue.edition, title_en="Sample")
    run = ready(forum.edition, (forum, rooms[0], "13:00", "15:00"))
    with clock.frozen_at(at("13:00")):
        answer = accept_plan(run, by=by)
    assert [move.note for move in answer.stale] == [
        "“Sample” would have to begin on 5 July 13:00, which is past by now. Plan again."
    ]
    assert (answer.done, ForumPart.objects.count()) == ([], 0)


def test_two_forums_change_rooms_and_their_agendas_come_along(rooms, by):
    one, other = placed(*rooms[:2])
    slot = timed_session(one.forum, "10:30", room=rooms[0]).slots.get()
    run = ready(one.forum.edition, (one, rooms[1], "13:00", "15:00"), (other, rooms[0], "10:00", "12:00"))  # fmt: skip
    answer = accept_plan(run, by=by)
    assert (len(answer.done), answer.stale, answer.refused) == (2, [], [])
    assert place(one) == (rooms[1], at("13:00"), at("15:00"))
    assert place(other) == (rooms[0], at("10:00"), at("12:00"))
    assert set(ForumPart.objects.values_list("holds_room", flat=True)) == {True}
    slot.refresh_from_db()
    assert (slot.room, slot.starts_at, slot.ends_at, slot.sequence) == (rooms[1], at("13:30"), at("14:00"), 1)  # fmt: skip
    one.forum.refresh_from_db()
    assert one.forum.starts_at == at("13:00")
    run.refresh_from_db()
    assert (run.state, states(run)) == ("accepted", ["accepted", "accepted"])
    assert {(m.decided_by, m.decided_at) for m in run.moves.all()} == {(by, clock.now())}


def test_morning_and_afternoon_of_one_forum_change_places_with_their_own_agendas(rooms, by):
    (morning,) = placed(rooms[0])
    afternoon = ForumPart.objects.create(
        forum=morning.forum, room=rooms[0], starts_at=at("13:00"), ends_at=at("15:00")
    )
    early = timed_session(morning.forum, "10:00", room=rooms[0]).slots.get()
    late = timed_session(morning.forum, "14:00", room=rooms[0]).slots.get()
    run = ready(morning.forum.edition, (morning, rooms[0], "13:00", "15:00"), (afternoon, rooms[0], "10:00", "12:00"))  # fmt: skip
    assert len(accept_plan(run, by=by).done) == 2
    for slot in (early, late):
        slot.refresh_from_db()
    assert (early.starts_at, late.starts_at) == (at("13:00"), at("11:00"))


def test_by_forum_and_then_the_rest(rooms, by):
    one, other = placed(*rooms[:2])
    new = ForumFactory(edition=one.forum.edition)
    run = ready(
        new.edition, (one, rooms[0], "13:00", "15:00"), (other, rooms[1], "14:00", "16:00"), (new, rooms[2], "09:00", "12:00"),
    )  # fmt: skip
    accept_plan(run, by=by, forums=[one.forum_id, ForumFactory().pk])
    assert states(run) == ["accepted", "proposed", "proposed"]
    assert place(other)[1] == at("10:00")
    answer = accept_plan(run, by=by)
    assert {move.forum for move in answer.done} == {other.forum, new}
    made = new.parts.get()
    assert (place(made), run.moves.get(forum=new).part) == ((rooms[2], at("09:00"), at("12:00")), made)  # fmt: skip


def test_what_was_moved_meanwhile_is_left_and_the_others_go_on(rooms, by):
    one, other, gone = placed(*rooms)
    called_off = published_forum()
    new = ForumFactory(edition=one.forum.edition)
    run = ready(
        one.forum.edition, (one, rooms[0], "13:00", "15:00"), (other, rooms[1], "13:00", "15:00"),
        (gone, rooms[2], "13:00", "15:00"), (called_off.parts.get(), rooms[2], "15:00", "17:00"), (new, rooms[2], "09:00", "09:30"),
    )  # fmt: skip
    move_part(one, room=rooms[0], starts_at=at("10:30"), ends_at=at("12:00"))
    gone.delete()
    cancel_forum(called_off, reason="示例")
    ForumPart.objects.create(forum=new, starts_at=at("09:00"), ends_at=at("10:00"))
    answer = accept_plan(run, by=by)
    assert [move.part for move in answer.done] == [other]
    assert states(run) == ["stale", "accepted", "stale", "stale", "stale"]
    assert place(one)[1] == at("10:30")
    titles = [f.title_en for f in (one.forum, gone.forum, called_off, new)]
    assert [move.note for move in run.moves.filter(state=MoveState.STALE).order_by("pk")] == [
        f"“{titles[0]}” has been moved meanwhile; it is at 5 July 10:30–12:00, Centre Blue now."
        " Plan again or move it by hand.",
        f"This part of “{titles[1]}” is not there any more.",
        f"“{titles[2]}” has been called off.",
        f"“{titles[3]}” has been given a place meanwhile.",
    ]


def test_a_room_that_somebody_took_meanwhile_is_refused_by_name(rooms, by):
    one, other = placed(*rooms[:2])
    run = ready(one.forum.edition, (one, rooms[2], "13:00", "15:00"), (other, rooms[1], "13:00", "15:00"))  # fmt: skip
    published_forum(rooms[2], "14:00", "16:00", title_en="Sample: the faster one")
    answer = accept_plan(run, by=by)
    assert ([m.part for m in answer.done], [m.part for m in answer.refused]) == ([other], [one])
    assert "Sample: the faster one" in answer.refused[0].note
    assert place(one) == (rooms[0], at("10:00"), at("12:00"))


@pytest.mark.parametrize("level", ["block_save", "off"])
def test_a_refusal_frees_no_room_for_the_others(rooms, by, level):
    """Who would have come into the refused one's room cannot come either, whichever way the room is kept."""
    one, other = placed(*rooms[:2])
    RuleSetting.objects.create(edition=one.forum.edition, rule="room-taken", level=level)
    run = ready(one.forum.edition, (one, rooms[2], "10:00", "12:00"), (other, rooms[0], "10:00", "12:00"))  # fmt: skip
    published_forum(rooms[2])
    assert accept_plan(run, by=by).done == []
    assert (place(one)[0], place(other)[0], states(run)) == (rooms[0], rooms[1], ["refused", "refused"])  # fmt: skip
    run.refresh_from_db()
    assert run.state == "ready"


def test_a_rule_that_refuses_is_held_against_all_moves_together(rooms, by):
    """Guest X is in two forums; both move to the afternoon one after the other: no clash at any moment."""
    one, other = placed(*rooms[:2])
    RuleSetting.objects.create(edition=one.forum.edition, rule="person-twice", level="block_save")
    other.starts_at, other.ends_at = at("13:00"), at("15:00")
    other.save()
    guest = SpeakerFactory(edition=one.forum.edition, name_en="Sample Guest")
    for part in (one, other):
        ParticipationFactory(forum=part.forum, speaker=guest)
    swap = ready(one.forum.edition, (one, rooms[0], "13:00", "15:00"), (other, rooms[1], "10:00", "12:00"))  # fmt: skip
    assert len(accept_plan(swap, by=by).done) == 2
    clash = ready(one.forum.edition, (ForumPart.objects.get(pk=one.pk), rooms[0], "11:00", "13:00"))
    [move] = accept_plan(clash, by=by).refused
    assert move.note.startswith("Sample Guest is in ")


def test_another_editions_forums_stay(rooms, by):
    (one,) = placed(rooms[0])
    far = published_forum(RoomFactory(venue__edition=EditionFactory(year=2031)), edition=EditionFactory(year=2031))  # fmt: skip
    before = place(far.parts.get())
    accept_plan(ready(one.forum.edition, (one, rooms[1], "10:00", "12:00")), by=by)
    assert place(far.parts.get()) == before


def test_a_page_that_is_old_and_a_run_without_a_proposal_are_refused(rooms, by):
    (one,) = placed(rooms[0])
    run = ready(one.forum.edition, (one, rooms[1], "10:00", "12:00"))
    with pytest.raises(ValidationError) as refusal:
        accept_plan(run, by=by, version=run.version + 1)
    assert refusal.value.code == "stale"
    with pytest.raises(ValidationError) as refusal:
        undo_plan(run, by=by)
    assert refusal.value.code == "not_allowed"
    assert place(one)[0] == rooms[0]


# --- Undoing ------------------------------------------------------------------------------------


def test_undoing_brings_back_what_nobody_moved_on(rooms, by):
    one, other = placed(*rooms[:2])
    new = ForumFactory(edition=one.forum.edition)
    run = ready(
        one.forum.edition, (one, rooms[1], "10:00", "12:00"), (other, rooms[0], "10:00", "12:00"), (new, rooms[2], "09:00", "12:00"),
    )  # fmt: skip
    accept_plan(run, by=by)
    answer = undo_plan(run, by=by)
    assert len(answer.done) == 3
    assert (place(one)[0], place(other)[0], new.parts.count()) == (rooms[0], rooms[1], 0)
    new.refresh_from_db()
    assert new.starts_at is None
    run.refresh_from_db()
    assert (run.state, states(run)) == ("ready", ["undone"] * 3)
    assert len(accept_plan(run, by=by).done) == 3


def test_undoing_leaves_what_was_moved_since(rooms, by):
    one, other = placed(*rooms[:2])
    run = ready(one.forum.edition, (one, rooms[0], "13:00", "15:00"), (other, rooms[1], "13:00", "15:00"))  # fmt: skip
    accept_plan(run, by=by)
    move_part(one, room=rooms[2], starts_at=at("13:00"), ends_at=at("15:00"))
    answer = undo_plan(run, by=by)
    assert ([m.part for m in answer.done], [m.part for m in answer.stale]) == ([other], [one])
    assert (place(one)[0], place(other)[1]) == (rooms[2], at("10:00"))
    run.refresh_from_db()
    assert (run.state, states(run)) == ("accepted", ["accepted", "undone"])


# --- A release meanwhile ------------------------------------------------------------------------


def race(run, by, monkeypatch):
    """How many moves a release sees that begins when the plan is half carried out."""
    half, seen, first = threading.Event(), [], []
    real = accepting._place_one

    def slowly(target, who):
        real(target, who)
        if not first:
            first.append(target)
            half.set()
            threading.Event().wait(0.3)

    def release():
        try:
            half.wait(20)
            with transaction.atomic():
                accepting.edition_lock(run.edition_id)
                seen.append(ForumPart.objects.filter(starts_at=at("13:00")).count())
        finally:
            connections.close_all()

    monkeypatch.setattr(accepting, "_place_one", slowly)
    with ThreadPoolExecutor(1) as pool:
        releasing = pool.submit(release)
        accept_plan(run, by=by)
        releasing.result(timeout=30)
    return seen[0]


@pytest.fixture
def two_moves(transactional_db):
    venue = VenueFactory(edition=EditionFactory())
    rooms = [RoomFactory(venue=venue) for _n in range(2)]
    one, other = placed(*rooms)
    return ready(one.forum.edition, (one, rooms[0], "13:00", "15:00"), (other, rooms[1], "13:00", "15:00"))  # fmt: skip


def test_a_release_waits_and_takes_the_whole_plan(two_moves, monkeypatch):
    assert accepting.edition_lock is edition_lock
    assert race(two_moves, UserFactory(), monkeypatch) == 2


def test_the_race_catches_an_edition_that_is_not_locked(two_moves, monkeypatch):
    monkeypatch.setattr(accepting, "edition_lock", lambda edition: None)
    assert race(two_moves, UserFactory(), monkeypatch) == 0


# --- Size ---------------------------------------------------------------------------------------


def test_the_effects_of_a_plan_take_a_fixed_number_of_queries(rooms, django_assert_max_num_queries):
    parts = placed(*rooms)
    for part in parts:
        timed_session(part.forum, "10:30", room=part.room)
    counts = []
    for count in (1, 3):
        run = ready(parts[0].forum.edition, *((p, p.room, "13:00", "15:00") for p in parts[:count]))
        moves = list(run.moves.select_related("forum", "part", "room"))
        with django_assert_max_num_queries(30) as queries:
            accepting.effects_of_plan(run, moves)
        counts.append(len(queries))
    assert counts[0] == counts[1]
