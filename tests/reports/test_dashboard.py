"""The front page of the desks: figures against targets, what waits, each leading to exactly the rows it counts."""

import pytest
from django.contrib.auth.models import Group

from awards.models import Award, Call, Entry
from exhibitors.models import Application, Exhibit, FirstLaunch
from forums.models import Feedback, ForumTask
from tests.forums.factories import ForumFactory, InvitationFactory, PartFactory, at
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.editions.models import Target
from waic.lib.models import JobRun
from waic.notifications.models import Message
from waic.reports.attention import WAITING
from waic.reports.targets import figures_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


def sign_in(client, *names):
    person = UserFactory(is_staff=True)
    person.groups.add(*Group.objects.filter(name__in=names))
    client.force_login(person)
    return person


@pytest.fixture
def organiser(client):
    person = sign_in(client)
    person.is_superuser = True
    person.save()
    return person


def application(edition, state):
    firm = OrganisationFactory()
    moment = None if state == "draft" else at("08:00")
    decided = at("09:00") if state == "approved" else None
    return Application.objects.create(
        edition=edition, organisation=firm, name_zh=firm.name_zh, state=state, submitted_at=moment, decided_at=decided
    )  # fmt: skip


def add_one_of_each(edition):
    """One row behind every line of the list, beside one that must stay out of it."""
    application(edition, "submitted")
    approved = application(edition, "approved")
    for state in ("claimed", "confirmed"):
        exhibit = Exhibit.objects.create(application=approved, name_zh=f"示例展品 {state}")
        FirstLaunch.objects.create(exhibit=exhibit, state=state)
    ForumFactory(edition=edition, state="review")
    PartFactory(forum__edition=edition)
    forum = ForumFactory(edition=edition, published=True)
    ForumFactory(edition=edition, published=True, is_online=True)
    InvitationFactory(
        forum=forum, state="sent", approved_at=at("08:00"), sent_at=at("08:00"), number="示例-1"
    )
    InvitationFactory(forum=forum)
    for urgent in (True, False):
        ForumTask.objects.create(forum=forum, invitation=InvitationFactory(forum=forum), is_urgent=urgent, opened_at=at("08:00"))  # fmt: skip
    for state in ("waiting", "shown"):
        Feedback.objects.create(forum=forum, rating=3, text="示例", state=state)
    award = Award.objects.create(key="sail", name_zh="示例奖", kind="award")
    call = Call.objects.create(
        award=award, edition=edition, opens_at=at("08:00"), closes_at=at("18:00"), prefix="S"
    )
    Entry.objects.create(call=call, title_zh="示例")
    for n, state in enumerate(({"state": "failed"}, {})):
        Message.objects.create(
            template="sample", cause=str(n), address="a@example.com", language="en", subject="s", text="t", html="h", **state
        )  # fmt: skip
        JobRun.objects.create(kind="sample", title="示例", **state)


def test_every_line_leads_to_the_rows_it_counts(client, organiser, edition):
    add_one_of_each(edition)
    ForumFactory(edition=EditionFactory(year=2025), state="review")
    lines = client.get("/admin/").context["waiting"]
    counted = {str(line["words"]): line["count"] for line in lines}
    assert {str(line.words): 1 for line in WAITING}.items() <= counted.items()
    for line in lines:
        page = client.get(line["link"])
        assert page.status_code == 200, (line["link"], page.headers)
        shown = (
            page.context["count"] if "groups" in page.context else page.context["cl"].result_count
        )
        assert shown == line["count"], line["link"]


def test_figures_against_targets_lead_to_their_rows(client, organiser, edition):
    application(edition, "approved")
    application(EditionFactory(year=2025), "approved")
    for key, value in (("exhibitors", 3), ("guests", 0), ("visitors", 10), ("unheard", 5)):
        Target.objects.create(
            edition=edition, key=key, name_zh=f"示例 {key}", name_en=key, value=value
        )
    figures = {f["name"]: f for f in client.get("/admin/").context["figures"]}
    assert [(f["value"], f["target"], f["percent"]) for f in figures.values()] == [
        (1, 3, 33),
        (0, 0, 100),
        (0, 10, 0),
    ]
    for figure in figures.values():
        assert client.get(figure["link"]).status_code == 200


def test_target_that_is_almost_reached_is_not_full(edition, organiser):
    Target.objects.create(edition=edition, key="area", name_zh="示例", value=1001)
    edition.floor_area = 1000
    assert [f["percent"] for f in figures_of(organiser, edition)] == [99]


@pytest.mark.parametrize(
    ("desk", "words"),
    [
        (
            "programme",
            {
                "已送审的论坛",
                "已发布但没有会议室的论坛",
                "未答复的邀请",
                "日程中需要看一看的地方",
                "紧急：论坛开始前一天内谢绝的嘉宾",
                "需要处理的主旨演讲谢绝",
                "待查看的观众评价",
            },
        ),
        ("exhibition", {"待审核的参展申请", "待确认的首发"}),
        ("awards", {"未提交的参评项目"}),
    ],
)
def test_desk_sees_what_waits_for_it_alone(client, edition, desk, words):
    add_one_of_each(edition)
    sign_in(client, desk)
    rooms = {"未能发出的消息", "失败的任务"}
    assert {
        str(line["words"]) for line in client.get("/admin/").context["waiting"]
    } - rooms == words


@pytest.mark.parametrize("year", ["", "x", "2024", "1999", "99999999999", "²"])
def test_odd_year_falls_back_to_the_current_edition(client, organiser, edition, year):
    page = client.get("/admin/", {"year": year})
    assert (page.status_code, page.context["edition"]) == (200, edition)


def test_front_page_without_any_edition(client, organiser):
    page = client.get("/admin/")
    assert (page.status_code, page.context["figures"], page.context["waiting"]) == (200, [], [])


def test_press_desk_has_no_lists_of_others(client, edition):
    add_one_of_each(edition)
    sign_in(client, "press")
    links = " ".join(line["link"] for line in client.get("/admin/").context["waiting"])
    assert "awards" not in links
    assert "exhibitors" not in links
