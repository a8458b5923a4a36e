"""Every page of the sign-in: ours, in the reader's language, and open to nobody it is not meant for."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils import translation

from tests.accounts.factories import PASSWORD, UserFactory
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

OPEN = (
    "account_login", "account_signup", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done",
)  # fmt: skip
OWN = (
    "account_logout", "account_email", "account_change_password", "account_reauthenticate", "mfa_index", "usersessions_list",
    "accounts:profile", "accounts:tokens", "accounts:organisations", "notifications:inbox",
)  # fmt: skip
FRESH = ("mfa_activate_totp",)  # asks for the password first
# Reached in the middle of something, or with a second factor; looked at below or in the journey.
WITHIN = (
    "account_email_verification_sent", "account_reset_password_from_key", "account_set_password", "account_confirm_login_code",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "account_request_login_code",
)  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")
WORDS = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")


def words_of(answer):
    """What people read of a page's own part."""
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)[0]
    return re.sub(r"<[^>]+>", "\n", main)


def check(answer, language):
    """In our look, and in one language only."""
    assert answer.status_code == 200
    ours = str(settings.BASE_DIR / "templates")
    first = next(t for t in answer.templates if t.origin)
    assert str(first.origin.name).startswith(ours), first.origin.name
    words = words_of(answer).replace("中文", "")
    foreign = HAN.findall(words) if language == "en" else WORDS.findall(words)
    assert foreign == [], (answer.request["PATH_INFO"], foreign)


def addressed(name, language, *args):
    with translation.override("en" if language == "en" else "zh-hans"):
        return reverse(name, args=args)


@pytest.fixture(params=["zh", "en"])
def language(request):
    return request.param


def test_no_page_of_allauth_is_missing_here():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    of_allauth = {n for n in names if n.startswith(("account_", "mfa_", "usersessions_"))}
    assert of_allauth - set(OPEN) - set(OWN) - set(FRESH) - set(WITHIN) == set()


@pytest.mark.parametrize("name", OPEN)
def test_open_pages_speak_one_language(client, name, language):
    check(client.get(addressed(name, language)), language)


@pytest.mark.parametrize("name", OWN + FRESH)
def test_own_pages_speak_one_language_and_ask_for_a_sign_in(client, name, language):
    path = addressed(name, language)
    closed = client.get(path)
    assert closed.status_code == 302
    person = UserFactory(name="", email="1@example.com")
    signed_in(client, person, language)
    check(client.get(path), language)


@pytest.mark.parametrize("link", ["1-abc-def", "zzzzzzzzzzzzzzzz-x", "0-0"])
def test_an_invalid_link_says_what_to_do(client, link, language):
    answer = client.get(addressed("account_reset_password", language) + f"key/{link}/")
    check(answer, language)
    assert addressed("account_reset_password", language) in answer.content.decode()


def test_the_page_that_waits_for_the_code(client, language):
    person = UserFactory(email="1@example.com")
    EmailAddress.objects.update(verified=False)
    client.post(addressed("account_login", language), {"login": person.email, "password": PASSWORD})
    page = addressed("account_email_verification_sent", language)
    check(client.get(page), language)
    check(client.post(page, {"code": "1"}), language)
    client.post(page, {"action": "resend"})
    assert Message.objects.filter(address=person.email).count() >= 1


def test_pages_of_the_second_factor(client, language, enrolled):
    person, _secret = enrolled
    signed_in(client, person, language)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):  # fmt: skip
        check(client.get(addressed(name, language)), language)
    file = client.get(addressed("mfa_download_recovery_codes", language))
    assert file["Content-Type"].startswith("text/plain")
    assert bool(HAN.search(file.content.decode())) == (language == "zh")


@pytest.fixture
def enrolled():
    """Somebody with an authenticator app and recovery codes, and the app's key."""
    person, secret = UserFactory(name="", email="1@example.com"), generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return person, secret


def signed_in(client, person, language):
    """By password, and where it is asked for with a recovery code."""
    login = addressed("account_login", language)
    answer = client.post(login, {"login": person.email, "password": PASSWORD})
    if answer["Location"].endswith("/2fa/authenticate/"):
        check(client.get(answer["Location"]), language)
        codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
        client.post(answer["Location"], {"code": codes.get_unused_codes()[0]})
    assert "_auth_user_id" in client.session
    # Risky pages ask once more.
    client.post(addressed("account_reauthenticate", language), {"password": PASSWORD})
