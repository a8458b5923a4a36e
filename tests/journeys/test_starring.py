"""A visitor on a phone stars, signs in, finds the stars on another device, and shares them by a link."""

import io
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from forums.models import Star
from tests.forums.factories import published_forum
from tests.journeys.conftest import new_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PERSON = "visitor@sample.example"


def star(visitor, title):
    visitor.page.get_by_role("button", name=f"收藏：{title}", exact=True).first.click()


def kept(visitor):
    """What this browser keeps of stars, as a stranger with its developer tools reads it."""
    return visitor.page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('stars-')).join()"
    )


def pressed(visitor, title):
    return visitor.page.locator(f"button[aria-pressed=true]:has-text('收藏：{title}')")


def test_stars_follow_from_the_browser_into_the_account_and_on(edition, visit):
    day, address = edition.starts_on, f"/{edition.year}/programme/"
    titles = ["示例早", "示例交叉", "示例午后", "示例平板"]
    times = [("09:00", "11:00"), ("10:00", "12:00"), ("14:00", "15:00"), ("16:00", "17:00")]
    forums = [
        published_forum(None, *hours, day=day, edition=edition, title_zh=title)
        for title, hours in zip(titles, times, strict=True)
    ]
    new_person(PERSON)

    phone = visit(phone=True).go(address)
    star(phone, "示例早")
    star(phone, "示例交叉")
    star(phone, "示例午后")
    star(phone, "示例午后")
    assert pressed(phone, "示例早").count() == 1
    assert pressed(phone, "示例午后").count() == 0
    phone.go(f"{address}mine/").sees("时间重叠：")
    assert "“示例交叉”（10:00–12:00）" in phone.text()
    assert "示例午后" not in phone.text()
    assert not Star.objects.exists()

    # Once starred, and in the programme no more: the account drops it and takes the rest.
    phone.page.evaluate("stars.set(['222222'], true)")

    # The tablet was signed in before and has another star; the phone's join it.
    tablet = visit().sign_in(PERSON, address)
    star(tablet, "示例平板")
    with phone.page.expect_response(lambda r: "/api/v1/stars/" in r.url and r.request.method == "PATCH" and r.ok):  # fmt: skip
        phone.sign_in(PERSON, address)
    tablet.page.evaluate("sessionStorage.clear()")
    tablet.go(address)
    pressed(tablet, "示例早").wait_for()
    with tablet.page.expect_response(lambda r: "/api/v1/stars/" in r.url and r.request.method == "PATCH"):  # fmt: skip
        star(tablet, "示例早")
    kept = set(Star.objects.values_list("forum__code", flat=True))
    assert kept == {forums[1].code, forums[3].code}

    # What the tablet took away goes from the phone too; the rest is shared with somebody else.
    phone.page.evaluate("sessionStorage.clear()")
    phone.go(f"{address}mine/").sees("示例平板", "示例交叉")
    phone.page.get_by_text("示例早", exact=True).wait_for(state="detached")
    phone.press("用链接分享")
    link = phone.page.locator("#share-link").input_value()
    friend = visit(phone=True).go(link.removeprefix(phone.site)).press("加入我的日程")
    friend.page.wait_for_url(f"**{address}mine/")
    friend.sees("示例平板", "示例交叉")
    width = "document.documentElement.scrollWidth <= innerWidth"
    assert friend.page.evaluate(width)

    # On paper there is the selection, and nothing to press.
    paper = PdfReader(io.BytesIO(friend.page.pdf(prefer_css_page_size=True)))
    words = "".join(normalize("NFKC", page.extract_text()) for page in paper.pages)
    assert ("示例平板" in words, "用链接分享" in words, "首页" in words) == (True, False, False), (
        words
    )


def test_stars_of_an_account_leave_a_shared_computer_with_it(edition, visit):
    """Stars without an account join the one that signs in; with its sign-out they are gone, in every tab and on every page."""
    day, address = edition.starts_on, f"/{edition.year}/programme/"
    ana, bo = (
        published_forum(None, *hours, day=day, edition=edition, title_zh=title)
        for title, hours in (("示例甲", ("09:00", "10:00")), ("示例乙", ("11:00", "12:00")))
    )
    for person in (PERSON, "other@sample.example"):
        new_person(person)
    desk = visit().go(address)
    star(desk, "示例甲")
    joined = lambda r: r.request.method == "PATCH" and r.ok  # noqa: E731
    with desk.page.expect_response(joined):
        desk.sign_in(PERSON, address)
    desk.page.wait_for_function("stars.read().account")
    tab = desk.page.context.new_page()
    tab.goto(f"{desk.site}{address}mine/")
    tab.get_by_text("示例甲").first.wait_for()

    # Signed out where no star is shown at all; the page open in the other tab loses them when somebody looks at it.
    desk.go("/portal/").press("退出登录")
    desk.page.wait_for_url(f"{desk.site}/")
    assert kept(desk) == ""
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.get_by_text("示例甲").first.wait_for(state="detached")
    tab.close()
    desk.go(address)
    assert desk.page.locator("[aria-pressed=true].star").count() == 0

    # The next one stars without an account, signs in, and has that one alone.
    star(desk, "示例乙")
    with desk.page.expect_response(joined):
        desk.sign_in("other@sample.example", address)
    desk.page.wait_for_function("stars.read().account")
    desk.page.reload()
    assert (pressed(desk, "示例甲").count(), pressed(desk, "示例乙").count()) == (0, 1)
    stars = Star.objects.values_list("user__email", "forum")
    assert set(stars) == {(PERSON, ana.pk), ("other@sample.example", bo.pk)}

    # A session that ends by itself, in another place: the account's go, what was starred since stays in the browser.
    desk.page.context.clear_cookies(name="waic_session")
    desk.page.evaluate("sessionStorage.clear()")
    with desk.page.expect_response(lambda r: "/api/v1/stars/" in r.url):
        desk.go(address)
    desk.page.wait_for_function("!stars.read().account")
    assert "[]" in kept(desk)
    star(desk, "示例甲")
    desk.page.reload()
    assert pressed(desk, "示例甲").count() == 1
