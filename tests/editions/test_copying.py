"""A new edition takes over what the old one was run with, and nothing of anybody's."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import ForeignKey
from django.urls import reverse

from awards.copying import prefix_for
from awards.models import Call, FormField, Stage
from exhibitors.models import Booth, ExhibitionCall
from forums.models import (
    ForumCall,
    ForumCriterion,
    ForumKind,
    ReleasePolicy,
    RuleSetting,
    StageRules,
)
from tests.awards.factories import CallFactory, EntryFactory
from tests.exhibitors.factories import ApplicationFactory
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    RoomFactory,
    SpeakerFactory,
    VenueFactory,
)
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import RegistrationFactory
from waic.editions.copying import copy_edition, next_of, preview_copy
from waic.editions.models import Edition, Hall, HallWalk, OpeningHours, Room, Venue
from waic.visitors.models import DayQuota, Gate, TicketType

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": date(2026, 7, 3), "ends_on": date(2026, 7, 5)}


@pytest.fixture
def old():
    """An edition of three days and a day of exhibition more, with one of everything."""
    edition = EditionFactory(
        year=2024, starts_on=date(2024, 7, 4), ends_on=date(2024, 7, 6), exhibition_ends_on=date(2024, 7, 7)
    )  # fmt: skip
    venue = VenueFactory(edition=edition)
    first, second = (Hall.objects.create(venue=venue, key=key, name_zh=key) for key in ("H1", "H2"))
    HallWalk.objects.create(start=first, end=second, minutes=4)
    RoomFactory(venue=venue, hall=second, capacity=300)
    for day in (4, 7):
        OpeningHours.objects.create(
            venue=venue, date=date(2024, 7, day), opens=time(9), closes=time(17)
        )
        DayQuota.objects.create(edition=edition, date=date(2024, 7, day), capacity=500, taken=20)
    Gate.objects.create(venue=venue, name_zh="示例口")
    TicketType.objects.create(edition=edition, key="day", name_zh="日票", name_en="Day", price=100)
    RuleSetting.objects.create(edition=edition, rule="room_taken", level="warn")
    ReleasePolicy.objects.create(edition=edition, quiet_minutes=7)
    StageRules.objects.create(
        edition=edition, slides_due_at=datetime(2024, 7, 1, 10, tzinfo=UTC), stream_hosts=["live.example.com"]
    )  # fmt: skip
    Booth.objects.create(hall=first, number="H1-A1", area=36)
    ExhibitionCall.objects.create(edition=edition, opens_at=datetime(2024, 3, 1, 1, tzinfo=UTC), closes_at=datetime(2024, 5, 1, 1, tzinfo=UTC))  # fmt: skip
    ForumFactory(edition=edition, kind=ForumKindFactory(edition=edition, key="theme"))
    call = ForumCall.objects.create(
        edition=edition, kind=ForumKind.objects.get(edition=edition),
        opens_at=datetime(2024, 2, 1, tzinfo=UTC), closes_at=datetime(2024, 3, 1, tzinfo=UTC), decide_by=date(2024, 3, 20),
    )  # fmt: skip
    ForumCriterion.objects.create(call=call, key="fit", name_zh="契合", weight=2)
    return edition


def new_edition(**changes):
    return Edition(**{"year": 2026, "name_zh": "示例大会", **DAYS, **changes})


def test_framework_is_taken_over_and_moved(old):
    new = new_edition(is_published=True)
    copy_edition(old, new)
    new.refresh_from_db()
    assert (new.is_published, new.is_current, new.is_archive) == (False, False, False)
    venue = Venue.objects.get(edition=new)
    room = Room.objects.get(venue=venue)
    assert (room.hall.key, room.hall.venue, room.capacity) == ("H2", venue, 300)
    assert room.code != Room.objects.get(venue__edition=old).code
    walk = HallWalk.objects.get(start__venue=venue)
    assert (walk.start.key, walk.end.key, walk.end.venue, walk.minutes) == ("H1", "H2", venue, 4)
    assert Booth.objects.get(hall__venue=venue).number == "H1-A1"
    assert Gate.objects.get(venue=venue).name_zh == "示例口"
    assert list(ForumKind.objects.filter(edition=new).values_list("key", flat=True)) == ["theme"]
    assert RuleSetting.objects.get(edition=new).level == "warn"
    assert ReleasePolicy.objects.get(edition=new).quiet_minutes == 7
    stage = StageRules.objects.get(edition=new)
    assert (stage.slides_due_at, stage.stream_hosts) == (
        datetime(2024, 7, 1, 10, tzinfo=UTC) + timedelta(days=729), ["live.example.com"],
    )  # fmt: skip
    for_forums = ForumCall.objects.get(edition=new)
    assert (for_forums.kind.edition, for_forums.decide_by) == (new, date(2026, 3, 19))
    assert for_forums.criteria.get().weight == 2
    call = ExhibitionCall.objects.get(edition=new)
    assert call.opens_at == datetime(2024, 3, 1, 1, tzinfo=UTC) + timedelta(days=729)


def test_a_day_after_the_new_last_day_is_left_out_and_nothing_is_taken(old):
    new = new_edition()
    copy_edition(old, new)
    hours = OpeningHours.objects.filter(venue__edition=new)
    assert [(h.date, h.opens) for h in hours] == [(date(2026, 7, 3), time(9))]
    quotas = DayQuota.objects.filter(edition=new).values_list("date", "capacity", "taken")
    assert list(quotas) == [(date(2026, 7, 3), 500, 0)]


def test_nothing_of_anybody_is_taken_over(old):
    """Whatever table reaches an edition: it is framework, or the new edition has no row of it."""
    SpeakerFactory(edition=old)
    ApplicationFactory(edition=old)
    RegistrationFactory(edition=old)
    EntryFactory(call=CallFactory(edition=old, prefix="SAIL2024"))
    new = new_edition()
    framework = set(copy_edition(old, new).counts)
    copied, looked_at = {Call, FormField, Stage}, 0
    assert copied <= framework
    for model in set(apps.get_models()) - framework:
        for field in model._meta.fields:
            if isinstance(field, ForeignKey) and field.related_model is Edition:
                looked_at += model._base_manager.filter(**{field.name: old}).exists()
                assert not model._base_manager.filter(**{field.name: new}).exists(), model
    assert looked_at >= 4
    call = Call.objects.get(edition=new)
    assert (call.prefix, call.last_number) == ("SAIL2026", 0)
    for model in copied - {Call}:
        theirs = model.objects.filter(call__edition=old).values_list("key", flat=True)
        assert list(model.objects.filter(call=call).values_list("key", flat=True)) == list(theirs)


def test_preview_writes_nothing(old):
    new = new_edition()
    counts = preview_copy(old, new).counts
    assert (counts[Hall], counts[Room], counts[OpeningHours]) == (2, 1, 1)
    assert not Edition.objects.filter(year=2026).exists()
    assert copy_edition(old, new).counts == counts


def test_next_year_begins_on_the_same_day_of_the_week(old):
    EditionFactory(year=2025)
    offered = next_of(old)
    assert offered["year"] == 2026
    assert offered["starts_on"].weekday() == old.starts_on.weekday()
    assert abs(offered["starts_on"].timetuple().tm_yday - old.starts_on.timetuple().tm_yday) < 4
    assert offered["exhibition_ends_on"] - offered["starts_on"] == timedelta(days=3)


def test_prefix_is_nobody_elses():
    CallFactory(prefix="SAIL2031")
    assert prefix_for("SAIL2024", 2031) == "SAIL2031X2"
    assert prefix_for("SAIL2024", 2032) == "SAIL2032"


# --- The page -----------------------------------------------------------------------------------


@pytest.fixture
def organiser(client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="organiser"))
    client.force_login(person)
    return client


def address(edition):
    return reverse("admin:editions_edition_copy", args=[edition.pk])


FORM = {"year": "2026", "name_zh": "示例大会", "city_zh": "上海", "city_en": "Shanghai", "starts_on": "2026-07-03", "ends_on": "2026-07-05"}  # fmt: skip


def test_organiser_sees_first_and_makes_then(organiser, old):
    assert organiser.get(address(old)).context["form"].initial["year"] == 2025
    seen = organiser.post(address(old), FORM)
    assert "展馆: <span" in seen.text.replace("：", ": ")
    assert not Edition.objects.filter(year=2026).exists()
    made = organiser.post(address(old), {**FORM, "make": ""})
    new = Edition.objects.get(year=2026)
    assert made.headers["Location"] == reverse("admin:editions_edition_change", args=[new.pk])
    # A double click: the year is taken, and the form says so.
    again = organiser.post(address(old), {**FORM, "make": ""})
    assert again.status_code == 400
    assert "year" in again.context["form"].errors


@pytest.mark.parametrize("bad", [{"year": "2024"}, {"year": "x"}, {"ends_on": "2026-07-01"}, {"starts_on": ""}, {"name_zh": "名" * 201}, {"name_zh": "a\x00"}])  # fmt: skip
def test_what_cannot_be_is_said_and_kept(organiser, old, bad):
    answer = organiser.post(address(old), {**FORM, **bad, "theme_zh": "已写的主题", "make": ""})
    assert answer.status_code == 400
    assert set(bad) <= set(answer.context["form"].errors) or answer.context["form"].errors
    assert "已写的主题" in answer.text
    assert Edition.objects.count() == 1


def test_other_desks_do_not_find_it(client, old):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    assert client.get(address(old)).status_code == 403
    assert client.post(address(old), {**FORM, "make": ""}).status_code == 403
