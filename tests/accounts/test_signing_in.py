"""Registering, signing in, resetting: the mails, and that guessing teaches nobody anything (S6)."""

import re

import pytest
from allauth.account.models import EmailAddress

from tests.accounts.factories import PASSWORD, UserFactory
from waic.accounts.models import User
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

LOGIN, SIGNUP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
CODE_PAGE = "/accounts/confirm-email/"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def register(client, email="new@example.com", path=SIGNUP, **changes):
    typed = {"name": "新人", "email": email, "password1": PASSWORD, "password2": PASSWORD, **changes}  # fmt: skip
    return client.post(path, typed)


def code_for(address):
    text = Message.objects.filter(address=address).latest("pk").text
    return re.search(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b", text)[0]


def is_signed_in(client):
    return "_auth_user_id" in client.session


# --- Registering --------------------------------------------------------------------------------


def test_a_code_from_the_mail_finishes_the_registration(client):
    assert register(client, "New@Example.com")["Location"] == CODE_PAGE
    assert not is_signed_in(client)
    message = Message.objects.get()
    assert (message.template, message.address, message.language, message.is_secret) == (
        "accounts/confirm_code", "new@example.com", "zh-hans", True,
    )  # fmt: skip
    client.post(CODE_PAGE, {"code": code_for("new@example.com")})
    assert is_signed_in(client)
    person = User.objects.get()
    assert (person.email, person.name, person.language, person.is_staff) == (
        "new@example.com", "新人", "zh-hans", False,
    )  # fmt: skip
    assert EmailAddress.objects.get().verified


def test_who_registers_in_english_is_written_to_in_english(client):
    register(client, path="/en/accounts/signup/")
    assert User.objects.get().language == "en"
    assert Message.objects.get().subject.startswith("Your code: ")


def test_three_wrong_codes_end_the_attempt(client):
    register(client)
    answers = [client.post(CODE_PAGE, {"code": "WRONG1"}).status_code for _try in range(3)]
    assert answers[:2] == [200, 200]
    client.post(CODE_PAGE, {"code": code_for("new@example.com")})
    assert not is_signed_in(client)


def test_a_registered_address_looks_like_a_new_one_and_its_owner_is_told(client):
    known = UserFactory(email="known@example.com")
    fresh, again = register(client, "new@example.com"), register(type(client)(), known.email)
    assert (again.status_code, again["Location"]) == (fresh.status_code, fresh["Location"])
    assert User.objects.get(email=known.email).check_password(PASSWORD)
    assert User.objects.count() == 2
    told = Message.objects.get(address=known.email)
    assert told.template == "accounts/already_registered"
    assert RESET in told.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "name"), ({"name": "字" * 101}, "name"), ({"name": "a\0b"}, "name"), ({"email": "nobody"}, "email"), ({"email": ""}, "email"),
     ({"email": f"{'x' * 250}@example.com"}, "email"), ({"email": "a\0b@example.com"}, "email"), ({"password1": "12345678901", "password2": "12345678901"}, "password1"),
     ({"password1": "short", "password2": "short"}, "password1"), ({"password2": "another-long-password"}, "password2")],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_makes_nobody(client, typed, field):
    answer = register(client, **typed)
    assert field in answer.context["form"].errors
    assert answer.context["form"]["name"].value() == typed.get("name", "新人")
    assert not User.objects.exists()
    assert not Message.objects.exists()


def test_an_emoji_is_a_name(client):
    register(client, name="示例 🐼")
    assert User.objects.get().name == "示例 🐼"


# --- Signing in and out -------------------------------------------------------------------------


def test_signing_in_in_any_case_and_out_again(client):
    person = UserFactory(email="some@example.com")
    assert sign_in(client, "SOME@example.com")["Location"] == "/portal/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client), "a link or a picture must not sign anybody out"
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_signed_in(client)


def test_nobody_is_led_to_another_site(client):
    UserFactory(email="some@example.com")
    answer = client.post(
        LOGIN, {"login": "some@example.com", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/portal/"


def words_of(answer, email):
    """What a person can read of an answer, without what they typed and the form's token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"', "", answer.content.decode())  # fmt: skip
    return answer.status_code, text.replace(email, "")


def test_an_unknown_account_gets_the_answer_of_a_wrong_password(client):
    UserFactory(email="known@example.com")
    wrong = words_of(sign_in(client, "known@example.com", "wrong"), "known@example.com")
    unknown = words_of(sign_in(client, "nobody@example.com", "wrong"), "nobody@example.com")
    assert wrong == unknown
    assert "不正确" in wrong[1]


def test_a_closed_account_is_only_told_to_who_knows_the_password(client):
    UserFactory(email="closed@example.com", is_active=False)
    wrong = words_of(sign_in(client, "closed@example.com", "wrong"), "closed@example.com")
    unknown = words_of(sign_in(client, "nobody@example.com", "wrong"), "nobody@example.com")
    assert wrong == unknown
    assert sign_in(client, "closed@example.com")["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_who_never_confirmed_the_address_is_asked_for_a_code(client):
    person = UserFactory()
    EmailAddress.objects.update(verified=False)
    assert sign_in(client, person.email)["Location"] == CODE_PAGE
    client.post(CODE_PAGE, {"code": code_for(person.email)})
    assert is_signed_in(client)


# --- Limits -------------------------------------------------------------------------------------


def refuses(answer):
    """Whether an attempt was turned away without looking at the password."""
    return answer.status_code == 429 or "登录失败次数过多" in answer.content.decode()


@pytest.mark.parametrize("email", ["known@example.com", "nobody@example.com"])
def test_an_account_is_closed_to_guesses_after_five_whether_it_exists_or_not(client, email):
    UserFactory(email="known@example.com")
    answers = [
        refuses(sign_in(client, email, f"wrong{n}", REMOTE_ADDR=f"192.0.2.{n}")) for n in range(7)
    ]
    assert answers == [False] * 5 + [True] * 2
    assert refuses(sign_in(client, email, PASSWORD, REMOTE_ADDR="192.0.2.99"))
    assert not is_signed_in(client)


def test_others_sign_in_meanwhile(client):
    for number in range(7):
        sign_in(client, "known@example.com", "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(client, UserFactory().email, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_a_network_that_guesses_is_slowed_down_and_a_forged_header_changes_nothing(client):
    answers = [
        refuses(sign_in(client, f"nobody{n}@example.com", "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"))
        for n in range(14)
    ]  # fmt: skip
    assert answers == [False] * 10 + [True] * 4


def test_behind_our_proxy_only_its_own_word_counts(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [
        refuses(sign_in(client, f"n{n}@example.com", "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 203.0.113.5"))
        for n in range(12)
    ]  # fmt: skip
    assert forged == [False] * 10 + [True] * 2
    elsewhere = sign_in(client, "x@example.com", "wrong", HTTP_X_FORWARDED_FOR="203.0.113.6")
    assert not refuses(elsewhere)


def test_the_limit_of_the_api_follows_no_forged_header(rf):
    from rest_framework.throttling import AnonRateThrottle

    throttle = AnonRateThrottle()
    asked = [rf.get("/", headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)]
    assert {throttle.get_ident(request) for request in asked} == {"127.0.0.1"}


# --- Resetting ----------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew(client):
    person = UserFactory()
    client.post(RESET, {"email": person.email})
    message = Message.objects.get()
    assert (message.template, message.is_secret) == ("accounts/password_reset", True)
    link = re.search(r"https?://[^/]+(/\S+)", message.text)[1]
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    new = "another-long-password"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(client, person.email, new).status_code == 302
    client.logout()
    assert "链接已失效" in client.get(link, follow=True).content.decode()


def test_the_link_leads_to_our_own_address_whatever_host_was_asked(client, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://waic.example", ["*"]
    client.post(RESET, {"email": UserFactory().email}, HTTP_HOST="evil.example")
    text = Message.objects.get().text
    assert "https://waic.example/accounts/password/reset/key/" in text
    assert "evil" not in text


def test_resetting_an_unknown_address_looks_the_same(client):
    known, unknown = UserFactory().email, "nobody@example.com"
    answers = [client.post(RESET, {"email": email}, follow=True) for email in (known, unknown)]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert words_of(answers[0], known) == words_of(answers[1], unknown)
    assert Message.objects.get(address=unknown).template == "accounts/unknown_account"
