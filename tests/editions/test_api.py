"""The API's editions: what is published, nothing to write, few queries."""

from datetime import datetime

import pytest

from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import PublishedFigure
from waic.lib import clock

pytestmark = pytest.mark.django_db

URL = "/api/v1/editions/"


@pytest.fixture
def edition():
    EditionFactory(year=2031, is_published=False, is_current=False)
    edition = EditionFactory(
        theme_zh="示例主题",
        city_zh="上海",
        city_en="Shanghai",
        floor_area=52000,
        organisers=["示例单位"],
    )
    PublishedFigure.objects.create(
        edition=edition,
        key="guests",
        name_zh="嘉宾",
        name_en="Guests",
        value="1,000",
        cut_off=datetime(2024, 7, 4, 9, tzinfo=clock.ZONE),
    )
    return edition


def test_an_edition_is_read_whole(client, edition):
    wanted = {
        "year": 2024, "number": edition.number, "name_zh": "示例大会", "name_en": "Sample Conference", "theme_zh": "示例主题", "theme_en": "",
        "city_zh": "上海", "city_en": "Shanghai", "starts_on": "2024-07-04", "ends_on": "2024-07-06", "exhibition_ends_on": None, "floor_area": 52000,
        "organisers": ["示例单位"], "is_current": True,
        "figures": [{"key": "guests", "name_zh": "嘉宾", "name_en": "Guests", "value": "1,000", "cut_off": "2024-07-04T09:00:00+08:00"}],
    }  # fmt: skip
    assert client.get(f"{URL}2024/").json() == wanted
    assert client.get(URL).json()["results"] == [wanted]


@pytest.mark.parametrize("year", ["2031", "1999", "20240", "x"])
def test_a_draft_is_not_there(client, edition, year):
    client.force_login(UserFactory())
    assert client.get(f"{URL}{year}/").status_code == 404


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_nobody_writes(client, edition, verb):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert getattr(client, verb)(f"{URL}2024/").status_code == 405


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_takes_the_same_queries(client, count, django_assert_num_queries):
    for n in range(count):
        PublishedFigure.objects.create(
            edition=EditionFactory(year=2040 + n),
            key="guests",
            name_zh="嘉宾",
            name_en="Guests",
            value="1",
        )
    with django_assert_num_queries(3):
        assert client.get(URL).json()["count"] == count
