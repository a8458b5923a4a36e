"""What the board is drawn from, and the word that tells whether it is still true."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forums.board.document import document_of
from forums.models import ForumPart
from forums.operations.forums import cancel_forum
from tests.forums.board.asking import BOARD, DAY, PAGES, asked, day, post, rename
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

pytestmark = pytest.mark.django_db


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


def revision(client, etag=""):
    return client.get(f"{BOARD}revision/", **({"HTTP_IF_NONE_MATCH": etag} if etag else {}))


def test_an_unchanged_plan_is_an_empty_304(client, desk, draft):
    first = revision(client)
    assert first.json() == {"revision": day(client)["revision"]}
    again = revision(client, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


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


def test_the_document_in_chinese(room):
    placed(ForumFactory(title_zh="示例草稿"), room)
    with translation.override("zh-hans"):
        found = document_of(room.venue.edition, date(2024, 7, 5), reader=UserFactory())
    assert [part["title"] for part in found["parts"]] == ["示例草稿"]
    assert found["days"][1]["name"] == "7月5日"
