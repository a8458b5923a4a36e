"""API tokens (S14): shown once, read-only unless asked otherwise, and dead at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.accounts.factories import UserFactory
from waic.accounts.models import ApiToken
from waic.accounts.operations import make_token

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
PAGE = "/portal/profile/tokens/"
WRITE = "/api/v1/applications/"


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def token():
    return make_token(UserFactory(name="甲"), "sample", can_write=False, days=30)


def test_a_token_reads_as_its_person(client, token):
    UserFactory(name="乙")
    answer = client.get(ME, headers=bearer(token[1]))
    person = token[0].user
    assert answer.json() == {"email": person.email, "name": "甲", "phone": "", "language": "zh-hans"}  # fmt: skip


def test_the_day_it_was_used_is_noted_once(client, token, django_assert_num_queries):
    client.get(ME, headers=bearer(token[1]))
    token[0].refresh_from_db()
    assert token[0].last_used_on == timezone.localdate()
    with django_assert_num_queries(1):
        client.get(ME, headers=bearer(token[1]))


def test_a_reading_token_may_not_write(client, token):
    for send in (client.post, client.put, client.patch, client.delete):
        assert send(WRITE, {}, headers=bearer(token[1])).status_code == 403


def test_a_writing_token_may(client):
    _token, secret = make_token(UserFactory(), "sample", can_write=True, days=30)
    # Past the token; what is missing is the input.
    assert client.post(WRITE, {}, headers=bearer(secret)).status_code == 400


@pytest.mark.parametrize(
    "wrong", ["", "waic_", "made-up", "\u00e9\u00e9", "a b", "x" * 10_000, "a\0b"]
)
def test_another_word_opens_nothing(client, token, wrong):
    answer = client.get(ME, headers={"Authorization": f"Bearer {wrong}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_ends(client, token):
    ApiToken.objects.update(expires_at=timezone.now())
    assert client.get(ME, headers=bearer(token[1])).status_code == 401


def test_a_closed_account_takes_its_tokens_along(client, token):
    type(token[0].user).objects.update(is_active=False)
    assert client.get(ME, headers=bearer(token[1])).status_code == 401


# --- The page -----------------------------------------------------------------------------------


def test_a_token_is_made_shown_once_and_revoked(client):
    person = UserFactory()
    client.force_login(person)
    made = client.post(PAGE, {"name": "脚本", "days": "90"})
    secret = made.context["secret"]
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    assert secret in made.content.decode()
    assert secret not in client.get(PAGE).content.decode()
    token = person.api_tokens.get()
    assert (token.name, token.can_write, token.has_ended) == ("脚本", False, False)
    assert token.expires_at - token.created_at > timedelta(days=89)
    client.post(PAGE, {"revoke": token.pk})
    client.logout()
    assert client.get(ME, headers=bearer(secret)).status_code == 401


def test_nobody_revokes_anothers_token(client, token):
    client.force_login(UserFactory())
    assert token[0].name not in client.get(PAGE).content.decode()
    for pk in (token[0].pk, "0", "x", "", "9" * 30, "²"):
        assert client.post(PAGE, {"revoke": pk}).status_code == 404
    assert ApiToken.objects.get() == token[0]


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": "", "days": "30"}, "name"), ({"name": "字" * 61, "days": "30"}, "name"), ({"name": "a\0b", "days": "30"}, "name"),
     ({"name": "示例", "days": "9999"}, "days"), ({"name": "示例", "days": "x"}, "days"), ({"name": "示例"}, "days")],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(client, typed, field):
    client.force_login(UserFactory())
    answer = client.post(PAGE, typed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["name"].value() == typed["name"]
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_tokens_takes_the_same_queries(client, count, django_assert_num_queries):
    person = UserFactory()
    for number in range(count):
        make_token(person, f"n{number}", can_write=False, days=30)
    make_token(UserFactory(), "foreign", can_write=False, days=30)
    client.force_login(person)
    client.get(PAGE)
    with django_assert_num_queries(4):  # session, person, edition, tokens
        answer = client.get(PAGE)
    assert len(answer.context["tokens"]) == count
