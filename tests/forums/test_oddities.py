"""Things to look at: odd rows load without loss and are listed for the desk; nothing is refused."""

from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forums.models import Forum, RuleLevel, RuleSetting
from forums.oddities import oddities_of
from tests.forums.factories import (
    ForumFactory,
    ForumKindFactory,
    ParticipationFactory,
    RoomFactory,
    SessionFactory,
    SlotFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db

PAGE = "/admin/forums/forum/look-at/"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"), clock.frozen_at(at("08:00")):
        yield


@pytest.fixture
def edition():
    return EditionFactory()


def found(edition):
    """{kind: [sentences]}"""
    listed = {}
    for oddity in oddities_of(edition):
        listed.setdefault(oddity.kind, []).append(oddity.sentence)
    return listed


def only(edition, kind):
    """The one sentence of a kind, and no other kind."""
    listed = found(edition)
    assert list(listed) == [kind]
    (sentence,) = listed[kind]
    return sentence


def test_an_orderly_programme_has_none(edition):
    room = RoomFactory()
    first, second = published_forum(room), published_forum(room, "12:15", "14:00")
    timed_session(first, "10:00", 60)
    timed_session(first, "11:00", 60, order=1)
    guest = SpeakerFactory()
    for forum in (first, second):
        ParticipationFactory(forum=forum, speaker=guest)
    assert found(edition) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("", "Manuel Sample"), ("", "Sample, Manuel")),
        (("示例", "Shi Li"), ("", "Li Shi")),
        (("示例", ""), ("", "Shili")),
        (("示例", ""), ("示例", "")),
    ],
)
def test_one_person_under_two_names(edition, one, other):
    for zh, en in (one, other):
        SpeakerFactory(name_zh=zh, name_en=en)
    sentence = only(edition, "Perhaps one person")
    assert " / " in sentence


def test_people_of_another_edition_and_companies_are_no_duplicates(edition):
    SpeakerFactory(name_en="Same Name")
    SpeakerFactory(name_en="Same Name", edition=EditionFactory(year=2025))
    SpeakerFactory(name_en="Same Name", is_person=False)
    assert list(found(edition)) == ["Company listed as a guest"]


@pytest.mark.parametrize(
    ("starts", "minutes"), [("11:45", 30), ("09:45", 30), ("13:00", 30), ("09:00", 300)]
)
def test_a_session_outside_of_its_forum(edition, starts, minutes):
    forum = published_forum(RoomFactory(), title_en="Sample forum")
    timed_session(forum, starts, minutes)
    assert "Sample forum" in only(edition, "Agenda outside its forum")


def test_a_session_up_to_the_last_minute_is_fine(edition):
    timed_session(published_forum(RoomFactory()), "11:30", 30)
    assert found(edition) == {}


def test_an_agenda_out_of_order(edition):
    forum = published_forum(RoomFactory())
    timed_session(forum, "11:00", 30, order=0)
    timed_session(forum, "10:00", 30, order=1, title_en="Too late in the list")
    assert "Too late in the list" in only(edition, "Agenda item out of order")


def test_two_items_at_the_same_time(edition):
    forum = published_forum(RoomFactory())
    timed_session(forum, "10:00", 45, order=0, title_en="First")
    timed_session(forum, "10:30", 30, order=1, title_en="Second")
    assert "“First” and “Second”" in only(edition, "Two items at the same time")


def test_forums_without_a_room_or_a_time(edition):
    published_forum(None, title_en="No room")
    ForumFactory(published=True, title_en="No time")
    ForumFactory(title_en="A draft may lack both")
    published_forum(None, title_en="Online", is_online=True)
    assert found(edition) == {
        "Forum without a time": ["“No time” has no time yet."],
        "Forum without a room": ["“No room” has no room yet."],
    }


def test_guests_who_are_companies_or_of_nowhere(edition):
    SpeakerFactory(is_person=False, name_en="Sample Ltd")
    SpeakerFactory(name_en="Nobody's", affiliation_zh="", affiliation_en="")
    assert found(edition) == {
        "Company listed as a guest": ["Sample Ltd"], "Guest without affiliation": ["Nobody's"],
    }  # fmt: skip


def test_one_person_in_two_places(edition):
    first = published_forum(RoomFactory(), "10:00", "12:00", title_en="First")
    second = published_forum(RoomFactory(), "11:59", "13:00", title_en="Second")
    guest = SpeakerFactory(name_en="Busy")
    for forum in (first, second):
        ParticipationFactory(forum=forum, speaker=guest)
    assert "Busy is in “First” and “Second”" in only(edition, "One person in two places")


def test_a_long_forum_clashes_with_every_short_one_within(edition):
    """The short one in between does not hide the second clash."""
    guest = SpeakerFactory()
    for starts, ends in (("09:00", "17:00"), ("10:00", "11:00"), ("14:00", "15:00")):
        ParticipationFactory(forum=published_forum(RoomFactory(), starts, ends), speaker=guest)
    assert len(found(edition)["One person in two places"]) == 2


def test_a_cancelled_forum_is_in_nobodys_way(edition):
    guest = SpeakerFactory()
    for state in ("published", "cancelled"):
        forum = published_forum(RoomFactory(), state=state)
        ParticipationFactory(forum=forum, speaker=guest)
    assert found(edition) == {}


def test_titles_without_english_and_guests_without_confirmation(edition):
    for _n in range(3):
        published_forum(RoomFactory(), title_en="")
    ForumFactory(title_en="")
    ParticipationFactory(forum=published_forum(RoomFactory(), title_en="Forum"), speaker__name_en="Maybe", is_confirmed=False)  # fmt: skip
    listed = found(edition)
    assert list(listed) == ["English missing", "Guest not confirmed, not shown"]
    assert len(listed["English missing"]) == 3
    assert listed["Guest not confirmed, not shown"] == ["Maybe: Forum"]


def crowd(edition, count):
    for _n in range(count):
        forum = published_forum(None, title_en="")
        session = SessionFactory(forum=forum)
        SlotFactory(session=session, starts_at=at("13:00"))
        SlotFactory(session=session, starts_at=at("09:00"))
        ParticipationFactory(forum=forum, speaker__name_en="Same Name", is_confirmed=False)
        SpeakerFactory(is_person=False)


def test_many_oddities_take_the_queries_of_few(edition):
    def count():
        with CaptureQueriesContext(connection) as queries:
            kinds = Counter(oddity.kind for oddity in oddities_of(edition))
        return len(queries), kinds

    crowd(edition, 2)
    few, _kinds = count()
    crowd(edition, 20)
    many, kinds = count()
    assert many == few
    assert kinds["Agenda outside its forum"] == 44


def test_what_stops_a_release_comes_first(edition):
    RuleSetting.objects.create(edition=edition, rule="no-room", level=RuleLevel.BLOCK_RELEASE)
    published_forum(None, title_en="")
    assert [o.level for o in oddities_of(edition)] == [RuleLevel.BLOCK_RELEASE, RuleLevel.WARN]


# --- The desk's page ----------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True, language="en")
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return client


def test_the_desk_reads_them_by_kind_with_a_way_to_mend_each(desk, edition):
    forum = published_forum(None, title_zh="示例：无会议室")
    page = desk.get(PAGE)
    assert page.context["count"] == 1
    assert "示例：无会议室" in page.text
    assert f"/admin/forums/forum/{forum.pk}/move/?next=" in page.text
    assert "请为其安排会议室，或标记为线上。" in page.text
    assert "Forum without a room" in desk.get(f"/en{PAGE}").text


def test_another_year_and_nonsense(desk, edition):
    other = EditionFactory(year=2025)
    SpeakerFactory(edition=other, is_person=False)
    assert desk.get(PAGE).context["count"] == 0
    assert desk.get(f"{PAGE}?year=2025").context["count"] == 1
    for year in ("x", "", "-1", "²", "９", "99999999999999999999", "%00", "1999"):
        assert desk.get(f"{PAGE}?year={year}").status_code == 200, year


def test_a_page_with_thousands_says_how_many(desk, edition):
    for _n in range(120):
        SpeakerFactory(is_person=False)
    page = desk.get(PAGE)
    assert "(120)" in page.text
    assert page.text.count("/admin/forums/speaker/") < 120


def test_more_forums_of_a_kind_than_planned_are_told(edition):
    kind = ForumKindFactory(edition=edition, name_en="Theme forum", limit=1)
    forums = [ForumFactory(edition=edition, kind=kind) for _n in range(3)]
    Forum.objects.filter(pk=forums[0].pk).update(state="cancelled")
    ForumFactory(edition=EditionFactory(year=2023))
    assert found(edition)["More forums of a kind than planned"] == ["Theme forum: 2 forums, at most 1 are planned."]  # fmt: skip
    kind.limit = 2
    kind.save()
    assert "More forums of a kind than planned" not in found(edition)
