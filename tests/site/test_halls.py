"""The map: halls drawn from their rows, booths found by number and name, nothing of another edition or a draft."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exhibitors.factories import (
    AllocationFactory,
    ApplicationFactory,
    EditionFactory,
    HallFactory,
    VenueFactory,
)
from waic.editions.models import Room
from waic.lib import clock
from waic.site.plan import EDGE, fitting, place_of, plan_of


def overlap(one, other):
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not beside and one.y < other.y + other.height and other.y < one.y + one.height


stands = st.lists(
    st.tuples(st.from_regex(r"\A(H[1-4]-)?[A-D]?[0-9]{1,4}\Z"), st.none() | st.integers(1, 5000), st.text(max_size=30), st.none()),
    max_size=60, unique_by=lambda stand: stand[0],
)  # fmt: skip
rooms = st.lists(st.tuples(st.text(max_size=20), st.none()), max_size=12)


# A busy machine draws the first examples slowly, which says nothing of the plan.
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stands, rooms)
def test_nothing_overlaps_and_everything_is_on_the_floor(stands, rooms):
    plan = plan_of(stands, rooms)
    if not stands and not rooms:
        assert plan is None
        return
    boxes = plan.booths + plan.rooms
    assert len(boxes) == len(stands) + len(rooms)
    assert [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if overlap(a, b)] == []
    assert all(b.x >= EDGE and b.x + b.width + EDGE <= plan.width for b in boxes)
    assert all(b.y >= EDGE and b.y + b.height + EDGE <= plan.height for b in boxes)


def test_a_row_is_named_by_letter_and_hundreds_and_stands_in_order():
    assert [place_of(n) for n in ("H2-B101", "H1-813", "A7", "X-", "H2-S001")] == [
        ("B1", 101), ("8", 813), ("A", 7), ("", 0), ("S0", 1),
    ]  # fmt: skip
    plan = plan_of([(n, 36, "", None) for n in ("H2-B116", "H2-A101", "H2-B101")], [])
    assert [(b.label, b.y == EDGE) for b in plan.booths] == [("A101", True), ("B101", False), ("B116", False)]  # fmt: skip


def test_a_name_is_cut_where_the_booth_ends():
    assert fitting("阿里云", 100) == "阿里云"
    assert fitting("上海示例人工智能研究院", 100) == "上海示…"
    assert fitting("Sample", 100) == "Sample"


@pytest.fixture
def hall(db):
    hall = HallFactory()
    for number, name in (("H2-B101", "示例云"), ("H2-C616", "示例 <b>智</b>")):
        AllocationFactory(
            booth__hall=hall, booth__number=number,
            application__name_zh=name, application__name_en=f"Sample {number[-4:]}",
        )  # fmt: skip
    # What must not be shown: a draft's booth, one given back, another edition's hall of the same key.
    AllocationFactory(booth__hall=hall, booth__number="H2-X1", application=ApplicationFactory(name_zh="草稿"))  # fmt: skip
    AllocationFactory(booth__hall=hall, booth__number="H2-X2", application__name_zh="已退", released_at=clock.now())  # fmt: skip
    other = HallFactory(venue=VenueFactory(edition=EditionFactory(year=2023)))
    AllocationFactory(booth__hall=other, booth__number="H2-Z9", application=ApplicationFactory(edition=other.venue.edition, approved=True, name_zh="去年"))  # fmt: skip
    return hall


HALL = "/2024/map/H2/"


def booths_in(page):
    return re.findall(r'data-booth="([^"]+)"', page), re.findall(r'<tr id="([^"]+)"', page)


def test_a_hall_shows_its_exhibitors_drawn_and_listed(client, hall):
    page = client.get(HALL).text
    assert booths_in(page) == (["H2-B101", "H2-C616"], ["H2-B101", "H2-C616"])
    assert "示例云" in page
    assert "<b>智</b>" not in page
    for hidden in ("草稿", "已退", "去年"):
        assert hidden not in page
    assert "H2-Z9" in client.get("/2023/map/H2/").text


@pytest.mark.parametrize(
    ("typed", "found"),
    [("b101", ["H2-B101"]), ("示例云", ["H2-B101"]), ("SAMPLE c6", ["H2-C616"]), ("没有", []), ("", ["H2-B101", "H2-C616"]),
     ("\0", ["H2-B101", "H2-C616"]), ("x" * 5000, []), ("%_", []), ("😀", [])],
)  # fmt: skip
def test_a_search_narrows_the_list_and_marks_the_plan(client, hall, typed, found):
    answer = client.get(HALL, {"q": typed})
    assert answer.status_code == 200
    drawn, listed = booths_in(answer.text)
    assert (drawn, listed) == (["H2-B101", "H2-C616"], found)
    marked = answer.text.count("is-match")
    assert marked == (len(found) if typed.strip("\0") else 0)


@pytest.mark.parametrize("path", ["/2024/map/H9/", "/2024/map/h2/", "/1999/map/H2/", "/2024/map/%00/", "/2024/map/%F0%9F%98%80/", "/2024/map/" + "H" * 3000 + "/"])  # fmt: skip
def test_a_hall_that_is_not_there_is_not_found(client, hall, path):
    assert client.get(path).status_code == 404


def test_the_overview_leads_to_each_hall_and_names_rooms_outside(client, hall):
    HallFactory(key="H3")
    Room.objects.create(venue=hall.venue, hall=hall, name_zh="馆内舞台")
    Room.objects.create(venue=hall.venue, name_zh="红厅", capacity=300)
    page = client.get("/2024/map/").text
    assert re.findall(r'href="(/2024/map/\w+/)"', page) == ["/2024/map/H2/", "/2024/map/H3/"]
    assert "红厅" in page
    assert "馆内舞台" not in page
    assert "馆内舞台" in client.get(HALL).text
    assert "尚未公布" in client.get("/2024/map/H3/").text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", ["/2024/map/", HALL])
def test_the_map_takes_the_same_queries(client, db, path, count, django_assert_num_queries):
    for n in range(count):
        AllocationFactory(booth__hall=HallFactory(key=f"H{n + 2}"))
        Room.objects.create(venue=HallFactory().venue, hall=HallFactory(), name_zh=f"舞台{n}")
    # Edition, halls, booths, rooms; the overview also the rooms outside.
    with django_assert_num_queries(5 if path == "/2024/map/" else 4):
        assert client.get(path).status_code == 200
