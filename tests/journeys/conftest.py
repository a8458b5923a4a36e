"""A whole site behind a real browser: one edition with open calls, desks with people, mail read from the outbox."""

import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from awards.forms_data import SAIL
from awards.models import Award, Call, Track
from awards.operations.forms import define_form
from exhibitors.models import Block, ExhibitionCall
from forums.models import ForumKind
from waic.accounts.desks import sync_desks
from waic.accounts.models import Organisation, User
from waic.editions.models import Edition, Room, Venue
from waic.lib import clock
from waic.notifications.models import Message

PASSWORD = "a-long-sample-password"


@pytest.fixture
def site(live_server, settings):
    """The address of the site; what it says of itself is right."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def edition(transactional_db):
    """An edition a month ahead, with both calls open and a room."""
    # Flushing between tests takes the desks' groups with it.
    sync_desks()
    first = clock.today() + timedelta(days=30)
    edition = Edition.objects.create(
        year=first.year, number=1, name_zh="示例大会", name_en="Sample Conference", theme_zh="示例主题", theme_en="Sample theme",
        starts_on=first, ends_on=first + timedelta(days=2), is_current=True,
    )  # fmt: skip
    window = {"opens_at": clock.now() - timedelta(days=9), "closes_at": clock.now() + timedelta(days=9)}  # fmt: skip
    ExhibitionCall.objects.create(edition=edition, **window)
    Block.objects.create(edition=edition, key="core", name_zh="核心技术", name_en="Core technology")
    award = Award.objects.create(key="sail", name_zh="SAIL 奖", name_en="SAIL Award")
    call = Call.objects.create(award=award, edition=edition, prefix="SAIL", **window)
    Track.objects.create(call=call, key="leading", name_zh="引领", name_en="Leading")
    define_form(call, SAIL)
    ForumKind.objects.create(edition=edition, key="industry", name_zh="行业论坛", name_en="Industry forum")  # fmt: skip
    venue = Venue.objects.create(edition=edition, name_zh="示例会议中心", name_en="Sample centre")
    Room.objects.create(venue=venue, name_zh="红厅", name_en="Red hall", capacity=300)
    Organisation.objects.create(name_zh="示例研究院", name_en="Sample institute")
    return edition


def new_person(email, *, desk="", language="zh-hans", name="示例人员"):
    """A person who can sign in; at a desk when one is named."""
    person = User.objects.create_user(
        email=email, password=PASSWORD, name=name, language=language, is_staff=bool(desk)
    )
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    if desk:
        person.groups.add(Group.objects.get(name=desk))
    return person


class Visitor:
    """One person at one browser."""

    def __init__(self, context, site, language=""):
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.site, self.language = site, language
        self.errors = []
        # What the policy refuses or a script throws is a fault of ours, whoever looks.
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message):
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def go(self, path):
        response = self.page.goto(f"{self.site}{self.language}{path}")
        assert response.status < 400, (path, response.status)
        return self

    def sign_in(self, email, next_path="/portal/"):
        self.go(f"/accounts/login/?next={self.language}{next_path}")
        self.page.locator("#id_login").fill(email)
        self.page.locator("#id_password").fill(PASSWORD)
        self.press("登录" if not self.language else "Sign in")
        self.page.wait_for_url(f"**{next_path}")
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()
        return self

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()
        return self

    def fill(self, **fields):
        """Fill inputs by the name of their field."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").last.fill(value)
        return self

    def sees(self, *texts):
        for text in texts:
            self.page.get_by_text(text).first.wait_for()
        return self

    def text(self):
        return self.page.locator("body").inner_text()


SIZES = {
    "phone": {"width": 390, "height": 844},
    "tablet": {"width": 1024, "height": 768},
    "desk": {"width": 1440, "height": 900},
}


@pytest.fixture
def visit(browser, site):
    """`visit()` opens a browser of one more person; at the end none of them met a fault of ours."""
    contexts, people = [], []

    def open_one(language="", phone=False, tablet=False):
        size = SIZES["phone" if phone else "tablet" if tablet else "desk"]
        locale = "zh-CN" if not language else "en-GB"
        context = browser.new_context(
            locale=locale, timezone_id="Asia/Shanghai", viewport=size, has_touch=phone or tablet
        )
        contexts.append(context)
        people.append(Visitor(context, site, language))
        return people[-1]

    yield open_one
    faults = [error for person in people for error in person.errors]
    for context in contexts:
        context.close()
    assert faults == []


class Mailbox:
    """The outbox as its readers see it."""

    def to(self, address):
        return list(Message.objects.filter(address=address).order_by("pk"))

    def templates(self, address):
        return [message.template for message in self.to(address)]

    def last(self, address):
        return self.to(address)[-1]

    def link(self, address):
        """The personal link of the last mail."""
        return re.search(r"https?://\S+", self.last(address).text + " " + self.last(address).link).group(0)  # fmt: skip

    def code(self, address):
        """The confirmation code of the last mail."""
        return re.search(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b", self.last(address).text).group(0)


@pytest.fixture
def mailbox():
    return Mailbox()


def day_of(edition):
    return edition.starts_on if isinstance(edition.starts_on, date) else edition.starts_on.date()
