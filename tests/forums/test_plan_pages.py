"""The planner's pages at the programme desk: asking, watching, looking, accepting."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from forums.models import PlanRun, PlanState, PlanWish
from forums.operations.planning import stop_run
from forums.planner.explaining import SENTENCES, explain
from forums.workflow import PLAN
from tests.forums.factories import (
    DAY,
    ForumFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    published_forum,
)
from tests.forums.planning import queued, ready
from tests.forums.test_admin import sign_in
from tests.lib.factories import EditionFactory
from waic.lib import clock, jobs
from waic.lib.models import JobRun

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/forums/planrun/add/", "/admin/forums/planrun/"


@pytest.fixture(autouse=True)
def weeks_before(monkeypatch):
    monkeypatch.setattr(jobs, "wake_up", lambda pk: None)
    with clock.frozen_at(at("09:00", DAY - timedelta(days=30))):
        yield


@pytest.fixture
def desk(client):
    return sign_in(client, "programme")


@pytest.fixture
def run():
    """A proposal of two forums, one of them without a place yet."""
    rooms = [RoomFactory(venue__edition=EditionFactory(), name_zh=f"示例{n}厅") for n in "甲乙"]
    part = published_forum(rooms[0], title_zh="示例要动的论坛").parts.get()
    new = ForumFactory(edition=part.forum.edition, title_zh="示例新来的论坛")
    return ready(part.forum.edition, (part, rooms[1], "13:00", "15:00"), (new, rooms[0], "13:00", "16:00"))  # fmt: skip


def page_of(run):
    return reverse("admin:forums_planrun_change", args=[run.pk])


def told(page):
    return [str(message) for message in page.context["messages"]]


def test_the_button_of_the_forums_leads_to_the_planner(client, desk):
    assert client.get(reverse("admin:forums_forum_plan")).url == LIST


def test_asking_makes_a_run_and_leads_to_its_page(client, desk):
    edition = EditionFactory()
    answer = client.post(ADD, {"edition": edition.pk, "seconds": 30, "seed": 4})
    run = PlanRun.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(run))
    assert (run.edition, run.seconds, run.seed, run.requested_by) == (edition, 30, 4, desk)


@pytest.mark.parametrize("wrong", [{"seconds": "4"}, {"seconds": "many"}, {"seed": "-1"}, {"edition": "999999"}])  # fmt: skip
def test_bad_input_is_said_beside_the_field_and_kept(client, desk, wrong):
    asked = {"edition": EditionFactory().pk, "seconds": 77, "seed": 8} | wrong
    page = client.post(ADD, asked)
    assert page.status_code == 400
    assert list(page.context["form"].errors) == list(wrong)
    assert page.context["form"]["seed"].value() == str(asked["seed"])
    assert not PlanRun.objects.exists()


def test_a_second_run_is_refused_and_the_first_one_linked(client, desk):
    first = queued(EditionFactory())
    page = client.post(ADD, {"edition": first.edition_id, "seconds": 30, "seed": 4})
    assert page.status_code == 400
    assert page_of(first) in page.text
    assert "本届的排期计算正在进行" in page.text


def test_a_run_at_work_asks_for_itself_and_can_be_stopped(client, desk):
    run = queued(EditionFactory())
    PLAN.take(run, "begin")
    PlanRun.objects.update(price=7, bound=3, spent=2.5, progress=[[1, 9, 3], [2, 7, 3]])
    page = client.get(page_of(run))
    assert f'hx-get="{page_of(run)}"' in page.text
    part = client.get(page_of(run), headers={"HX-Request": "true"})
    assert next(t.name for t in part.templates) == "forums/desk/_plan_run.html"
    assert 'value="50"' in part.text
    stop = reverse("admin:forums_planrun_step", args=[run.pk, "stop"])
    run.refresh_from_db()
    assert client.post(stop, {"confirmed": 1, "version": run.version}).url == page_of(run)
    run.refresh_from_db()
    assert run.state == PlanState.STOPPING


def test_a_fragment_asks_for_the_whole_page_once_the_run_is_over(client, desk, run):
    assert client.get(page_of(run), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(page_of(run))


def test_a_lost_run_says_so_and_is_started_again(client, desk):
    run = queued(EditionFactory())
    again = reverse("admin:forums_planrun_again", args=[run.pk])
    assert again not in client.get(page_of(run)).text
    jobs.claim(run.job_id)
    PLAN.take(run, "begin")
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert again in client.get(page_of(run)).text
    client.post(again)
    run.refresh_from_db()
    assert run.state == PlanState.QUEUED
    assert "该计算仍在进行。" in told(client.post(again, follow=True))


def test_the_page_of_a_proposal_shows_figures_drawing_changes_and_wishes(client, desk, run):
    forum = run.moves.order_by("pk")[0].forum
    PlanWish.objects.create(run=run, wish="extra_room", cost=15, about={"wish": "extra_room", "cost": 15, "forums": [forum.pk]})  # fmt: skip
    page = client.get(page_of(run))
    assert [(f.title_zh, len(moves)) for f, moves in page.context["forums"]] == [("示例要动的论坛", 1), ("示例新来的论坛", 1)]  # fmt: skip
    assert page.context["wishes"] == [{"cost": 15, "sentence": "“示例要动的论坛”需要更换会议室。"}]
    kinds = [[bar.kind for bar in bars] for row in page.context["drawing"].rows for bars in (row.before, row.after)]  # fmt: skip
    assert kinds == [["from"], ["to"], [], ["to"]]
    assert (page.context["waiting"], page.context["accepted"], run.gap) == (2, 0, 20)


def test_a_proposal_takes_the_same_queries_for_one_move_and_for_three(client, desk, run):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(run)).status_code == 200
        return len(queries)

    wish = {"wish": "gap", "cost": 5, "forums": [run.moves.first().forum_id]}
    PlanWish.objects.create(run=run, wish="gap", cost=5, about=wish)
    count()
    two = count()
    more = [published_forum(RoomFactory(venue__edition=run.edition)).parts.get() for _n in range(4)]
    other = ready(run.edition, *((part, part.room, "14:00", "16:00") for part in more))
    other.moves.update(run=run)
    for part in more:
        PlanWish.objects.create(run=run, wish="gap", cost=5, about=wish | {"forums": [part.forum_id]})  # fmt: skip
    assert count() == two


def test_ticked_forums_are_accepted_and_the_rest_later_and_undone(client, desk, run):
    first, second = run.moves.order_by("pk")
    accept, undo = (reverse(f"admin:forums_planrun_{name}", args=[run.pk]) for name in ("accept", "undo"))  # fmt: skip
    assert "请先勾选" in told(client.post(accept, {"version": run.version}, follow=True))[0]
    page = client.post(accept, {"version": run.version, "forum": first.forum_id}, follow=True)
    assert told(page) == ["已执行 1 项调整。"]
    page = client.post(accept, {"version": run.version, "all": 1}, follow=True)
    assert told(page) == ["刚刚有人修改过。请刷新页面后再看一遍。"]
    page = client.post(accept, {"version": page.context["run"].version, "all": 1}, follow=True)
    assert (told(page), second.forum.parts.count()) == (["已执行 1 项调整。"], 1)
    page = client.post(undo, {"all": 1}, follow=True)
    assert (told(page), second.forum.parts.count()) == (["已撤回 2 项调整。"], 0)


@pytest.mark.parametrize("version", ["x", "-1", "9" * 12])
def test_a_made_up_version_is_a_sentence(client, desk, run, version):
    accept = reverse("admin:forums_planrun_accept", args=[run.pk])
    page = client.post(accept, {"version": version, "all": 1}, follow=True)
    assert page.status_code == 200
    assert len(told(page)) == 1
    assert run.moves.filter(state="accepted").count() == 0


def test_a_look_at_the_buttons_changes_nothing(client, desk, run):
    for name in ("accept", "undo", "again"):
        address = reverse(f"admin:forums_planrun_{name}", args=[run.pk])
        assert client.get(address).url == page_of(run)
    assert run.moves.filter(state="proposed").count() == 2


def test_other_desks_stay_outside(client, run):
    sign_in(client, "press")
    for address in (LIST, ADD, page_of(run)):
        assert client.get(address).status_code == 403
    for name in ("accept", "undo", "again"):
        assert client.post(reverse(f"admin:forums_planrun_{name}", args=[run.pk]), {"all": 1}).status_code == 403  # fmt: skip
    assert run.moves.filter(state="proposed").count() == 2


def test_a_run_that_is_not_there(client, desk):
    assert client.get(f"{LIST}999999/change/").url == "/admin/"
    assert client.post(f"{LIST}999999/accept/").status_code == 404


def test_a_waiting_run_is_given_up(client, desk):
    run = stop_run(queued(EditionFactory()))
    assert "尚未开始即已放弃" in client.get(page_of(run)).text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("wish", SENTENCES)
def test_every_broken_wish_is_explained_by_name(wish, language, django_assert_num_queries):
    forums = [ForumFactory(title_zh=f"示例{n}", title_en=f"Sample {n}") for n in (1, 2)]
    room, guest = RoomFactory(name_zh="示例红厅", name_en="Red"), SpeakerFactory(name_zh="示例贵宾", name_en="Guest")  # fmt: skip
    times = {"starts": at("10:00").isoformat(), "ends": at("12:00").isoformat()}
    row = {
        "wish": str(wish), "cost": 5, "forums": [f.pk for f in forums], "rooms": [room.pk, room.pk], "people": [f"s{guest.pk}", "u999999"],
        "minutes": 25, "needed": 40, "seats": 300, "capacity": 50, "title": "示例巡馆",
        "before": room.pk if wish == "talk_room" else list(times.values()), **times,
    }  # fmt: skip
    with translation.override(language), django_assert_num_queries(4):
        (text,) = explain([row])
    assert "%(" not in text
    assert ("Sample 1" in text, "示例1" in text) == (language == "en", language != "en")
    assert (text == SENTENCES[wish]) is False
