"""The speakers' room: who is expected, found by name or pinyin, one tap, undo; two desks never write over one another."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forums.models import ARRIVAL, Arrival, StageRules, Travel
from forums.models.arrival import ArrivalState
from forums.operations import arrivals
from forums.operations.merging import merge_speakers
from tests.forums.factories import (
    DAY,
    ParticipationFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.test_seats import at_once
from tests.lib.factories import EditionFactory, UserFactory
from waic.accounts.desks import sync_desks
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.reports.attention import waiting_of

pytestmark = pytest.mark.django_db
PAGE = "/gate/arrivals/"


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:30")):
        yield


@pytest.fixture
def forum():
    return published_forum(title_zh="示例论坛甲", edition__is_current=True)


@pytest.fixture
def guest(forum):
    return speaking(forum, "10:00", "姚示例")


@pytest.fixture
def desk(client):
    return at_desk(client, "programme")


def speaking(forum, starts, name="示例嘉宾", **fields):
    """The speaker of a talk of that time."""
    session = timed_session(forum, starts, title_zh=f"示例演讲 {starts}")
    fields.setdefault("speaker__name_zh", name)
    return ParticipationFactory(forum=forum, session=session, **fields).speaker


def at_desk(client, group):
    sync_desks()
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    return person


def names(page):
    return [str(g.speaker.name_zh) for g in page.context["guests"]]


def tap(client, guest, what="arrive", query="", **more):
    return client.post(PAGE + query, {what: guest.code, **more})


# --- The list -----------------------------------------------------------------------------------


def test_the_list_is_of_one_day_in_order_of_time(client, desk, forum, guest):
    speaking(forum, "09:30", "示例早")
    speaking(
        published_forum(edition=forum.edition, day=DAY + timedelta(days=1)), "10:00", "示例今天"
    )
    ParticipationFactory(forum=forum, is_confirmed=False, speaker__name_zh="示例未确认")
    other_year = published_forum(edition=EditionFactory(year=2031))
    speaking(other_year, "10:00", "示例别届")
    page = client.get(PAGE)
    assert names(page) == ["示例早", "姚示例", "示例今天"]
    assert names(client.get(f"{PAGE}?day=2024-07-06")) == []
    for nonsense in ("x", "2031-01-01", "99999-99-99"):
        assert client.get(f"{PAGE}?day={nonsense}&forum=x&show=x").status_code == 200


def test_somebody_on_stage_twice_is_one_person(client, desk, forum, guest):
    session = timed_session(forum, "11:00", title_zh="示例圆桌")
    ParticipationFactory(forum=forum, session=session, speaker=guest)
    page = client.get(PAGE)
    assert names(page) == ["姚示例"]
    assert [r.session.title_zh for r in page.context["guests"][0].rows] == [
        "示例演讲 10:00",
        "示例圆桌",
    ]


@pytest.mark.parametrize(("text", "found"), [
    ("姚示", True), ("yaoshili", True), ("YAO shi", True), ("ysl", True), ("sample speaker", True), ("wang", False), ("' OR 1=1", False),
])  # fmt: skip
def test_people_are_found_by_name_pinyin_and_initials(client, desk, forum, text, found):
    speaking(forum, "10:00", "姚示例", speaker__name_en="Sample Speaker")
    speaking(forum, "10:30", "示例另一位", speaker__name_en="Another")
    assert names(client.get(PAGE, {"q": text})) == (["姚示例"] if found else [])


def test_a_forum_narrows_the_list_and_unknown_ones_are_empty(client, desk, forum, guest):
    other = published_forum(edition=forum.edition, title_zh="示例论坛乙")
    speaking(other, "10:00", "示例乙")
    assert names(client.get(PAGE, {"forum": other.code})) == ["示例乙"]
    assert names(client.get(PAGE, {"forum": "222222"})) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(client, desk, forum, count, django_assert_max_num_queries):  # fmt: skip
    for n in range(count):
        guest = speaking(forum, f"10:{n}0")
        Travel.objects.create(speaker=guest)
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        assert len(names(client.get(PAGE))) == count


# --- Taps ---------------------------------------------------------------------------------------


def test_one_tap_and_back_with_who_and_when(client, desk, guest):
    assert tap(client, guest, query="?show=all").status_code == 302
    row = Arrival.objects.get()
    assert (row.speaker, row.date, row.state, row.arrived_at) == (
        guest,
        DAY,
        "arrived",
        at("08:30"),
    )
    assert names(client.get(PAGE)) == []
    page = client.get(f"{PAGE}?show=arrived")
    assert names(page) == ["姚示例"]
    assert tap(client, guest, "undo", version=row.version).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.arrived_at) == ("expected", None)
    records = StepRecord.objects.of(row).order_by("pk").values_list("step", "by", "taken_at")
    assert list(records) == [("arrive", desk.pk, at("08:30")), ("undo", desk.pk, at("08:30"))]


def test_with_htmx_a_tap_answers_with_its_row(client, desk, guest):
    page = client.post(PAGE, {"arrive": guest.code}, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert f'id="guest-{guest.code}"' in page.text
    assert "姚示例已到。" in page.text
    assert "<html" not in page.text
    again = client.post(PAGE, {"arrive": guest.code}, headers={"HX-Request": "true"})
    assert "已于 08:30 登记" in again.text


def test_an_undo_of_what_a_colleague_changed_is_refused(client, desk, guest):
    tap(client, guest)
    seen = Arrival.objects.get().version
    arrivals.undo_arrival(Arrival.objects.get(), by=UserFactory())
    arrivals.note_arrival(guest, DAY, by=UserFactory())
    for version in (seen, "", "x", "9" * 30):
        tap(client, guest, "undo", version=version)
        assert Arrival.objects.get().state == "arrived"


def test_an_undo_of_somebody_who_never_came_says_so(client, desk, guest):
    for version in ("0", "1", ""):
        assert tap(client, guest, "undo", version=version).status_code < 500
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("code", ["222222", "", "x" * 500, "\x00"])
def test_nobody_and_strangers_cannot_arrive(client, desk, forum, code):
    assert client.post(PAGE, {"arrive": code}).status_code == 404
    with pytest.raises(ValidationError) as refusal:
        arrivals.note_arrival(SpeakerFactory(edition=forum.edition), DAY)
    assert refusal.value.code == "not_expected"
    assert not Arrival.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_desks_at_once_note_one_arrival(guest):
    def one(n, start):
        start.wait()
        return arrivals.note_arrival(guest, DAY)[1]

    assert sorted(at_once(6, one)) == [False] * 5 + [True]
    assert StepRecord.objects.of(Arrival.objects.get()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_tap_would_write_twice(guest):
    """Reading the state and then writing it, as no tap does."""
    row = Arrival.objects.create(speaker=guest, date=DAY)

    def one(n, start):
        seen = Arrival.objects.get(pk=row.pk)
        start.wait()
        if seen.state == ArrivalState.EXPECTED:
            Arrival.objects.filter(pk=row.pk).update(state="arrived", arrived_at=clock.now())
            return True
        return False

    assert at_once(3, one).count(True) > 1


@pytest.mark.parametrize("before", ArrivalState.values)
def test_every_step_from_every_state(guest, before):
    allowed = {("arrive", "expected"): "arrived", ("undo", "arrived"): "expected"}
    for step in ("arrive", "undo"):
        Arrival.objects.all().delete()
        row = Arrival.objects.create(
            speaker=guest, date=DAY, state=before, arrived_at=clock.now() if before == "arrived" else None
        )  # fmt: skip
        if (step, before) in allowed:
            changes = {"arrived_at": None} if step == "undo" else {}
            assert ARRIVAL.take(row, step, **changes).state == allowed[step, before]
        else:
            with pytest.raises(ValidationError):
                ARRIVAL.take(row, step)


def test_the_database_keeps_one_row_a_day_with_its_time(guest):
    Arrival.objects.create(speaker=guest, date=DAY)
    for wrong in ({"date": DAY}, {"date": DAY + timedelta(days=1), "state": "arrived"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Arrival.objects.create(speaker=guest, **wrong)


# --- Who reads it -------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["exhibition", "visitors", "gate", "press", "awards"])
def test_other_desks_do_not_see_the_list(client, guest, group):
    at_desk(client, group)
    assert client.get(PAGE).status_code == 403
    assert tap(client, guest).status_code == 403
    assert not Arrival.objects.exists()


def test_travel_is_a_link_for_its_desk_and_nothing_of_it_stands_here(client, desk, guest):
    row = Travel.objects.create(speaker=guest, hotel="示例金丝雀")
    page = client.get(PAGE)
    assert reverse("admin:forums_travel_change", args=[row.pk]) in page.text
    assert "金丝雀" not in page.text
    assert not StepRecord.objects.of(row).exists()


# --- Who should be here -------------------------------------------------------------------------


def attention(person, edition):
    """{address: count} of what waits for the desk."""
    return {line["link"]: line["count"] for line in waiting_of(person, edition)}


@pytest.mark.parametrize(("moment", "late"), [("09:29", False), ("09:30", True), ("10:29", True), ("10:30", False)])  # fmt: skip
def test_who_is_not_here_before_their_time_needs_attention(client, desk, forum, guest, moment, late):  # fmt: skip
    StageRules.objects.create(edition=forum.edition, arrival_minutes=30)
    link = f"{PAGE}?show=late"
    with clock.frozen_at(at(moment)):
        assert attention(desk, forum.edition).get(link) == (1 if late else None)
        assert names(client.get(link)) == (["姚示例"] if late else [])
        arrivals.note_arrival(guest, DAY)
        assert link not in attention(desk, forum.edition)
        assert names(client.get(link)) == []


def test_a_merge_keeps_one_arrival_a_day(forum, guest):
    twin = speaking(forum, "11:00", "示例双")
    for person in (guest, twin):
        arrivals.note_arrival(person, DAY)
    merge_speakers(guest, twin)
    assert list(Arrival.objects.filter(speaker=guest).values_list("date", "state")) == [
        (DAY, "arrived")
    ]
