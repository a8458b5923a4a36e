"""What is printed: booklets in two languages that the desk publishes, and signs for the doors of rooms."""

import io
from datetime import timedelta
from unicodedata import normalize

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from pypdf import PdfReader

from forums.models import Booklet, ForumOrganisation, Participation, Speaker
from forums.operations.booklets import make_booklets, publish_booklet, withdraw_booklet
from forums.printed.booklet import booklet_data, booklet_pdf
from forums.printed.signs import sheets_of, signs_pdf
from tests.forums.factories import (
    DAY,
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SlotFactory,
    SpeakerFactory,
    VenueFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from tests.forums.releases.making import release
from tests.lib.factories import EditionFactory, OrganisationFactory, UserFactory
from waic.editions.models import Edition
from waic.lib import clock, jobs, pagecache
from waic.lib.models import JobRun, StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]
PRINT = "/admin/forums/booklet/print/"
PDF = "/2024/programme/booklet-zh.pdf"


@pytest.fixture
def edition():
    return EditionFactory(theme_zh="示例主题", theme_en="Sample theme")


@pytest.fixture
def hall(edition):
    venue = VenueFactory(edition=edition, name_zh="示例中心", name_en="Sample Centre")
    return RoomFactory(venue=venue, name_zh="示例红厅", name_en="Red Hall")


@pytest.fixture
def forum(edition, hall):
    """A forum of two days with an agenda, a guest without a session, a host."""
    forum = published_forum(
        hall, "09:00", "12:00", title_zh="示例论坛甲", title_en="Sample Forum A"
    )
    placed(forum, hall, "14:00", "15:00", DAY + timedelta(days=1))
    talk = timed_session(forum, "09:30", room=hall, title_zh="示例演讲甲", title_en="Sample Talk A")
    ada = SpeakerFactory(name_zh="示例阿达", name_en="Ada Sample")
    ParticipationFactory(forum=forum, session=talk, speaker=ada)
    ParticipationFactory(forum=forum, speaker__name_zh="示例博", speaker__name_en="Bo Sample")
    ForumOrganisation.objects.create(
        forum=forum, organisation=OrganisationFactory(name_zh="示例主办单位"), role="host"
    )
    return forum


def pages(data):
    """The text of each page without the gaps that setting it makes."""
    found = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    return ["".join(normalize("NFKC", text).split()) for text in found]


def has(page, *texts):
    return [text for text in texts if "".join(text.split()) not in page] == []


def in_zh(edition):
    with translation.override("zh-hans"):
        return booklet_data(edition)


# --- The booklet --------------------------------------------------------------------------------


def test_a_booklet_has_days_places_agenda_people_and_an_index(edition, forum):
    ParticipationFactory(forum=published_forum(None), speaker=forum.sessions.get().participations.get().speaker)  # fmt: skip
    fifth, sixth = in_zh(edition)["days"]
    assert [(d["day"], [v["name"] for v in d["venues"]]) for d in (fifth, sixth)] == [
        ("7月5日 周五", ["示例中心", "会议室待定"]), ("7月6日 周六", ["示例中心"]),
    ]  # fmt: skip
    [entry] = fifth["venues"][0]["forums"]
    entry.pop("order")
    assert entry == {
        "code": forum.code, "is_first": True, "title": "示例论坛甲", "kind": "行业论坛", "board": "forum", "sample": False,
        "date": "2024-07-05", "venue": "示例中心", "times": [["09:00–12:00", "示例红厅"]], "summary": "", "hosts": "示例主办单位",
        "agenda": [{"time": "09:30–10:00", "title": "示例演讲甲", "kind": "演讲", "people": [["示例阿达", "示例大学"]]}],
        "guests": [["示例博", "示例大学"]],
    }  # fmt: skip
    [later] = sixth["venues"][0]["forums"]
    assert (later["is_first"], later["agenda"], later["guests"]) == (False, [], [])
    [group] = in_zh(edition)["people"]
    assert (group["letter"], [(name, len(codes)) for name, _from, codes in group["people"]]) == (
        "S", [("示例阿达", 2), ("示例博", 1)],
    )  # fmt: skip


def test_the_pdf_says_it_in_the_reader_s_language_with_page_numbers(edition, forum):
    zh, en = (pages(booklet_pdf(edition, column, release=3)) for column in ("zh", "en"))
    assert len(zh) == len(en) == 5
    assert has(zh[0], "示例大会", "示例主题", "2024年7月4–6日", "第 3 版")
    assert has(en[0], "Sample Conference", "Sample theme", "4–6 July 2024")
    assert ("示例论坛甲" in zh[1], zh[1].count("09:00–12:00")) == (True, 1)
    assert has(zh[2], "WAIC 2024", "7月5日", "示例演讲甲", "示例阿达")
    assert has(en[2], "Sample Talk A", "Ada Sample", "Red Hall")
    assert "示例演讲甲" not in "".join(en)
    assert has(zh[4], "嘉宾索引", "示例阿达示例大学3")
    assert has(en[4], "Index of guests")


def test_only_what_the_public_sees_is_printed_and_markup_is_text(edition, hall):
    evil = '#panic("x") *示例* $1$ @a <b> \\'
    forum = published_forum(hall, title_zh=evil)
    placed(ForumFactory(title_zh="示例草稿"), hall, "14:00", "15:00")
    off = published_forum(None, title_zh="示例取消")
    type(off).objects.filter(pk=off.pk).update(state="cancelled")
    text = "".join(pages(booklet_pdf(edition, "zh")))
    assert (text.count('#panic("x")*示例*'), "草稿" in text, "示例取消" in text) == (
        2,
        False,
        False,
    )
    release(edition)
    type(forum).objects.filter(pk=forum.pk).update(title_zh="示例改名")
    text = "".join(pages(booklet_pdf(Edition.objects.get(pk=edition.pk), "zh")))
    assert ('#panic("x")' in text, "示例改名" in text) == (True, False)


def test_an_edition_without_a_programme_has_a_booklet_that_says_so(edition):
    assert "日程尚未公布" in "".join(pages(booklet_pdf(edition, "zh")))


@pytest.mark.parametrize("count", [1, 3])
def test_printing_takes_the_same_queries_for_any_size(
    edition, hall, django_assert_num_queries, count
):
    for _n in range(count):
        forum = published_forum(None)
        for _m in range(count):
            ParticipationFactory(forum=forum, session=timed_session(forum, room=hall))
    with django_assert_num_queries(8):
        assert len(in_zh(edition)["days"][0]["venues"][0]["forums"]) == count


# --- Making, publishing, taking back ------------------------------------------------------------


def test_newer_booklets_take_the_place_of_unpublished_ones(
    edition, forum, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        zh, en = make_booklets(edition, by=None)
        publish_booklet(zh)
        newer, _en = make_booklets(edition, by=None)
    assert set(Booklet.objects.values_list("pk", "language")) == {
        (zh.pk, "zh"), (newer.pk, "zh"), (_en.pk, "en"),
    }  # fmt: skip
    assert not StoredFile.objects.filter(pk=en.file_id).exists()
    assert not en.file.file.storage.exists(en.file.file.name)
    assert (publish_booklet(newer), publish_booklet(newer)) == (True, False)
    assert list(Booklet.objects.published()) == [newer]
    with pytest.raises(ValidationError) as refusal:
        publish_booklet(en)
    assert refusal.value.code == "gone"
    assert (withdraw_booklet(newer), withdraw_booklet(newer)) == (True, False)


def test_the_database_keeps_one_published_booklet_for_a_language(edition, forum):
    first, _en = make_booklets(edition, by=None)
    publish_booklet(first)
    second, _en = make_booklets(edition, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booklet.objects.filter(pk=second.pk).update(published_at=clock.now())


def test_the_public_gets_the_published_booklet_and_no_other(client, edition, forum):
    zh, _en = make_booklets(edition, by=None)
    assert client.get(PDF).status_code == 404
    assert "booklet-zh.pdf" not in client.get("/2024/programme/").text
    publish_booklet(zh)
    pagecache._bump_now()
    answer = client.get(PDF)
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "application/pdf",
        "public, max-age=300",
    )
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    for address in ("/2024/programme/", "/en/2024/programme/"):
        assert "booklet-zh.pdf" in client.get(address).text
    for address in ("booklet-en.pdf", "booklet-fr.pdf", "booklet-%00.pdf"):
        assert client.get(f"/2024/programme/{address}").status_code == 404


def published_pdf(client):
    answer = client.get(PDF)
    return "".join(pages(b"".join(answer.streaming_content))) if answer.status_code == 200 else ""


def test_who_is_erased_is_in_no_booklet_from_that_moment(
    client, edition, forum, django_capture_on_commit_callbacks
):
    outsider = SpeakerFactory(name_zh="示例局外人")
    with django_capture_on_commit_callbacks(execute=True):
        zh, en = make_booklets(edition, by=None)
        publish_booklet(zh)
    elsewhere = EditionFactory(year=2025)
    other, _en = make_booklets(elsewhere, by=None)
    outsider.delete()
    assert Booklet.objects.filter(pk=zh.pk).exists()
    assert "示例阿达" in published_pdf(client)
    with django_capture_on_commit_callbacks(execute=True):
        Participation.objects.filter(speaker__name_zh="示例阿达").delete()
        Speaker.objects.get(name_zh="示例阿达").delete()
    # Gone with the deed, before any job: both languages, rows and bytes.
    assert client.get(PDF).status_code == 404
    assert not Booklet.objects.filter(pk__in=[zh.pk, en.pk]).exists()
    assert not zh.file.file.storage.exists(zh.file.file.name)
    assert Booklet.objects.filter(pk=other.pk).exists()
    run = JobRun.objects.get()
    assert "示例阿达" not in f"{run.title}{run.params}"
    assert jobs.run(run.pk) == "done"
    text = published_pdf(client)
    assert ("示例阿达" in text, "示例博" in text, "示例演讲甲" in text) == (False, True, True)
    assert list(Booklet.objects.published().values_list("language", flat=True)) == ["zh"]


def test_whom_an_old_booklet_names_nobody_knows_so_it_goes_with_anybody(edition, forum):
    zh, _en = make_booklets(edition, by=None)
    Booklet.objects.filter(pk=zh.pk).update(people=None)
    SpeakerFactory().delete()
    assert list(Booklet.objects.all()) == [_en]
    assert not JobRun.objects.exists()  # nothing was published


def test_who_is_erased_while_booklets_are_made_is_not_in_them(edition, forum):
    """The deed comes after both were set and before they are kept."""
    erased = Speaker.objects.get(name_zh="示例博")

    def step(note):
        if note == "英文":
            Participation.objects.filter(speaker=erased).delete()
            Speaker.objects.filter(pk=erased.pk).delete()

    made = make_booklets(edition, by=None, done=step)
    assert list(Booklet.objects.order_by("pk")) == made
    for booklet in made:
        assert (erased.pk in booklet.people, booklet.pages) == (False, 5)
        assert "示例博" not in "".join(pages(booklet.file.file.read()))


# --- Signs --------------------------------------------------------------------------------------


def test_a_sheet_for_each_room_and_day_in_both_languages(edition, forum, hall):
    other = RoomFactory(venue=hall.venue, name_zh="示例蓝厅", name_en="", order=1)
    published_forum(other, "15:00", "16:00", title_zh="示例丙", title_en="")
    second = published_forum(hall, "13:00", "14:00", title_zh="示例乙", title_en="Sample B")
    SlotFactory(session__forum=second, starts_at=at("17:00"), session__title_zh="示例厅外")
    published_forum(None)
    published_forum(RoomFactory(venue=VenueFactory(edition=edition, is_online=True)))
    sheets = sheets_of(edition)
    assert [(s["date"][0], s["room"], [i["title"] for i in s["items"]]) for s in sheets] == [
        ("2024年7月5日 周五", ["示例红厅", "Red Hall"], [["示例论坛甲", "Sample Forum A"], ["示例乙", "Sample B"]]),
        ("2024年7月5日 周五", ["示例蓝厅", ""], [["示例丙", ""]]),
        ("2024年7月6日 周六", ["示例红厅", "Red Hall"], [["示例论坛甲", "Sample Forum A"]]),
    ]  # fmt: skip
    first, blue, _sixth = sheets
    assert [i["sessions"] for i in first["items"]] == [
        [{"time": "09:30–10:00", "title": ["示例演讲甲", "Sample Talk A"]}], [],
    ]  # fmt: skip
    assert first["address"].endswith(f"/2024/programme/?day=2024-07-05&hall={hall.venue.code}")
    assert "/2024/forums/" in blue["address"]
    assert len(sheets_of(edition, date=DAY)) == 2
    assert sheets_of(edition, venue="222222") == []


def test_signs_are_a_page_of_the_paper_asked_for(edition, forum):
    a3, a4 = signs_pdf(edition), signs_pdf(edition, date=DAY, paper="a4")
    sizes = [
        [round(float(p.mediabox.width) / 72 * 25.4) for p in PdfReader(io.BytesIO(d)).pages]
        for d in (a3, a4)
    ]
    assert sizes == [[297, 297], [210]]
    [text] = pages(a4)
    assert has(
        text, "示例红厅", "Red Hall", "2024年7月5日", "09:00–12:00", "Sample Forum A", "示例演讲甲"
    )
    assert signs_pdf(EditionFactory(year=2025)) is None


# --- The desk -----------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    return client


def last_run(response):
    assert response.status_code == 302
    run = JobRun.objects.get()
    assert str(run.uuid) in response["Location"]
    return run


def test_the_desk_makes_looks_and_publishes(edition, forum, desk):
    client = desk
    run = last_run(client.post(PRINT, {"what": "booklets"}))
    assert jobs.run(run.pk) == "done"
    page = client.get(PRINT).text
    assert page.count("共 5 页") == 2
    zh = Booklet.objects.get(language="zh")
    assert client.get(f"/admin/forums/booklet/{zh.pk}/file/")["Content-Type"] == "application/pdf"
    client.post(
        "/admin/forums/booklet/", {"action": "publish_selected", "_selected_action": [zh.pk]}
    )
    assert list(Booklet.objects.published()) == [zh]
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(zh.pk)]
    JobRun.objects.all().delete()
    run = last_run(
        client.post(PRINT, {"what": "signs", "day": "2024-07-05", "venue": "", "paper": "a4"})
    )
    assert jobs.run(run.pk) == "done"
    run.refresh_from_db()
    assert (run.result.name, run.result.is_public) == ("waic-2024-signs-07-05-a4.pdf", False)
    JobRun.objects.all().delete()
    run = last_run(
        client.post(PRINT, {"what": "signs", "day": "2024-07-04", "venue": "", "paper": "a3"})
    )
    assert jobs.run(run.pk) == "failed"
    run.refresh_from_db()
    assert run.errors[0]["text"] == "这里还没有任何安排使用会议室，因此没有可打印的指示牌。"


@pytest.mark.parametrize(
    "change", [{"day": "2024-07-09"}, {"paper": "a0"}, {"venue": "222222"}, {"day": "x" * 9000}]
)
def test_nonsense_about_signs_starts_nothing(desk, edition, change):
    asked = {"what": "signs", "day": "", "venue": "", "paper": "a3", **change}
    assert desk.post(PRINT, asked).status_code == 400
    assert not JobRun.objects.exists()
    assert [
        desk.get(f"{PRINT}?year={year}").status_code for year in ("2024", "1999", "x", "²024")
    ] == [200, 404, 404, 404]
