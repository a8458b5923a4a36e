"""The schedule board: who sees it, what it is drawn from, and moves that are saved, asked about or refused with a sentence."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forums.board.asking import read_place
from forums.board.document import document_of
from forums.board.moves import save_move
from forums.models import Forum, ForumPart, RuleSetting
from forums.operations.forums import cancel_forum
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import OpeningHours
from waic.lib import clock

pytestmark = pytest.mark.django_db

BOARD = "/en/admin/forums/forum/board/"
DAY = "2024-07-05"
PAGES = ("", "day/", "revision/")
POSTS = ("outlook/", "move/", "take-off/")


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:00")), translation.override("en"):
        yield


def sign_in(client, desk, **fields):
    person = UserFactory(is_staff=True, **fields)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


@pytest.fixture
def desk(client):
    return sign_in(client, "programme", name="Sample Organiser")


@pytest.fixture
def room():
    return RoomFactory(name_en="Sample red hall")


@pytest.fixture
def draft(room):
    """A forum nobody has seen yet, 10:00 to 12:00 in the room; its only part."""
    return placed(ForumFactory(title_en="Sample draft"), room).parts.select_related("forum").get()


def asked(part, **changes):
    """What the script sends for a part that stays where it is, with changes."""
    start = part.starts_at.astimezone(clock.ZONE)
    first = start.hour * 60 + start.minute
    length = int((part.ends_at - part.starts_at).total_seconds() // 60)
    return {"part": part.pk, "version": part.forum.version, "room": part.room_id, "day": DAY,
            "from": first, "to": first + length, "seen": ""} | changes  # fmt: skip


def post(client, page, data):
    return client.post(BOARD + page, data=json.dumps(data), content_type="application/json")


def move(client, data):
    return post(client, "move/", data)


def place_of(part):
    now = ForumPart.objects.get(pk=part.pk)
    return now.room_id, now.starts_at, now.ends_at


# --- Who ----------------------------------------------------------------------------------------


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


def permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


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


# --- What it is drawn from ----------------------------------------------------------------------


def day(client, which=DAY):
    return client.get(f"{BOARD}day/?day={which}").json()


def test_the_document_of_a_day(client, desk, room):
    OpeningHours.objects.create(venue=room.venue, date=date(2024, 7, 5), opens="09:00", closes="17:00")  # fmt: skip
    forum = published_forum(room, "07:30", "09:40", title_en="Sample forum", seats=20)
    timed_session(forum, "08:00", 30, room=room, title_en="Sample talk")
    cancelled = published_forum(
        RoomFactory(venue=room.venue, hall=None, name_en="Sample blue hall")
    )
    cancel_forum(cancelled, reason="示例")
    waiting = ForumFactory(title_en="Sample waiting", date=date(2024, 7, 6))
    published_forum(room, day=date(2024, 7, 6))
    part = forum.parts.get()
    found = day(client)
    assert found["days"] == [
        {"date": "2024-07-04", "name": "4 July", "weekday": "Thu", "count": 0},
        {"date": "2024-07-05", "name": "5 July", "weekday": "Fri", "count": 1},
        {"date": "2024-07-06", "name": "6 July", "weekday": "Sat", "count": 1},
    ]
    assert (found["from"], found["to"]) == (420, 1080)
    assert [[r["name"] for r in hall["rooms"]] for hall in found["halls"]] == [["Sample red hall", "Sample blue hall"]]  # fmt: skip
    assert (found["page"], found["move_page"]) == (
        "/en/admin/forums/forum/0/change/", "/en/admin/forums/forum/0/move/",
    )  # fmt: skip
    assert found["halls"][0]["rooms"][0] == {
        "id": room.pk, "name": "Sample red hall", "full": str(room), "seats": None, "several": False,
        "open": [[540, 1020]],
    }  # fmt: skip
    (shown,) = found["parts"]
    assert shown == {
        "id": part.pk, "forum": forum.pk, "code": forum.code, "title": "Sample forum", "kind": 0, "version": forum.version,
        "state": "Published", "published": True,
        "room": room.pk, "from": 450, "to": 580, "label": "", "note": "", "marks": [0],
        "agenda": [[480, 510, "Sample talk"]],
    }  # fmt: skip
    assert found["findings"][0]["sentence"].startswith("“Sample forum” is in")
    assert found["findings"][0]["stops"] is False
    assert [(f["title"], f["wish"]) for f in found["waiting"]] == [(waiting.title_en, "6 July")]


def test_a_finding_marks_the_part_it_is_about_and_no_other(client, desk, room):
    OpeningHours.objects.create(venue=room.venue, date=date(2024, 7, 5), opens="09:00", closes="18:00")  # fmt: skip
    forum = placed(placed(ForumFactory(), room, "08:00", "09:30"), room, "13:00", "14:00")
    marks = {part["from"]: part["marks"] for part in day(client)["parts"]}
    assert marks == {480: [0], 780: []}
    assert forum.parts.count() == 2


def test_the_page_is_a_list_without_its_script(client, desk, draft):
    page = client.get(f"{BOARD}?day={DAY}")
    assert page.status_code == 200
    text = page.text
    assert "Sample draft" in text
    assert "10:00–12:00" in text
    (row,) = page.context["rows"]
    form = client.get(row["page"]).context["form"]
    assert (form.is_valid(), form.target()[1]) == (
        True, {"room": draft.room, "starts_at": draft.starts_at, "ends_at": draft.ends_at},
    )  # fmt: skip
    assert "style=" not in text[text.index("board-page") :]
    assert "挪" not in text


def test_an_unknown_day_or_year_opens_the_board_all_the_same(client, desk, draft):
    for query in ("day=2031-01-01", "day=nonsense", "year=nonsense"):
        assert client.get(f"{BOARD}?{query}").context["board"]["day"] == DAY
    assert client.get(f"{BOARD}?year=1999").context["board"] is None
    assert client.get(f"{BOARD}day/?year=1999").status_code == 404


def test_without_any_edition_there_is_a_sentence(client, desk):
    page = client.get(BOARD)
    assert page.status_code == 200
    assert "There is no edition yet." in page.text


@pytest.mark.parametrize("address", PAGES)
def test_thirty_parts_take_the_queries_of_one(client, desk, address, edition_of_one):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{BOARD}{address}?day={DAY}").status_code == 200
        return len(queries)

    count()
    one = count()
    for n in range(29):
        another_forum(edition_of_one, n)
    assert count() == one


def test_an_outlook_of_thirty_takes_the_queries_of_one(client, desk, edition_of_one):
    part = ForumPart.objects.select_related("forum").get()

    def count():
        with CaptureQueriesContext(connection) as queries:
            answer = post(client, "outlook/", asked(part, **{"from": 960, "to": 1020}))
            assert answer.status_code == 200
        return len(queries)

    count()
    one = count()
    for n in range(29):
        another_forum(edition_of_one, n)
    assert count() == one


@pytest.fixture
def edition_of_one(room):
    edition = room.venue.edition
    another_forum(edition, 100)
    return edition


def another_forum(edition, number):
    room = RoomFactory(venue__edition=edition, name_zh=f"示例 {number}")
    forum = published_forum(room, title_en=f"Sample {number}")
    timed_session(forum, "11:30", 60, room=room)
    ParticipationFactory(forum=forum, speaker=SpeakerFactory(email=f"sample{number}@example.com"))
    LogEntry.objects.log_actions(UserFactory().pk, [forum], 2, "Sample", single_object=True)
    ForumFactory(title_en=f"Sample waiting {number}")


# --- Revision -----------------------------------------------------------------------------------


def revision(client, etag=""):
    return client.get(f"{BOARD}revision/", **({"HTTP_IF_NONE_MATCH": etag} if etag else {}))


def test_an_unchanged_plan_is_an_empty_304(client, desk, draft):
    first = revision(client)
    assert first.json() == {"revision": day(client)["revision"]}
    again = revision(client, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def rename(part):
    Forum.objects.filter(pk=part.forum_id).update(version=part.forum.version + 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: ForumPart.objects.filter(pk=part.pk).update(ends_at=at("12:05")),
        lambda part: ForumPart.objects.filter(pk=part.pk).update(room=None),
        lambda part: ForumPart.objects.filter(pk=part.pk).delete(),
        lambda part: timed_session(part.forum),
        lambda part: ForumFactory(),
        rename,
    ],
    ids=["time", "room", "deleted", "agenda", "new forum", "version"],
)
def test_every_change_of_the_plan_is_another_revision(client, desk, draft, change):
    before = revision(client)
    change(draft)
    after = revision(client, before["ETag"])
    assert after.status_code == 200
    assert after.json() != before.json()


def test_another_editions_change_is_none_of_this_one(client, desk, draft):
    before = revision(client)
    other = EditionFactory(year=2025)
    published_forum(RoomFactory(venue__edition=other), edition=other)
    assert revision(client, before["ETag"]).status_code == 304


# --- Moving -------------------------------------------------------------------------------------


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


# --- Refusals -----------------------------------------------------------------------------------


def refusal_of(answer, status=400):
    assert answer.status_code == status
    (sentence,) = answer.json()["errors"]
    return sentence


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


# --- Two organisers (R9) ------------------------------------------------------------------------


def test_a_stale_move_is_told_who_moved_it_where(client, desk, draft):
    old = asked(draft, **{"from": 780, "to": 900})
    faster = sign_in(client, "programme", name="Sample Colleague")
    assert move(client, asked(draft, **{"from": 15 * 60, "to": 17 * 60})).status_code == 200
    client.force_login(desk)
    told = refusal_of(move(client, old), status=409)
    assert told == (
        "Sample Colleague was faster: “Sample draft” has been changed and is now here: "
        f"5 July 15:00–17:00, {draft.room}. Your move was not saved."
    )
    assert place_of(draft) == (draft.room_id, at("15:00"), at("17:00"))
    assert day(client)["recent"] == {str(draft.forum_id): str(faster)}
    client.force_login(faster)
    assert day(client)["recent"] == {}  # nobody is told of what they did themselves


def test_a_stale_taking_off_is_refused_too(client, desk, draft):
    old = asked(draft)
    assert move(client, asked(draft, **{"from": 780, "to": 900})).status_code == 200
    assert "was faster" in refusal_of(post(client, "take-off/", old), status=409)
    assert ForumPart.objects.count() == 1


def test_a_text_changed_by_its_host_is_a_newer_version_as_well(client, desk, draft):
    old = asked(draft, **{"from": 780, "to": 900})
    rename(draft)
    assert "Somebody was faster" in refusal_of(move(client, old), status=409)


def race(part, save, wanted):
    """Two organisers move one part to two places at the same moment; what each was told ("" for yes)."""
    people = [UserFactory(name=f"Sample {n}") for n in range(len(wanted))]
    start = threading.Barrier(len(wanted), timeout=60)

    def one(person, data):
        try:
            with translation.override("en"):
                place = read_place(part.forum.edition, data)
                start.wait()
                save(place, by=person)
        except ValidationError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(wanted)) as pool:
        return sorted(pool.map(one, people, wanted))


TWO_PLACES = [{"from": 780, "to": 900}, {"from": 960, "to": 1080}]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_moves_and_one_is_told(draft):
    wanted = [asked(draft, **place) for place in TWO_PLACES]
    assert race(draft, save_move, wanted) == ["", "stale"]
    assert place_of(draft)[1] in (at("13:00"), at("16:00"))


def naive_move(place, *, by):
    """Looks at the version, then writes; without a lock between."""
    if Forum.objects.get(pk=place.part.forum_id).version != place.version:
        raise ValidationError("stale", code="stale")
    place.part.starts_at, place.part.ends_at = place.starts_at, place.ends_at
    place.part.save()


@pytest.mark.django_db(transaction=True)
def test_the_race_catches_a_move_without_a_lock(draft):
    wanted = [asked(draft, **place) for place in TWO_PLACES]
    assert race(draft, naive_move, wanted) == ["", ""]


def test_the_document_in_chinese(room):
    placed(ForumFactory(title_zh="示例草稿"), room)
    with translation.override("zh-hans"):
        found = document_of(room.venue.edition, date(2024, 7, 5), reader=UserFactory())
    assert [part["title"] for part in found["parts"]] == ["示例草稿"]
    assert found["days"][1]["name"] == "7月5日"


# --- The ways to it -----------------------------------------------------------------------------


def test_the_list_of_forums_and_the_front_page_lead_to_it(client, desk, draft):
    assert "/en/admin/forums/forum/board-button" in client.get("/en/admin/forums/forum/").text
    assert client.get("/en/admin/forums/forum/board-button/").url == BOARD
    assert f'href="{BOARD}?year=2024"' in client.get("/en/admin/").text


def test_other_desks_are_not_led_to_it(client, draft):
    sign_in(client, "awards")
    assert BOARD not in client.get("/en/admin/").text
