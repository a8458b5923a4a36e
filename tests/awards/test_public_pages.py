"""Public pages of awards: rules, dates and winners of the edition in the address; the same bytes for everybody."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awards.models import Award, Call, Stage, Winner
from tests.awards.factories import (
    CLOSES,
    DURING,
    OPENS,
    SECOND,
    AwardFactory,
    CallFactory,
    EntryFactory,
    TrackFactory,
    WinnerFactory,
    submitted_entry,
)
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock, pagecache

pytestmark = pytest.mark.django_db

LIST, AWARD = "/2024/awards/", "/2024/awards/sample/"
PAGES = ["list", "award", "winner"]


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def winner():
    call = CallFactory(rules_zh="示例规则", rules_en="Sample rules")
    TrackFactory(call=call)
    Stage.objects.create(
        call=call, key="first", name_zh="初评", name_en="First review",
        starts_on=date(2024, 6, 3), ends_on=date(2024, 6, 20),
    )  # fmt: skip
    return WinnerFactory(
        title_zh="示例获奖项目", title_en="Sample winner", people="示例甲", note="示例说明"
    )


def page_of(winner):
    return f"/{winner.edition.year}/awards/winners/{winner.code}/"


def addresses(winner):
    return {"list": LIST, "award": AWARD, "winner": page_of(winner)}


def made_anew(client, address):
    pagecache._bump_now()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return response, len(queries)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


# --- Bytes and queries --------------------------------------------------------------------------

# Cold, with everything on the page.
BUDGET = {"list": 4, "award": 8, "winner": 2}


@pytest.mark.parametrize("name", PAGES)
def test_one_and_three_rows_take_the_same_queries(client, winner, name):
    address = addresses(winner)[name]
    _response, few = made_anew(client, address)
    for n in range(2):
        WinnerFactory()
        WinnerFactory(edition=EditionFactory(year=2021 + n))
        other = CallFactory(award__key=f"other{n}", award__name_zh=f"示例另一奖{n}")
        WinnerFactory(award=other.award)
        TrackFactory(call=winner.edition.calls.get(award=winner.award), key=f"more{n}")
        Stage.objects.create(call=winner.edition.calls.get(award=winner.award), key=f"more{n}", name_zh="示例")  # fmt: skip
        submitted_entry(call=other)
    response, many = made_anew(client, address)
    assert few == many
    assert many <= BUDGET[name]
    if name != "winner":
        assert "示例另一奖1" in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_hit_takes_no_query_at_all(client, winner, name, django_assert_num_queries):
    address = addresses(winner)[name]
    first = client.get(address)
    with django_assert_num_queries(0):
        second = client.get(address)
        third = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.content == first.content
    assert (third.status_code, third.content) == (304, b"")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_everybody_gets_the_same_bytes(client, winner, name, language):
    address = language + addresses(winner)[name]
    signed_in = Client()
    signed_in.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    anonymous, _count = made_anew(client, address)
    theirs, _count = made_anew(signed_in, address)
    assert theirs.content == anonymous.content
    assert not anonymous.cookies
    assert "csrfmiddlewaretoken" not in anonymous.content.decode()


def test_a_change_is_seen_at_once(client, winner, django_capture_on_commit_callbacks):
    assert "示例新奖项" not in words(client.get(AWARD))
    with django_capture_on_commit_callbacks(execute=True):
        WinnerFactory(title_zh="示例新奖项")
    assert "示例新奖项" in words(client.get(AWARD))
    with django_capture_on_commit_callbacks(execute=True):
        Winner.objects.filter(title_zh="示例新奖项").delete()
    assert "示例新奖项" not in words(client.get(AWARD))


# --- What is there ------------------------------------------------------------------------------


def test_the_list_tells_of_every_award_and_its_winners(client, winner):
    WinnerFactory()
    AwardFactory(key="contest", kind="contest", name_zh="示例赛事", name_en="Sample contest")
    zh, en = words(client.get(LIST)), words(client.get(f"/en{LIST}"))
    assert [w for w in ("示例奖", "示例赛事") if w not in zh] == []
    assert [
        w for w in ("Sample Award", "2 winners of 2024 on record", "Sample contest", "No winners of 2024 on record")
        if w not in en
    ] == []  # fmt: skip


def test_an_edition_without_awards_says_so(client):
    EditionFactory()
    assert "No awards yet" in words(client.get(f"/en{LIST}"))


@pytest.mark.parametrize(
    ("moment", "told", "has_button"),
    [
        (OPENS - SECOND, "Call: 1 March 2024, 09:00 – 31 May 2024, 18:00", False),
        (OPENS, "open until 31 May 2024, 18:00", True),
        (CLOSES - SECOND, "open until 31 May 2024, 18:00", True),
        (CLOSES, "Call: 1 March 2024, 09:00 – 31 May 2024, 18:00", False),
    ],
)
def test_dates_are_told_and_the_button_is_there_while_the_call_is_open(
    client, winner, moment, told, has_button
):
    with clock.frozen_at(moment):
        page = client.get(f"/en{AWARD}")
    assert told in words(page)
    button = '<a class="button button--primary" href="/en/portal/entries/">'
    assert (button in page.content.decode()) == has_button


def test_an_award_page_has_rules_stages_questions_and_winners(client, winner):
    Award.objects.update(about_zh="示例章程", about_en="Sample charter", since=2017)
    earlier = WinnerFactory(edition=EditionFactory(year=2023), title_en="Earlier winner")
    page = client.get(f"/en{AWARD}")
    text = words(page)
    expected = [
        "Sample charter", "Sample rules", "Leading", "First review", "3–20 June", "Q summary", "(optional)", "Winners 2024",
        "Sample winner", "示例甲", "Earlier winner",
    ]  # fmt: skip
    assert [w for w in expected if w not in text] == []
    assert page_of(earlier) in page.content.decode()


def test_a_winners_page(client, winner):
    text = words(client.get(f"/en{page_of(winner)}"))
    assert [w for w in ("Sample winner", "Sample Award", "示例研究院", "示例甲", "示例说明") if w not in text] == []  # fmt: skip


def test_sample_dates_say_so(client, winner):
    Call.objects.update(is_sample=True)
    assert "Sample dates" in words(client.get(f"/en{AWARD}"))


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_bare_award_and_winner_have_pages(client, language):
    award = AwardFactory(name_en="")
    bare = WinnerFactory(award=award, title_zh="", title_en="", organisation="", people="示例甲")
    for address in (LIST, AWARD, page_of(bare)):
        assert client.get(language + address).status_code == 200


# --- What is not there --------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_another_edition_shows_nothing_of_this_one(client, winner, name):
    address = addresses(winner)[name].replace("/2024/", "/2025/")
    assert client.get(address).status_code == 404
    EditionFactory(year=2025)
    pagecache._bump_now()
    response = client.get(address)
    if name == "winner":
        assert response.status_code == 404
    elif name == "list":
        assert [(len(r["winners"]), r["call"]) for r in response.context["rows"]] == [(0, None)]
    else:
        # Its own call and winners are not there; last year's winners stand under their year.
        text = words(response)
        assert "示例规则" not in text
        assert (response.context["call"], response.context["current"]) == (None, [])
        assert [year for year, _winners in response.context["earlier"]] == [2024]


@pytest.mark.parametrize("name", PAGES)
def test_an_unpublished_edition_is_not_there(client, winner, name):
    hidden = EditionFactory(year=2025, is_published=False)
    CallFactory(edition=hidden, rules_zh="示例：未公开规则")
    secret = WinnerFactory(edition=hidden, title_zh="示例：未公开获奖")
    assert "未公开" not in client.get(addresses(winner)[name]).content.decode()
    assert client.get(addresses(secret)[name].replace("/2024/", "/2025/")).status_code == 404
    assert client.get(page_of(secret).replace("/2025/", "/2024/")).status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_entries_are_nobodys_business(client, winner, language):
    call = winner.edition.calls.get(award=winner.award)
    secret = {"title_zh": "机密项目", "title_en": "Secret entry", "organisation": "机密单位"}
    codes = [EntryFactory(call=call, **secret).code]
    handed_in = submitted_entry(call=call, track=call.tracks.get(), organisation="机密单位")
    codes += [handed_in.code, handed_in.receipt_number]
    for address in addresses(winner).values():
        page = client.get(language + address).content.decode()
        assert [w for w in ("机密", "Secret entry", "Sample entry", *codes) if w in page] == []
    for code in codes[:2]:
        assert client.get(f"{language}/2024/awards/winners/{code}/").status_code == 404
        assert client.get(f"{language}/2024/awards/sample/entries/{code}/").status_code == 404


@pytest.mark.parametrize("code", ["ZZZZZZ", "zzzzzz", "ABC", "AB%00CD", "..%2F..", "O0I1L!"])
def test_made_up_addresses_are_not_found(client, winner, code):
    assert client.get(f"/2024/awards/winners/{code}/").status_code == 404
    assert client.get(f"/2024/awards/{code}/").status_code == 404


def test_pages_are_read_and_nothing_else(client, winner):
    for address in addresses(winner).values():
        assert client.post(address, {"x": 1}).status_code == 405


# --- Words --------------------------------------------------------------------------------------


def test_what_has_no_english_is_shown_in_chinese_and_marked(client):
    call = CallFactory(award__name_en="", rules_zh="示例规则")
    TrackFactory(call=call, name_en="")
    Award.objects.update(full_zh="示例全称", about_zh="示例章程")
    winner = WinnerFactory(title_zh="示例项目", title_en="")
    page = client.get(f"/en{AWARD}").content.decode()
    for text in ("示例奖", "示例全称", "引领", "示例项目"):
        assert f'<span lang="zh-Hans">{text}</span>' in page
    for text in ("示例章程", "示例规则"):
        assert f'<div class="prose" lang="zh-Hans"><p>{text}</p></div>' in page
    page = client.get(f"/en{page_of(winner)}").content.decode()
    for text in ("示例奖", "示例项目"):
        assert f'<span lang="zh-Hans">{text}</span>' in page
    assert '<span lang="zh-Hans">示例奖</span>' in client.get(f"/en{LIST}").content.decode()


def test_nothing_is_marked_in_its_own_language(client, winner):
    for address in addresses(winner).values():
        for language, other in (("", "en"), ("/en", "zh-Hans")):
            page = client.get(language + address).content.decode()
            main = page[page.index("<main") : page.index("</main>")]
            assert f'lang="{other}"' not in main


def test_what_organisers_type_is_never_run(client, winner):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=1>"
    Award.objects.update(name_zh=evil, full_zh=evil, about_zh=evil)
    Call.objects.update(rules_zh=evil)
    Winner.objects.update(title_zh=evil, organisation=evil, people=evil, note=evil, level=evil, track=evil)  # fmt: skip
    for address in addresses(winner).values():
        page = client.get(address).content.decode().replace("<wbr>", "")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
