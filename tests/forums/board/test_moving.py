"""Moves that are saved, asked about first, or refused with a sentence."""

from datetime import date

import pytest

from forums.models import Forum, ForumPart, RuleSetting
from forums.operations.forums import cancel_forum
from tests.forums.board.asking import BOARD, DAY, POSTS, asked, move, place_of, post, refusal_of
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from waic.editions.models import OpeningHours

pytestmark = pytest.mark.django_db


def test_a_move_that_causes_nothing_is_saved_at_once(client, desk, draft):
    blue = RoomFactory(venue=draft.room.venue, name_en="Sample blue hall")
    answer = move(client, asked(draft, room=blue.pk, **{"from": 13 * 60 + 5, "to": 15 * 60}))
    assert answer.status_code == 200
    assert answer.json()["part"] == draft.pk
    (shown,) = answer.json()["board"]["parts"]
    assert (shown["room"], shown["from"], shown["to"]) == (blue.pk, 785, 900)
    assert place_of(draft) == (blue.pk, at("13:05"), at("15:00"))
    forum = Forum.objects.get()
    assert (forum.starts_at, forum.ends_at) == (at("13:05"), at("15:00"))
    assert forum.version == shown["version"] > draft.forum.version


def test_a_move_of_a_published_forum_is_asked_about_first(client, desk, room):
    forum = published_forum(room, title_en="Sample forum")
    guest = SpeakerFactory(email="guest@example.com", name_en="Sample Guest")
    ParticipationFactory(forum=forum, speaker=guest)
    ParticipationFactory(forum=published_forum(RoomFactory(venue=room.venue), "13:00", "14:00", title_en="Sample other"), speaker=guest)  # fmt: skip
    part = forum.parts.select_related("forum").get()
    wanted = asked(part, **{"from": 13 * 60, "to": 15 * 60})
    first = move(client, wanted)
    outlook = first.json()["outlook"]
    assert first.status_code == 409
    assert outlook["refused"] == []
    assert "Sample Guest is in “Sample other” and “Sample forum”" in outlook["caused"][0]
    assert outlook["caused"][1:] == [
        "This forum is published. Concerned: guests 1, hosts 0, people with a seat 0. Mails: 1."
    ]
    assert place_of(part) == (room.pk, at("10:00"), at("12:00"))
    assert post(client, "outlook/", wanted).json() == outlook
    assert move(client, wanted | {"seen": "something else"}).status_code == 409
    assert move(client, wanted | {"seen": outlook["digest"]}).status_code == 200
    assert place_of(part) == (room.pk, at("13:00"), at("15:00"))


def test_who_said_yes_to_something_else_is_asked_again(client, desk, room):
    """Between the question and the yes, the world has changed."""
    forum = published_forum(room, title_en="Sample forum")
    guest = SpeakerFactory(email="guest@example.com")
    ParticipationFactory(forum=forum, speaker=guest)
    part = forum.parts.select_related("forum").get()
    wanted = asked(part, **{"from": 13 * 60, "to": 15 * 60})
    seen = move(client, wanted).json()["outlook"]["digest"]
    other = published_forum(RoomFactory(venue=room.venue), "13:00", "14:00", title_en="Sample other")  # fmt: skip
    ParticipationFactory(forum=other, speaker=guest)
    again = move(client, wanted | {"seen": seen})
    assert again.status_code == 409
    assert "Sample other" in again.json()["outlook"]["caused"][0]
    assert place_of(part) == (room.pk, at("10:00"), at("12:00"))


def test_the_agenda_comes_along(client, desk, draft):
    slot = timed_session(draft.forum, "10:30", 30, room=draft.room).slots.get()
    assert move(client, asked(draft, **{"from": 13 * 60, "to": 15 * 60})).status_code == 200
    slot.refresh_from_db()
    assert (slot.starts_at, slot.ends_at) == (at("13:30"), at("14:00"))


def test_a_forum_without_a_place_gets_one_and_gives_it_back(client, desk, room):
    forum = ForumFactory(title_en="Sample waiting")
    wanted = {"forum": forum.pk, "version": forum.version, "room": room.pk, "day": DAY, "from": 600, "to": 720}  # fmt: skip
    saved = move(client, wanted).json()
    assert saved["board"]["waiting"] == []
    (shown,) = saved["board"]["parts"]
    assert (shown["room"], shown["from"], shown["to"]) == (room.pk, 600, 720)
    assert move(client, wanted).status_code == 404  # it has a place now
    back = post(client, "take-off/", {"part": shown["id"], "version": shown["version"]}).json()
    assert [f["title"] for f in back["board"]["waiting"]] == ["Sample waiting"]
    assert back["board"]["parts"] == []
    forum.refresh_from_db()
    assert (forum.starts_at, ForumPart.objects.count()) == (None, 0)


def test_a_published_forum_is_not_taken_off(client, desk, room):
    part = published_forum(room, title_en="Sample forum").parts.select_related("forum").get()
    answer = post(client, "take-off/", asked(part))
    assert (answer.status_code, answer.json()) == (
        400, {"errors": ["“Sample forum” is published. Move it, or withdraw its publication first."]},
    )  # fmt: skip
    assert ForumPart.objects.get() == part


def test_a_room_without_a_place_may_be_given_up(client, desk, draft):
    assert move(client, asked(draft, room=None)).status_code == 200
    assert place_of(draft) == (None, at("10:00"), at("12:00"))


def test_a_taken_room_is_refused_by_the_name_of_the_other_forum(client, desk, draft):
    published_forum(draft.room, "13:00", "15:00", title_en="Sample: the first one")
    wanted = asked(draft, **{"from": 14 * 60, "to": 16 * 60})
    assert "Sample: the first one" in refusal_of(move(client, wanted))
    outlook = post(client, "outlook/", wanted).json()
    assert "Sample: the first one" in outlook["refused"][0]
    assert place_of(draft) == (draft.room_id, at("10:00"), at("12:00"))


@pytest.mark.parametrize("level", ["block_save", "warn"])
def test_outside_the_opening_hours(client, desk, draft, level):
    RuleSetting.objects.create(edition=draft.forum.edition, rule="room-closed", level=level)
    OpeningHours.objects.create(venue=draft.room.venue, date=date(2024, 7, 5), opens="09:00", closes="18:00")  # fmt: skip
    wanted = asked(draft, **{"from": 17 * 60, "to": 19 * 60})
    answer = move(client, wanted)
    if level == "block_save":
        assert "when the venue is not open" in refusal_of(answer)
        assert place_of(draft) == (draft.room_id, at("10:00"), at("12:00"))
        return
    outlook = answer.json()["outlook"]
    assert "when the venue is not open" in outlook["caused"][0]
    assert move(client, wanted | {"seen": outlook["digest"]}).status_code == 200


UNREADABLE = "The board sent something that cannot be read. Reload the page and try again."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"room": 999_999_999}, "There is no such room. Choose one of the list."),
        ({"room": 10**30}, UNREADABLE), ({"room": "1"}, UNREADABLE), ({"room": True}, UNREADABLE), ({"room": [1]}, UNREADABLE),
        ({"version": None}, UNREADABLE), ({"version": "1"}, UNREADABLE), ({"part": {}}, UNREADABLE), ({"part": -1}, UNREADABLE),
        ({"day": 5}, UNREADABLE), ({"day": "2024-13-40"}, UNREADABLE), ({"day": None}, UNREADABLE),
        ({"day": "2031-01-01"}, "WAIC 2024 has no such day. Choose one of those above the board."),
        ({"from": 600.5}, UNREADABLE), ({"from": -5}, UNREADABLE), ({"to": 5000}, UNREADABLE), ({"to": None}, UNREADABLE),
        ({"from": 720, "to": 600}, "A forum ends at least five minutes after it begins."),
        ({"from": 600, "to": 600}, "A forum ends at least five minutes after it begins."),
        ({"from": 1440, "to": 1500}, "A forum begins on the day that is shown."),
    ],
)  # fmt: skip
def test_what_no_board_sends_is_told(client, desk, draft, changes, sentence):
    for page in ("outlook/", "move/"):
        assert refusal_of(post(client, page, asked(draft) | changes)) == sentence
    assert place_of(draft) == (draft.room_id, at("10:00"), at("12:00"))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'"text"', b"\xff\xfe", b"[" * 20_000, b"null"]
)
def test_a_body_that_is_none(client, desk, draft, body):
    for page in POSTS:
        answer = client.post(BOARD + page, data=body, content_type="application/json")
        assert refusal_of(answer) == UNREADABLE


def test_sentences_are_in_the_language_of_the_reader(client, desk, draft):
    answer = client.post(
        "/admin/forums/forum/board/move/", data="[]", content_type="application/json"
    )
    assert refusal_of(answer) == "排期板发来的内容无法读取。请刷新页面后重试。"


def test_reading_is_no_writing(client, desk, draft):
    assert client.get(f"{BOARD}move/").status_code == 405
    assert client.post(f"{BOARD}day/").status_code == 405


def test_a_forum_that_is_called_off_is_not_moved(client, desk, draft):
    cancel_forum(draft.forum, reason="示例")
    draft.forum.refresh_from_db()
    assert (
        refusal_of(move(client, asked(draft, **{"from": 780, "to": 840})))
        == "This forum is called off; it takes no room."
    )
