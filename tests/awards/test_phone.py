"""The pages of awards on a phone: what people type, however long, scrolls nothing sideways; fingers find the buttons."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from awards.models import Entry
from awards.operations.entries import attach_file, save_answers
from awards.operations.members import invite_member
from tests.awards.factories import (
    AwardFactory,
    CallFactory,
    EntryFactory,
    TrackFactory,
    WinnerFactory,
    assign,
)
from tests.awards.uploads import pdf
from tests.lib.factories import UserFactory
from waic.lib import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH, FINGER = 360, 44
LONG = "Donaudampfschifffahrtselektrizitaeten" * 5
TOO_SMALL = """
    finger => [...document.querySelectorAll("main button, main .button, main summary, main .check, main .score label")]
        .filter(e => e.checkVisibility() && Math.round(e.getBoundingClientRect().height) < finger)
        .map(e => e.textContent.trim())
"""


def english(name, *args):
    return re.sub(r"^(/en)?", "/en", reverse(f"awards:{name}", args=args))


@pytest.fixture
def addresses(client):
    """Pages full of the longest words, all of one person who applies and judges."""
    person = UserFactory(name=LONG[:90], language="en")
    AwardFactory(
        name_en=LONG[:120],
        full_en=LONG,
        about_en=LONG,
        name_zh="示例奖（中文全称很长很长很长很长很长很长很长很长）",
    )
    # The site's own threads know nothing of a clock stopped in this one.
    day, now = timedelta(days=1), clock.now()
    entry = EntryFactory(lead=person, call=CallFactory(opens_at=now - day, closes_at=now + day))
    TrackFactory(call=entry.call, name_en=LONG[:80])
    answers = {
        "unit": LONG,
        "summary": LONG,
        "video": f"https://example.com/{LONG}",
        "maturity": "use",
    }
    save_answers(
        entry, basics={"title_zh": LONG, "title_en": LONG, "organisation": LONG}, answers=answers
    )
    attach_file(entry, entry.call.fields.get(key="paper"), pdf(f"{LONG[:110]}.pdf"), by=person)
    invite_member(entry, f"{LONG[:60]}@example.com", by=person, name=LONG[:100])
    winner = WinnerFactory(
        title_en=LONG, organisation=LONG, people=LONG, level=LONG[:80], track=LONG[:120], note=LONG
    )
    task = assign(person, Entry.objects.get(pk=entry.pk))
    client.force_login(person)
    return {
        "award": "/en/2024/awards/sample/", "awards": "/en/2024/awards/", "winner": english("winner", 2024, winner.code),
        "entry": english("entry", entry.code), "form": english("entry-form", entry.code), "judging": english("judging"),
        "review": english("review", task.stage.key, task.dossier.code), "entries": english("entry-list"),
    }  # fmt: skip


@pytest.fixture
def browser_context_args(browser_context_args):
    phone = {"width": WIDTH, "height": 780}
    return {**browser_context_args, "viewport": phone, "has_touch": True, "is_mobile": True}


def test_nothing_scrolls_sideways_and_fingers_find_the_buttons(
    page, live_server, client, addresses
):
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    found = {}
    for name, address in addresses.items():
        page.goto(live_server.url + address)
        width = page.evaluate("document.documentElement.scrollWidth")
        found[name] = (width, page.evaluate(TOO_SMALL, FINGER))
    assert found == {name: (WIDTH, []) for name in addresses}
