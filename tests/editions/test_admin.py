"""The organisers' pages of an edition: what cannot be is refused in a sentence, never an error page."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.forums.factories import VenueFactory
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import Edition, Hall, HallWalk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="organiser"))
    client.force_login(person)


def page(model, name, *args):
    return reverse(f"admin:editions_{model}_{name}", args=args)


def edition_form(**changes):
    data = {"year": 2026, "name_zh": "示例大会", "city_zh": "上海", "city_en": "Shanghai", "starts_on": "2026-07-04", "ends_on": "2026-07-06",
            "organisers": "示例主办方\n\n 示例另一方 \n", "is_published": "on"}  # fmt: skip
    for prefix in ("targets", "figures"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {**data, **changes}


def test_organisers_are_typed_one_a_line(client):
    assert client.post(page("edition", "add"), edition_form()).status_code == 302
    edition = Edition.objects.get(year=2026)
    assert edition.organisers == ["示例主办方", "示例另一方"]
    text = client.get(page("edition", "change", edition.pk)).text
    assert "示例主办方\n示例另一方</textarea>" in text


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"year": "2024"}, ""),
        ({"year": "99999999"}, ""),
        ({"starts_on": "soon"}, ""),
        ({"ends_on": "2026-07-03"}, ""),
        ({"exhibition_ends_on": "2026-07-03"}, "展览结束日期早于大会开始日期。"),
        ({"is_current": "on"}, "已有另一届为当前届，请先取消它的标记。"),
        ({"organisers": "名" * 5001}, ""),
    ],
)
def test_an_edition_that_cannot_be_is_refused_in_a_sentence(client, bad, sentence):
    there = EditionFactory()
    response = client.post(page("edition", "add"), edition_form(**bad))
    assert response.status_code == 200
    errors = str(response.context["errors"])
    assert response.context["errors"]
    assert sentence in errors
    assert "editions_edition" not in errors
    assert list(Edition.objects.all()) == [there]


@pytest.fixture
def halls():
    venue = VenueFactory()
    return [Hall.objects.create(venue=venue, key=f"H{n}", name_zh=f"示例{n}馆") for n in (1, 2)]


def test_a_walk_leads_between_two_halls_once(client, halls):
    one, two = (hall.pk for hall in halls)
    add = page("hallwalk", "add")
    for start, end, minutes in ((one, one, 3), (one, "", 3), ("", "", ""), (one, 0, 3), (one, two, -1)):  # fmt: skip
        sent = {"start": start, "end": end, "minutes": minutes}
        response = client.post(add, sent)
        assert (response.status_code, bool(response.context["errors"])) == (200, True), sent
    assert client.post(add, {"start": one, "end": two, "minutes": 3}).status_code == 302
    for start, end in ((one, two), (two, one)):
        assert client.post(add, {"start": start, "end": end, "minutes": 4}).status_code == 200
    assert list(HallWalk.objects.values_list("start", "end", "minutes")) == [(one, two, 3)]


@pytest.mark.parametrize("model", ["edition", "venue", "hall", "room", "hallwalk"])
def test_lists_open(client, halls, model):
    assert client.get(page(model, "changelist")).status_code == 200
