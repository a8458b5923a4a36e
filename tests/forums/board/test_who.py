"""Who sees the board, and the ways to it."""

import pytest

from tests.forums.board.asking import (
    BOARD,
    DAY,
    PAGES,
    POSTS,
    asked,
    day,
    move,
    place_of,
    post,
    sign_in,
)
from tests.forums.factories import (
    RoomFactory,
    published_forum,
)
from tests.lib.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("other", ["awards", "exhibition", "gate", "press", "visitors"])
def test_other_desks_stay_outside(client, draft, other):
    before = place_of(draft)
    sign_in(client, other)
    for page in PAGES:
        assert client.get(BOARD + page).status_code == 403
    for page in POSTS:
        assert post(client, page, asked(draft, **{"from": 780, "to": 900})).status_code == 403
    assert place_of(draft) == before


def test_a_host_is_no_organiser(client, draft):
    host = UserFactory()
    draft.forum.hosts.create(user=host)
    client.force_login(host)
    for page in PAGES:
        assert client.get(BOARD + page).status_code == 302
    for page in POSTS:
        assert post(client, page, asked(draft)).status_code == 302


def test_the_second_factor_counts(client, desk, settings):
    settings.STAFF_SECOND_FACTOR = True
    for page in PAGES:
        assert "/2fa/" in client.get(BOARD + page)["Location"]


def test_who_may_only_look_moves_nothing(client, draft):
    person = sign_in(client, "press")
    person.user_permissions.add(*permissions("view_forumpart"))
    before = place_of(draft)
    page = client.get(f"{BOARD}?day={DAY}")
    assert page.context["settings"]["may_move"] is False
    answer = move(client, asked(draft, **{"from": 780, "to": 900}))
    assert (answer.status_code, answer.json()) == (
        403, {"errors": ["You may look at the board, but not move anything."]},
    )  # fmt: skip
    assert place_of(draft) == before


def test_another_editions_forums_are_not_on_the_board(client, desk, draft):
    other = EditionFactory(year=2025)
    elsewhere = published_forum(RoomFactory(venue__edition=other), edition=other).parts.get()
    for page in POSTS:
        answer = post(client, page, asked(elsewhere))
        assert (answer.status_code, list(answer.json())) == (404, ["errors"])
    assert [part["id"] for part in day(client)["parts"]] == [draft.pk]
    foreign_room = move(client, asked(draft, room=elsewhere.room_id))
    assert (foreign_room.status_code, foreign_room.json()) == (
        400, {"errors": ["There is no such room. Choose one of the list."]},
    )  # fmt: skip


def permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_the_list_of_forums_and_the_front_page_lead_to_it(client, desk, draft):
    assert "/en/admin/forums/forum/board-button" in client.get("/en/admin/forums/forum/").text
    assert client.get("/en/admin/forums/forum/board-button/").url == BOARD
    assert f'href="{BOARD}?year=2024"' in client.get("/en/admin/").text


def test_other_desks_are_not_led_to_it(client, draft):
    sign_in(client, "awards")
    assert BOARD not in client.get("/en/admin/").text
