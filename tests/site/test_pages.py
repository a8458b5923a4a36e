"""Home, halls, search, portal, the demo clock and the error pages."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from tests.forums.factories import RoomFactory, SpeakerFactory, VenueFactory, at, published_forum
from tests.lib.factories import EditionFactory, UserFactory
from tests.visitors.factories import TicketFactory
from waic.editions.models import Hall
from waic.editions.search import Findable, index
from waic.lib import clock, pagecache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_second_day():
    with clock.frozen_at(at("10:24")):
        yield


@pytest.fixture
def edition():
    return EditionFactory(theme_zh="以示例促共享，以示例促善治", theme_en="A sample theme")


# --- Home ---------------------------------------------------------------------------------------


def test_home_before_there_is_an_edition(client):
    for address in ("/", "/en/", "/about/"):
        assert client.get(address).status_code == 200
    assert client.get("/2024/").status_code == 404


def test_home_tells_theme_dates_and_what_runs(client, edition):
    room = RoomFactory(venue=VenueFactory(edition=edition))
    published_forum(room, "10:00", "12:00", title_zh="示例此刻", title_en="Sample now")
    published_forum(None, "14:00", "15:00", title_zh="示例稍后", title_en="Sample later")
    published_forum(None, "08:00", "09:00", title_zh="示例早前", title_en="Sample before")
    zh, en = client.get("/").text, client.get("/en/").text
    assert "<span>以示例促共享" in zh
    assert "A sample theme" in en
    now = zh.split('id="h-now"')[1].split('id="h-b"')[0]
    assert [title in now for title in ("示例此刻", "示例稍后", "示例早前")] == [True, True, False]
    assert "96" in now  # minutes left
    assert en.count("<path d=") >= 3  # the river


def test_home_counts_down_and_looks_back(client, edition):
    with clock.frozen_at(at("09:00", date(2024, 4, 8))):
        before = client.get("/en/").text
    pagecache._bump_now()
    with clock.frozen_at(at("09:00", date(2024, 7, 8))):
        after = client.get("/en/").text
    assert "87 days" in before
    assert "Register to visit" in before
    assert "What it was like" in after
    assert "Opens in" not in after


def test_an_edition_without_a_theme_shows_its_name(client):
    EditionFactory(name_zh="示例大会之名")
    text = client.get("/").text
    assert re.search(r"<h1.*?示例大会之名", text, re.DOTALL)
    assert "<title>示例大会之名" in text


def test_an_edition_on_record_shows_published_figures_and_no_empty_boards(client, edition):
    old = EditionFactory(year=2019, is_archive=True, theme_zh="示例旧届")
    old.figures.create(key="guests", name_zh="嘉宾", name_en="Guests", value="500")
    old.figures.create(key="nameless", value="777")
    text = client.get("/en/2019/").text
    assert ">500</dd>" in text
    assert "777" not in text
    assert [board in text for board in ("board is-forum", "board is-expo", "board is-award")] == [False, False, True]  # fmt: skip


def test_hidden_and_impossible_years_are_not_found(client, edition):
    EditionFactory(year=2030, is_published=False)
    for address in ("/2030/", "/2030/map/", "/2030/visit/", "/1/", "/99999999999999999999/", "/en/0/"):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert "/2030/" not in client.get("/about/").text


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_the_same_queries(client, edition, count, django_assert_max_num_queries):
    for _n in range(count):
        published_forum(RoomFactory(venue=VenueFactory(edition=edition)))
    with django_assert_max_num_queries(12):
        assert client.get("/").text.count("card__link") == count


# --- Halls --------------------------------------------------------------------------------------


def test_halls_of_other_editions_stay_out(client, edition):
    venue = VenueFactory(edition=edition)
    Hall.objects.create(venue=venue, key="H1", name_zh="示例一馆")
    Hall.objects.create(venue=VenueFactory(edition=edition), key="H1", name_zh="示例同号馆")
    RoomFactory(venue=venue, name_zh="示例会议室", capacity=120)
    elsewhere = VenueFactory(edition=EditionFactory(year=2025))
    Hall.objects.create(venue=elsewhere, key="H1", name_zh="别届的馆")
    text = client.get("/2024/map/").text
    assert [name in text for name in ("示例一馆", "示例同号馆", "示例会议室", "120", "别届的馆")] == [True] * 4 + [False]  # fmt: skip
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_an_edition_without_halls_says_so(client, edition):
    assert 'class="empty' in client.get("/2024/map/").text


# --- Search -------------------------------------------------------------------------------------

THINGS = [
    Findable("forum", "AAAAAA", "人形机器人与具身智能发展论坛", "Humanoid robots"),
    Findable("session", "BBBBBB", "闭幕致辞", "Closing", body="谈到了具身智能与大模型"),
    Findable("speaker", "CCCCCC", "姚期智", "Andrew Chi-Chih Yao", "示例大学"),
    Findable("exhibitor", "DDDDDD", "商汤科技", "SenseTime"),
    Findable("exhibit", "EEEEEE", "日日新大模型", "SenseNova"),
    Findable("winner", "FFFFFF", "示例大模型平台", "Sample platform"),
]


@pytest.fixture
def found(client, edition):
    index(edition, THINGS)
    index(EditionFactory(year=2025), [Findable("forum", "GGGGGG", "别届的具身智能论坛")])

    def search(q, prefix="", **params):
        response = client.get(f"{prefix}/2024/search/", {"q": q, **params})
        assert response.status_code == 200
        return [entry.code for entry, _address in response.context["results"]]

    return search


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("具身智能", ["AAAAAA", "BBBBBB"]),  # the title above the text
        ("姚期智", ["CCCCCC"]),
        ("期智", ["CCCCCC"]),
        ("SenseTime", ["DDDDDD"]),
        ("sensetime", ["DDDDDD"]),
        ("ＳｅｎｓｅＴｉｍｅ", ["DDDDDD"]),
        ("Sense", ["DDDDDD", "EEEEEE"]),
        ("没有这样的词", []),
        ("", []),
        ("   ", []),
    ],
)
def test_words_find_what_they_should(found, words, codes):
    assert sorted(found(words)) == codes
    assert found(words)[:1] == codes[:1] or words == "Sense"


def test_titles_rank_above_text(found):
    codes = found("大模型")
    assert set(codes) == {"EEEEEE", "FFFFFF", "BBBBBB"}
    assert codes[-1] == "BBBBBB"


def test_a_kind_narrows_down_and_an_unknown_one_does_not(found):
    assert found("大模型", kind="exhibit") == ["EEEEEE"]
    assert len(found("大模型", kind="nonsense")) == 3
    assert found("大模型", kind="speaker") == []


def test_every_result_leads_to_a_page_of_its_kind(client, found):
    for thing in THINGS:
        response = client.get("/en/2024/search/", {"q": thing.title_zh})
        addresses = {entry.code: where for entry, where in response.context["results"]}
        assert addresses[thing.code].startswith("/en/2024/")
        assert thing.code in addresses[thing.code]


@pytest.mark.parametrize(
    "words", ["\x00", "a\x00b", "'", "\\", "% _ %", "😀", "<script>alert(1)</script>", "& | ! ( )", ":*", "a:*b", "字" * 5000, "'; --"]
)  # fmt: skip
def test_no_words_break_the_search(client, found, words):
    response = client.get("/2024/search/", {"q": words})
    assert response.status_code == 200
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(("page", "status"), [("1", 200), ("999", 200), ("0", 404), ("x", 404), ("-1", 404), ("9" * 9, 404), ("²", 404)])  # fmt: skip
def test_pages_of_results(client, found, page, status):
    assert client.get("/2024/search/", {"q": "大模型", "page": page}).status_code == status


# --- The portal's front page --------------------------------------------------------------------


def test_the_portal_shows_what_is_mine_first(client, edition):
    person = UserFactory(name="示例访客")
    TicketFactory(registration__edition=edition, registration__user=person)
    TicketFactory(registration__edition=edition, date=date(2024, 7, 6))  # somebody else's
    client.force_login(person)
    response = client.get(reverse("site:portal"))
    sections = [(section.key, len(items)) for section, items, _starts in response.context["sections"]]  # fmt: skip
    assert sections[0] == ("visit", 1)
    assert {count for _key, count in sections[1:]} == {0}
    assert "7月5日" in response.text
    assert "7月6日" not in response.text


def test_the_portal_is_for_people_who_are_signed_in(client):
    response = client.get("/en/portal/")
    assert (response.status_code, response["Location"]) == (302, "/en/accounts/login/?next=/en/portal/")  # fmt: skip


# --- The demo clock -----------------------------------------------------------------------------


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_the_clock_jumps_to_each_stop_and_pages_follow(client, demo, edition):
    clock._frozen.set(None)
    for name, (moment, label) in clock.STOPS.items():
        page = client.get("/demo/clock/")
        assert f'value="{name}"' in page.text
        assert str(label) in page.text
        assert client.post("/demo/clock/", {"stop": name}).status_code == 302
        pagecache._bump_now()
        assert 0 <= (clock.now() - moment).total_seconds() < 3600
        shown = moment.astimezone(clock.ZONE)
        assert f'datetime="{shown:%Y-%m-%dT%H:}' in client.get("/").text


@pytest.mark.parametrize("stop", ["", "tomorrow", "\x00", "😀" * 1000])
def test_other_times_are_no_stops(client, demo, stop):
    assert client.post("/demo/clock/", {"stop": stop}).status_code == 400


def test_without_the_demo_there_is_no_clock(client, edition):
    assert client.get("/demo/clock/").status_code == 404
    assert client.post("/demo/clock/", {"stop": "after"}).status_code == 404
    assert "demo-bar" not in client.get("/").text


# --- Errors -------------------------------------------------------------------------------------

ERRORS = {
    400: "这次请求有误", 403: "这一页不对您开放", 404: "这里没有这一页", 429: "请稍等片刻", 500: "我们这边出了错", 503: "暂时无法服务",
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("status", ERRORS)
def test_error_pages_speak_both_languages_the_readers_first(status, language, django_assert_num_queries):  # fmt: skip
    with translation.override(language), django_assert_num_queries(0):
        text = render_to_string(f"{status}.html")
    heading = re.search(r"<h1 id=\"h-(\w+)\">(.*?)</h1>", text)
    other = re.search(r"<h2 id=\"h-(\w+)\">(.*?)</h2>", text)
    zh, en = (other, heading) if language == "en" else (heading, other)
    assert (zh[1], zh[2], en[1]) == ("zh", ERRORS[status], "en")
    assert re.fullmatch(r"[A-Za-z ,]+", en[2])
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}">' in text


def test_a_missing_page_is_in_the_design_and_under_the_policy(client):
    for address, language in (("/no/such/page/", "zh-Hans"), ("/en/no/such/page/", "en")):
        response = client.get(address)
        assert response.status_code == 404
        assert f'<html lang="{language}">' in response.text
        assert "unsafe" not in response["Content-Security-Policy"]
        assert response.cookies == {}


def test_a_form_without_its_token_is_refused_in_the_design(edition, settings):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    response = client.post("/en/portal/tickets/", {"date": "2024-07-05"})
    assert response.status_code == 403
    assert "This form has expired" in response.text


def test_ten_megabytes_are_refused_before_they_are_read(client):
    client.force_login(UserFactory())
    assert client.post("/portal/tickets/", {"date": "x" * 10_000_000}).status_code == 413


# --- Templates and styles -----------------------------------------------------------------------

TEMPLATES = [p for p in (settings.BASE_DIR / "templates").rglob("*.html") if not {"emails", "admin", "notifications"} & set(p.parts)]  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(settings.BASE_DIR).as_posix())  # fmt: skip
def test_templates_have_no_inline_code_and_load_nothing_from_outside(path):
    text = path.read_text()
    assert re.findall(r"<style|\sstyle=|\son(?:click|load|change|submit|input)=|javascript:", text) == []  # fmt: skip
    assert re.findall(r'<(?:script|link|img|iframe|source|video)[^>]*(?:src|href)="(?:https?:)?//', text) == []  # fmt: skip


def test_styles_load_nothing_from_outside():
    sheets = list((Path(settings.BASE_DIR) / "waic/static/waic").rglob("*.css"))
    assert sheets
    outside = [(s.name, found) for s in sheets for found in re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", s.read_text())]  # fmt: skip
    assert outside == []


def test_a_speakers_name_is_found_and_shown_as_text(client, edition):
    speaker = SpeakerFactory(edition=edition, name_zh="<b>示例</b>")
    index(edition, [Findable("speaker", speaker.code, speaker.name_zh)])
    text = client.get("/2024/search/", {"q": "示例"}).text
    assert "&lt;b&gt;示例&lt;/b&gt;" in text
