"""An edition asked of the planner: what moves, what stays, what is said. Nothing is saved."""

from datetime import time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from forums.models import Availability, Participation, ProtocolItem, RuleSetting
from forums.planner.plan import Place, Plan
from forums.planner.posing import FRAMING, weight_of
from forums.planner.problem import BAN, DEAR
from forums.planner.programme import Programme
from forums.planner.proposal import propose, settled
from forums.planner.wishes import Wish, faults, price_of
from tests.forums.factories import (
    DAY,
    ForumFactory,
    ForumKindFactory,
    PartFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    VenueFactory,
    at,
    timed_session,
)
from tests.lib.factories import EditionFactory
from waic.editions.models import Hall, HallWalk, OpeningHours
from waic.lib import clock

pytestmark = pytest.mark.django_db
BEFORE = at("09:00", DAY - timedelta(days=30))


@pytest.fixture(autouse=True)
def weeks_before():
    with clock.frozen_at(BEFORE), translation.override("en"):
        yield


@pytest.fixture
def edition():
    return EditionFactory(starts_on=DAY, ends_on=DAY, exhibition_ends_on=None)


@pytest.fixture
def venue(edition):
    venue = VenueFactory(edition=edition, name_en="Centre")
    OpeningHours.objects.create(venue=venue, date=DAY, opens=time(9), closes=time(17))
    return venue


def planned(edition):
    proposal = propose(edition, seconds=10, workers=1)
    assert list(faults(Programme(edition).problem, proposal.outcome.plan)) == []
    return proposal


def moves(proposal):
    return [(m.forum, m.part, m.room, m.starts_at, m.ends_at) for m in proposal.moves]


def test_a_programme_without_a_wish_broken_stays(edition, venue):
    PartFactory(
        forum__edition=edition,
        room=RoomFactory(venue=venue),
        starts_at=at("13:50"),
        ends_at=at("16:20"),
    )
    proposal = planned(edition)
    assert (proposal.moves, proposal.sentences, proposal.outcome.price) == ([], [], 0)


def test_forums_of_one_theme_come_one_after_the_other(edition, venue):
    room, other = RoomFactory(venue=venue), RoomFactory(venue=venue)
    one = PartFactory(forum__edition=edition, forum__theme="robots", room=room)
    draft = ForumFactory(edition=edition, theme="robots")
    two = PartFactory(forum=draft, room=other)
    PartFactory(forum__theme="robots")  # another edition's
    proposal = planned(edition)
    # The draft moves, because nobody knows of it yet; two hours in the afternoon.
    [(forum, part, place, starts, ends)] = moves(proposal)
    assert (forum, part, place) == (draft, two, other)
    assert starts >= at("12:30")
    assert ends - starts == timedelta(hours=2)
    assert ends <= at("17:00")
    two.refresh_from_db()
    assert (one.starts_at, two.starts_at) == (at("10:00"), at("10:00"))


@pytest.mark.parametrize(("level", "price"), [("block_release", BAN), ("warn", DEAR), ("off", 0)])
def test_a_guest_of_two_forums_is_given_time_to_walk(edition, venue, level, price):
    RuleSetting.objects.create(edition=edition, rule="walk", level=level)
    halls = [Hall.objects.create(venue=venue, key=key, name_zh=key) for key in ("H1", "H2")]
    HallWalk.objects.create(start=halls[0], end=halls[1], minutes=12)
    guest = SpeakerFactory(edition=edition)
    parts = []
    for hall, start, end in zip(halls, ("13:00", "15:00"), ("15:00", "17:00"), strict=True):
        room = RoomFactory(venue=venue, hall=hall)
        parts.append(
            PartFactory(forum__edition=edition, room=room, starts_at=at(start), ends_at=at(end))
        )
        Participation.objects.create(forum=parts[-1].forum, speaker=guest)
    assert price_of(Programme(edition).problem, Programme(edition).current) == price
    proposal = planned(edition)
    assert bool(proposal.moves) == bool(price)
    assert (proposal.outcome.price, proposal.outcome.is_optimal) == (0, True)


@pytest.mark.parametrize(("level", "price"), [("block_save", BAN), ("warn", 30), ("off", 0)])
def test_a_room_is_changed_over_between_two_forums(edition, venue, level, price):
    RuleSetting.objects.create(edition=edition, rule="turnover", level=level, number=20)
    room = RoomFactory(venue=venue)
    ends = PartFactory(
        forum__edition=edition, room=room, starts_at=at("09:00"), ends_at=at("12:25")
    )
    begins = PartFactory(
        forum__edition=edition, room=room, starts_at=at("12:30"), ends_at=at("14:00")
    )
    before = Programme(edition)
    assert price_of(before.problem, before.current) == price
    proposal = planned(edition)
    assert (proposal.outcome.price, proposal.outcome.is_optimal) == (0, True)
    if not price:
        assert proposal.moves == []
        return
    [move] = proposal.moves
    assert (move.part, move.room) == (begins, room)
    assert at("12:45") <= move.starts_at
    assert ends.ends_at + timedelta(minutes=20) <= move.starts_at


def test_a_turnover_that_cannot_be_had_is_explained(edition, venue):
    room = RoomFactory(venue=venue)
    forums = [ForumFactory(edition=edition, title_en=f"Sample {n}") for n in "AB"]
    PartFactory(forum=forums[0], room=room, starts_at=at("09:00"), ends_at=at("12:30"))
    PartFactory(forum=forums[1], room=room, starts_at=at("12:30"), ends_at=at("17:00"))
    proposal = planned(edition)
    assert (proposal.moves, proposal.outcome.price) == ([], 30)
    assert proposal.sentences == [
        f"{room}: “Sample B” begins 0 minutes after “Sample A” ends (5 July 12:30–17:00); 15 are needed to change over."
    ]
    with clock.frozen_at(at("10:00")):  # the first one has begun and stays
        late = propose(edition, seconds=10, workers=1)
    assert ([part.forum for part in late.staying], late.sentences) == (
        forums[:1],
        proposal.sentences,
    )


@pytest.mark.parametrize(("level", "price"), [("block_save", BAN), ("warn", DEAR), ("off", 0)])
def test_a_guest_is_planned_within_the_hours_they_gave(edition, venue, level, price):
    RuleSetting.objects.create(edition=edition, rule="person-away", level=level)
    part = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))
    guest = SpeakerFactory(edition=edition)
    ParticipationFactory(forum=part.forum, speaker=guest)
    for since, until in (("13:00", "14:00"), ("14:00", "16:00")):
        Availability.objects.create(speaker=guest, starts_at=at(since), ends_at=at(until))
    assert price_of(Programme(edition).problem, Programme(edition).current) == price
    proposal = planned(edition)
    if not price:
        assert proposal.moves == []
        return
    [move] = proposal.moves
    assert move.part == part
    assert at("13:00") <= move.starts_at
    assert move.ends_at <= at("16:00")


def test_a_guest_is_needed_for_the_own_talk_alone(edition, venue):
    part = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))  # 10:00–12:00
    guest = SpeakerFactory(edition=edition)
    talk = timed_session(part.forum, "11:30", 30)
    ParticipationFactory(forum=part.forum, session=talk, speaker=guest)
    Availability.objects.create(speaker=guest, starts_at=at("11:30"), ends_at=at("17:00"))
    assert planned(edition).moves == []
    Availability.objects.update(starts_at=at("11:45"))
    [move] = planned(edition).moves
    assert move.starts_at >= at("10:15")


@pytest.mark.parametrize(("minutes", "moves"), [(0, 0), (30, 1)])
def test_who_is_on_the_protocol_list_is_not_on_a_stage_then(edition, venue, minutes, moves):
    RuleSetting.objects.create(
        edition=edition, rule="protocol", level="block_release", number=minutes
    )
    part = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))  # 10:00–12:00
    guest = SpeakerFactory(edition=edition)
    ParticipationFactory(forum=part.forum, speaker=guest)
    item = ProtocolItem.objects.create(
        edition=edition, title_zh="示例巡馆", starts_at=at("09:00"), ends_at=at("10:00")
    )
    item.people.add(guest)
    assert len(planned(edition).moves) == moves
    item.starts_at, item.ends_at = at("11:00"), at("13:00")
    item.save()
    [move] = planned(edition).moves
    margin = timedelta(minutes=minutes)
    assert move.ends_at <= at("11:00") - margin or at("13:00") + margin <= move.starts_at


def test_a_forum_without_a_place_gets_one_where_it_fits(edition, venue):
    RoomFactory(venue=venue, capacity=50)
    large = RoomFactory(venue=venue, capacity=300)
    RoomFactory(venue=venue, allows_parallel=True)
    forum = ForumFactory(edition=edition, seats=200)
    ForumFactory(edition=edition, is_online=True)
    ForumFactory(edition=edition, state="cancelled")
    [(found, part, room, starts, ends)] = moves(planned(edition))
    assert (found, part, room, ends - starts) == (forum, None, large, timedelta(hours=3))
    assert forum.parts.count() == 0


@pytest.mark.parametrize(("now", "earliest"), [("08:59", "09:00"), ("09:20", "12:30")])
def test_nothing_is_put_into_a_half_of_a_day_that_runs(edition, venue, now, earliest):
    RoomFactory(venue=venue)
    ForumFactory(edition=edition)  # three hours long
    other = RoomFactory(venue=venue)
    later = PartFactory(forum__edition=edition, room=other, starts_at=at("11:10"), ends_at=at("12:10"))  # fmt: skip
    with clock.frozen_at(at(now)):
        [move] = planned(edition).moves
    assert move.starts_at >= at(earliest)
    assert later not in [move.part]


@pytest.mark.parametrize(("kind", "stays"), [("opening", True), ("closing", True), ("theme", False)])  # fmt: skip
def test_days_are_planned_around_the_opening_and_the_closing(edition, venue, kind, stays):
    """Once it has a room; until then its half of a day is worth ten times another's."""
    kind = ForumKindFactory(edition=edition, key=kind)
    frame = PartFactory(forum__edition=edition, forum__kind=kind, room=RoomFactory(venue=venue))
    roomless = PartFactory(forum__edition=edition, forum__kind=kind, room=None)
    assert (frame in Programme(edition).staying) == stays
    assert (weight_of(roomless.forum) == FRAMING) == stays


def test_a_forum_that_knows_its_hour_gets_a_room_at_that_hour(edition, venue):
    """Whoever has announced ten past two is not moved to half past twelve for want of a room."""
    room = RoomFactory(venue=venue)
    PartFactory(forum__edition=edition, room=room, starts_at=at("09:30"), ends_at=at("11:00"))
    part = PartFactory(
        forum__edition=edition, room=None, starts_at=at("14:10"), ends_at=at("16:10")
    )
    [move] = moves(planned(edition))
    assert move == (part.forum, part, room, at("14:10"), at("16:10"))


def test_parts_go_back_to_their_hours_one_after_the_other(edition, venue):
    """The first is in the second one's way until that one has gone back itself."""
    room = RoomFactory(venue=venue)
    forum = ForumFactory(edition=edition)
    hours = (("13:00", "14:00"), ("15:00", "16:00"))
    parts = [
        PartFactory(forum=forum, room=room, starts_at=at(start), ends_at=at(end))
        for start, end in hours
    ]
    programme = Programme(edition)
    home = programme.current
    (block, number, _slot), _other = home.values()
    # Each an hour late: the first ends where the second begins today's hour.
    late = Plan({0: Place(block, number, home[1].slot - 2), 1: Place(block, number, home[1].slot + 2)})  # fmt: skip
    assert settled(programme, late) == home
    assert [part.pk for part in parts] == [part.pk for _forum, part in programme.items]


def test_what_the_planner_cannot_place_well_stays(edition, venue):
    room = RoomFactory(venue=venue)
    morning = PartFactory(
        forum__edition=edition, room=room, starts_at=at("09:00"), ends_at=at("10:00")
    )
    shared = PartFactory(
        forum__edition=edition, room=room, starts_at=at("10:00"), ends_at=at("11:00")
    )
    day = PartFactory(
        forum__edition=edition,
        room=RoomFactory(venue=venue),
        starts_at=at("10:00"),
        ends_at=at("17:00"),
    )
    late = PartFactory(
        forum__edition=edition, room=room, starts_at=at("18:00"), ends_at=at("19:00")
    )
    proposal = planned(edition)
    assert {part.pk for part in proposal.staying} == {morning.pk, shared.pk, day.pk, late.pk}
    assert proposal.moves == []


def test_a_part_that_has_begun_stays_and_its_guest_is_there(edition, venue):
    guest = SpeakerFactory(edition=edition)
    begun = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))
    later = PartFactory(
        forum__edition=edition,
        room=RoomFactory(venue=venue),
        starts_at=at("11:00"),
        ends_at=at("12:00"),
    )
    for part in (begun, later):
        Participation.objects.create(forum=part.forum, speaker=guest)
    with clock.frozen_at(at("10:30")):
        proposal = planned(edition)
    assert proposal.staying == [begun]
    assert [move.part for move in proposal.moves] == [later]


def test_a_venue_that_closes_early_takes_nothing_then(edition, venue):
    closed = VenueFactory(edition=edition)
    OpeningHours.objects.create(venue=closed, date=DAY, opens=time(9), closes=time(12, 30))
    RoomFactory(venue=closed)
    room = RoomFactory(venue=venue)
    forums = ForumFactory.create_batch(3, edition=edition)
    proposal = planned(edition)
    assert {move.forum for move in proposal.moves} == set(forums)
    assert {move.room for move in proposal.moves if move.starts_at >= at("12:30")} == {room}


def test_what_finds_no_place_is_said(edition, venue):
    RoomFactory(venue=venue)
    ForumFactory.create_batch(3, edition=edition)
    proposal = propose(edition, seconds=10, workers=1)
    assert len(proposal.moves) == 2
    assert [row["wish"] for row in proposal.told] == [Wish.UNPLACED]
    assert proposal.sentences[0].startswith("No place was found for “Sample forum")


def test_two_guests_of_one_name_are_two(edition, venue):
    for _n in range(2):
        part = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))
        guest = SpeakerFactory(edition=edition, name_zh="示例嘉宾", name_en="")
        Participation.objects.create(forum=part.forum, speaker=guest)
    assert planned(edition).moves == []


@pytest.mark.parametrize("count", [1, 3])
def test_an_edition_is_read_in_a_fixed_number_of_queries(
    edition, venue, count, django_assert_num_queries
):
    for _n in range(count):
        part = PartFactory(forum__edition=edition, room=RoomFactory(venue=venue))
        Participation.objects.create(forum=part.forum, speaker=SpeakerFactory(edition=edition))
    with django_assert_num_queries(16):
        assert len(Programme(edition).problem.talks) == count


def test_command_prints_the_proposal(edition, venue):
    room = RoomFactory(venue=venue, name_en="Blue room")
    PartFactory(forum__edition=edition, forum__theme="robots", room=room)
    forum = ForumFactory(edition=edition, theme="robots", title_en="Robots walk")
    out = StringIO()
    call_command(
        "plan_schedule",
        edition.year,
        "--seconds=10",
        "--workers=1",
        "--language=en",
        stdout=out,
        stderr=StringIO(),
    )
    first, move, *rest = out.getvalue().splitlines()
    assert first == "Moves: 1. Price 0, no plan is below 0."
    assert move.startswith("  Robots walk → 07-05 1")
    assert move.endswith("Centre Blue room")
    assert rest == []
    assert forum.parts.count() == 0


def test_command_knows_only_editions_that_exist():
    with pytest.raises(CommandError):
        call_command("plan_schedule", 1999)
