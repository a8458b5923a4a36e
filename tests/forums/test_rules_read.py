"""Facts for the rules come from the database: all of one edition, nothing of another, in a fixed number of queries."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forums.models import (
    Availability,
    ForumState,
    OrganisationRole,
    ProtocolItem,
    RuleLevel,
    RuleSetting,
    SlotState,
)
from forums.rules import Programme, check, settings_of
from forums.rules.engine import Setting, rules
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
from tests.forums.ruling import Wrong, make_wrong
from tests.lib.factories import EditionFactory, OrganisationFactory
from waic.editions.models import Hall, HallWalk, OpeningHours

pytestmark = pytest.mark.django_db


def everything_wrong(edition):
    """An edition that breaks every rule once or more; the edition."""
    venue = VenueFactory(edition=edition)
    OpeningHours.objects.create(venue=venue, date=DAY, opens=time(9), closes=time(18))
    halls = [Hall.objects.create(venue=venue, key=key, name_zh=key) for key in ("H1", "H2")]
    HallWalk.objects.create(start=halls[0], end=halls[1], minutes=10)
    small, large = (RoomFactory(venue=venue, hall=hall, capacity=50) for hall in halls)
    of = {"edition": edition}
    one = published_forum(large, "10:00", "12:00", theme="机器人", title_en="", language="en", **of)
    two = published_forum(small, "11:00", "13:00", theme="机器人", seats=60, **of)
    guest, institution = SpeakerFactory(edition=edition), OrganisationFactory()
    for forum in (one, two, published_forum(large, "13:05", "13:30", **of), published_forum(large, "13:35", "20:00", **of)):  # fmt: skip
        ParticipationFactory(forum=forum, speaker=guest)
        forum.forum_organisations.create(organisation=institution, role=OrganisationRole.HOST)
    timed_session(one, "11:30", room=small)
    timed_session(one, "12:30", room=large)
    for _n in range(2):
        timed_session(two, "11:00", room=small)
    ForumFactory(published=True, **of)
    published_forum(None, **of)
    Availability.objects.create(speaker=guest, starts_at=at("06:00"), ends_at=at("07:00"))
    tour = ProtocolItem.objects.create(edition=edition, title_zh="示例巡馆", starts_at=at("11:00"), ends_at=at("11:30"))  # fmt: skip
    tour.people.add(guest)
    RuleSetting.objects.create(edition=edition, rule="theme-parallel", level="warn", number=1)
    return edition


@pytest.fixture
def twins():
    """An edition, its facts before another one of the same kind came, and that other one."""
    edition = everything_wrong(EditionFactory())
    before = Programme.of(edition)
    return edition, before, everything_wrong(EditionFactory(year=2023))


def test_every_rule_finds_its_breach_in_the_database(twins):
    edition, before, _other = twins
    findings = check(Programme.of(edition), settings_of(edition))
    assert {f.rule for f in findings} == set(rules())
    assert findings == check(before, settings_of(edition))
    assert {pk for f in findings for pk in f.forums} <= set(edition.forums.values_list("pk", flat=True))  # fmt: skip


# Each reader without its edition: what the other one's rows would bring in.
READERS = [
    Wrong("", "reading.forums_of", "Forum.objects.of_edition(edition)", "Forum.objects.all()"),
    Wrong("", "reading.parts_of", "filter(forum__edition=edition)", "filter()"),
    Wrong("", "reading.slots_of", "filter(session__forum__edition=edition)", "filter()"),
    Wrong("", "reading.places_of", "filter(venue__edition=edition)", "filter()"),
    Wrong("", "reading.people_of", "forum__edition=edition, ", ""),
    Wrong("", "reading.names_of", "Speaker.objects.of_edition(edition)", "Speaker.objects.all()"),
    Wrong("", "reading.walks_of", "filter(start__venue__edition=edition)", "filter()"),
    Wrong("", "reading.hours_of", "filter(venue__edition=edition)", "filter()"),
    Wrong("", "reading.availability_of", "filter(speaker__edition=edition)", "filter()"),
    Wrong("", "reading.protocol_of", "filter(edition=edition)", "filter()"),
]


def test_another_editions_rows_change_nothing_and_a_reader_without_its_edition_is_noticed(twins):
    edition, before, _other = twins
    assert Programme.of(edition) == before
    for wrong in READERS:
        with pytest.MonkeyPatch.context() as patch:
            make_wrong(patch, wrong)
            assert Programme.of(edition) != before, wrong.where


def test_what_is_called_off_takes_no_part(twins):
    edition, before, _other = twins
    ForumFactory(edition=edition, state=ForumState.CANCELLED)
    session = timed_session(edition.forums.filter(parts__room__isnull=False).first(), "10:00")
    session.slots.update(state=SlotState.CANCELLED)
    assert Programme.of(edition) == before


def grown(count):
    edition = EditionFactory()
    for n in range(count):
        room = RoomFactory(venue__edition=edition)
        one = published_forum(room, f"{9 + n:02}:00", f"{9 + n:02}:50", edition=edition)
        session = timed_session(one, f"{9 + n:02}:00", room=room)
        ParticipationFactory(forum=one, session=session)
        ParticipationFactory(forum=one)
    return edition


def test_the_whole_programme_takes_a_fixed_number_of_queries():
    asked = []
    for count in (1, 3):
        edition = grown(count)
        with CaptureQueriesContext(connection) as captured:
            check(Programme.of(edition), settings_of(edition))
        asked.append(len(captured))
    assert asked == [12, 12]


def test_an_edition_has_its_own_levels_and_numbers():
    edition = EditionFactory()
    RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.BLOCK_RELEASE, number=40)  # fmt: skip
    RuleSetting.objects.create(edition=EditionFactory(year=2023), rule="walk", level=RuleLevel.OFF)
    settings = settings_of(edition)
    assert settings["turnover"] == Setting(RuleLevel.BLOCK_RELEASE, 40)
    assert settings["walk"] == Setting(RuleLevel.WARN, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.OFF)


@pytest.mark.parametrize("model", [Availability, ProtocolItem])
def test_a_time_that_ends_before_it_begins_is_refused(model):
    edition = EditionFactory()
    owner = (
        {"speaker": SpeakerFactory(edition=edition)}
        if model is Availability
        else {"edition": edition, "title_zh": "示例"}
    )
    row = model(starts_at=at("11:00"), ends_at=at("11:00"), **owner)
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
