"""The programme: day tabs, filters in the address, a grid of rooms by time and a list, nonsense that breaks nothing."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from forums.operations.forums import publish_forum
from forums.programme import Item, clamp, items_of, lanes, lay_out
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    HonourFactory,
    PartFactory,
    ParticipationFactory,
    RoomFactory,
    VenueFactory,
    at,
    placed,
    published_forum,
)
from tests.lib.factories import EditionFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db

ADDRESS = "/2024/programme/"
FOURTH, FIFTH = date(2024, 7, 4), date(2024, 7, 5)


@pytest.fixture(autouse=True)
def during_the_conference():
    with clock.frozen_at(at("10:24")):
        yield


@pytest.fixture
def edition():
    return EditionFactory()


def titles(page):
    """Titles on the page, in order, each once."""
    assert page.status_code == 200
    context = page.context
    items = [*context["all_day"], *context["timed"], *context["untimed"]]
    html = page.text.replace("<wbr>", "")
    assert all(f">{i.forum.title_zh}<" in html for i in items)
    return [i.forum.title_zh for i in items]


def found(client, query=""):
    return titles(client.get(f"{ADDRESS}?{query}"))


# --- Days ---------------------------------------------------------------------------------------


def test_the_page_opens_on_today_and_counts_each_day(client, edition):
    published_forum(title_zh="示例：昨天", day=FOURTH)
    published_forum(title_zh="示例：今天")
    ForumFactory(published=True, title_zh="示例：今天某时", date=FIFTH)
    placed(ForumFactory(title_zh="示例：草稿"))
    placed(ForumFactory(title_zh="示例：取消", state="cancelled", published_at=at("09:00")))
    page = client.get(ADDRESS)
    assert titles(page) == ["示例：今天", "示例：今天某时"]
    assert [(d["date"].day, d["count"], d["is_today"]) for d in page.context["days"]] == [
        (4, 1, False), (5, 2, True), (6, 0, False),
    ]  # fmt: skip
    assert re.search(r'href="\?day=2024-07-05"[^>]*aria-current="page"', page.text)
    assert found(client, "day=2024-07-04") == ["示例：昨天"]
    assert "没有" in client.get(f"{ADDRESS}?day=2024-07-06").text


def test_before_and_after_the_conference_it_opens_on_the_first_day(client, edition):
    for view, days in (("grid", -30), ("list", 30)):
        with clock.frozen_at(at("10:00") + timedelta(days=days)):
            assert client.get(f"{ADDRESS}?view={view}").context["filters"].day == FOURTH


def test_a_forum_of_two_days_stands_on_both(client, edition):
    forum = published_forum(day=FOURTH)
    placed(forum)
    for day in ("04", "05"):
        assert found(client, f"day=2024-07-{day}") == [forum.title_zh]


def test_an_evening_in_shanghai_belongs_to_its_own_day(client, edition):
    published_forum(starts="23:00", ends="23:59", title_zh="示例：晚间")
    published_forum(starts="00:10", ends="01:00", title_zh="示例：凌晨")
    assert found(client) == ["示例：凌晨", "示例：晚间"]


def test_main_forums_come_first_at_the_same_time(client, edition):
    published_forum(title_zh="示例：行业")
    published_forum(title_zh="示例：主论坛", kind=ForumKindFactory(key="main", is_main=True))
    assert found(client) == ["示例：主论坛", "示例：行业"]


# --- Filters ------------------------------------------------------------------------------------


@pytest.fixture
def forums(edition):
    """Three forums that differ in everything a reader filters by."""
    theme = ForumKindFactory(key="theme", name_zh="主题论坛")
    halls = [RoomFactory(venue=VenueFactory(name_zh=f"示例{x}馆")) for x in "甲乙"]
    first = published_forum(halls[0], "10:00", "11:00", title_zh="示例：具身智能", language="zh", kind=theme)  # fmt: skip
    second = published_forum(halls[1], "10:30", "12:00", title_zh="示例：大模型", language="zh,en")
    third = published_forum(None, "14:00", "15:00", title_zh="示例：治理", interpretation="en")
    HonourFactory(speaker=ParticipationFactory(forum=first).speaker)
    HonourFactory(
        speaker=ParticipationFactory(forum=third).speaker, kind="academician", name_zh="院士"
    )
    ParticipationFactory(forum=second, speaker__name_zh="示例姚先生")
    for forum in (first, second, third):
        forum.state = "review"
        forum.save()
        publish_forum(forum)
    return first, second, third


ONE, TWO, THREE = "示例：具身智能", "示例：大模型", "示例：治理"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=theme", [ONE]),
        ("kind=theme&kind=industry", [ONE, TWO, THREE]),
        ("language=en", [TWO, THREE]),
        ("honour=laureate", [ONE]),
        ("honour=turing", [ONE]),
        ("honour=academician", [THREE]),
        ("now=on", [ONE]),
        (f"q={quote('具身智能')}", [ONE]),
        (f"q={quote('姚先生')}", [TWO]),
        (f"q={quote('大模型')}&kind=theme", []),
        ("kind=theme&language=en", []),
    ],
)
def test_filters_stand_in_the_address(client, forums, query, expected):
    page = client.get(f"{ADDRESS}?{query}")
    assert titles(page) == expected
    assert page.context["filters"].is_narrow
    # The form shows what was asked for, and the tabs carry it to the other days.
    assert re.search(r'href="\?[^"]*day=2024-07-04', page.text)


def test_a_hall_narrows_the_list(client, forums):
    venue = forums[1].parts.get().room.venue
    assert found(client, f"hall={venue.code}") == [TWO]
    page = client.get(f"{ADDRESS}?hall={venue.code}")
    assert re.search(rf'name="hall" value="{venue.code}" checked', page.text)
    assert len(re.findall(r'name="hall" value="\w+" checked', page.text)) == 1


def test_tabs_keep_the_filters(client, forums):
    page = client.get(f"{ADDRESS}?kind=theme&language=en")
    tabs = re.findall(r'<a href="(\?[^"]*day=2024-07-0\d[^"]*)"', page.text)
    assert len(tabs) == 3
    assert all("kind=theme" in tab and "language=en" in tab for tab in tabs)


@pytest.mark.parametrize(
    "query",
    [
        "day=yesterday", "day=2024-02-30", "day=2023-07-05", "day=", "day=2024-07-05T10:00", "day=%00", "day=20240705x",
        "kind=nothing", "kind=%00", "hall=%00", "hall=NOSUCH", "language=%00", "language=" + "x" * 300, "honour=%00", "honour='--",
        "q=%00", "q=%FF%FE", "q=" + "x" * 3000, "q=%25", "q=" + quote("😀"), "q=%28%28%29", "q=" + quote("a & | ! <-> :*"),
        "view=nonsense", "now=", "page=7", "unknown=1", "day=2024-07-05&day=x", "&&&=&", "q=%0A", "kind=a" * 60,
    ],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(client, forums, query):
    page = client.get(f"{ADDRESS}?{query}")
    assert page.status_code == 200
    assert page.context["filters"].day in (FOURTH, FIFTH)


@pytest.mark.parametrize(
    "query", ["kind=nothing", "hall=NOSUCH", "honour=x", "language=xx", "q=zzzz"]
)
def test_unknown_values_match_nothing(client, forums, query):
    page = client.get(f"{ADDRESS}?{query}")
    assert titles(page) == []
    assert "没有符合条件的内容" in page.text


def test_what_is_typed_is_never_run(client, forums):
    page = client.get(f"{ADDRESS}?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&kind=%22%3E%3Ci%3Ex")
    assert "<script>alert" not in page.text
    assert "<i>x" not in page.text


# --- Grid and list ------------------------------------------------------------------------------


def test_the_grid_has_a_row_for_each_room_and_the_list_has_none(client, forums):
    grid = client.get(ADDRESS)
    rows = grid.context["rows"]
    rooms = [f.parts.get().room for f in forums[:2]]
    assert [(r.name, r.is_area) for r in rows] == [
        ("示例甲馆", True), (rooms[0].name, False), ("示例乙馆", True), (rooms[1].name, False), ("", True),
    ]  # fmt: skip
    assert 'data-view="grid"' in grid.text
    assert grid.text.count("schedule__room ") == 2
    as_list = client.get(f"{ADDRESS}?view=list")
    assert 'data-view="list"' in as_list.text
    assert "schedule__room " not in as_list.text
    assert titles(as_list) == titles(grid)


def test_places_on_the_axis(edition):
    room = RoomFactory()
    published_forum(room, "08:30", "10:07")
    published_forum(room, "10:30", "19:00")
    early, late = items_of(edition)
    lay_out([early, late])
    assert early.css.split()[:6] == ["is-forum", "r-2", "h9", "m0", "eh10", "em5"]
    assert late.css.split()[:6] == ["is-forum", "r-2", "h10", "m30", "eh18", "em0"]
    assert "is-past" in early.css
    assert clamp(at("17:59")) == (17, 55)


def test_what_has_no_room_is_packed_into_lanes(edition):
    for starts, ends in (("09:00", "10:00"), ("09:30", "11:00"), ("10:00", "12:00"), ("11:00", "12:00")):  # fmt: skip
        published_forum(None, starts, ends)
    packed = [lane for _item, lane in lanes(items_of(edition))]
    assert packed == [0, 1, 0, 1]


def test_now_is_from_the_first_to_before_the_last_moment(edition):
    item = Item(*(lambda p: (p.forum, p))(PartFactory()))
    for moment, is_now, is_past in (("09:59", False, False), ("10:00", True, False), ("12:00", False, True)):  # fmt: skip
        with clock.frozen_at(at(moment)):
            fresh = Item(item.forum, item.part)
            assert (fresh.is_now, fresh.is_past) == (is_now, is_past)


def test_what_takes_the_whole_day_stands_above_the_grid(client, edition):
    published_forum(RoomFactory(), "09:00", "17:00", title_zh="示例：全天")
    page = client.get(ADDRESS)
    assert [i.forum.title_zh for i in page.context["all_day"]] == ["示例：全天"]
    assert page.context["rows"] == []


def test_titles_fall_back_to_the_other_language(client, edition):
    published_forum(title_zh="示例：仅中文", title_en="")
    published_forum(title_zh="示例：两种", title_en="Sample: both")
    english = client.get(f"/en{ADDRESS}").text
    assert "Sample: both" in english
    assert "示例：两种" not in english
    assert re.search(r'lang="zh-Hans">示例：(<wbr>)?仅中文<', english)
