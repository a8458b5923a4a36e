"""Moving a forum at the desk: what it will cause, before anything is saved; the same as JSON."""

from datetime import timedelta

import pytest

from forums.models import ForumPart
from tests.forums.factories import DAY, RoomFactory, VenueFactory, at, published_forum
from tests.forums.test_admin import sign_in
from tests.lib.factories import EditionFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def weeks_before():
    with clock.frozen_at(at("09:00", DAY - timedelta(days=30))):
        yield


@pytest.fixture
def forum():
    return published_forum(RoomFactory(venue=VenueFactory(edition=EditionFactory())))


def address(forum, query=""):
    return f"/admin/forums/forum/{forum.pk}/move/{query}"


def place(forum, starts="13:00", ends="15:00", **more):
    part = forum.parts.get()
    return {"part": part.pk, "room": part.room_id, "day": "2024-07-05", "starts": starts, "ends": ends, **more}  # fmt: skip


def test_looking_saves_nothing_and_saving_asks_for_the_version_seen(client, forum):
    sign_in(client, "programme")
    assert client.get(address(forum)).context["form"]["starts"].value() == "10:00"
    page = client.get(address(forum), place(forum))
    assert (page.status_code, page.context["effects"].is_allowed) == (200, True)
    assert ForumPart.objects.get().starts_at == at("10:00")
    stale = client.post(address(forum), place(forum, version=forum.version + 1))
    assert (stale.status_code, ForumPart.objects.get().starts_at) == (409, at("10:00"))
    assert client.post(address(forum), place(forum, version=forum.version)).status_code == 302
    assert ForumPart.objects.get().starts_at == at("13:00")


def test_the_board_asks_and_saves_in_json(client, forum):
    sign_in(client, "programme")
    other = published_forum(forum.parts.get().room, "13:00", "14:00", title_zh="示例先到的")
    told = client.get(address(forum), place(forum, format="json")).json()
    assert (told["allowed"], told["version"]) == (False, forum.version)
    assert "示例先到的" in told["refused"][0]
    refused = client.post(address(forum, "?format=json"), place(forum, version=forum.version))
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["__all__"])
    other.parts.all().delete()
    saved = client.post(address(forum, "?format=json"), place(forum, version=forum.version)).json()
    forum.refresh_from_db()
    assert saved == {"saved": True, "version": forum.version}


@pytest.mark.parametrize("wrong", [{"ends": "12:00"}, {"starts": "25:00"}, {"room": "999999"}, {"day": "x"}, {"part": "999999"}])  # fmt: skip
def test_bad_input_is_said_beside_the_field(client, forum, wrong):
    sign_in(client, "programme")
    page = client.post(address(forum), place(forum) | wrong)
    assert (page.status_code, list(page.context["form"].errors)) == (400, list(wrong))
    assert ForumPart.objects.get().starts_at == at("10:00")


def test_only_the_programme_desk_moves(client, forum):
    sign_in(client, "press")
    assert client.get(address(forum)).status_code == 403
    assert client.post(address(forum), place(forum)).status_code == 403
    sign_in(client, "programme")
    assert client.get("/admin/forums/forum/999999/move/").status_code == 404
