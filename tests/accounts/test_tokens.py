"""API tokens (S14): shown once, read-only unless asked otherwise, and dead at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from awards.models import Call, Entry
from awards.operations.entries import start_entry
from exhibitors.models import Application
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.awards.factories import CallFactory
from tests.exhibitors.factories import ApplicationFactory
from tests.lib.factories import EditionFactory
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


@pytest.mark.parametrize(
    "rows", ["applications", "entries", "bookings", "hosted-forums", "contributions", "feedback"]
)
def test_no_cache_keeps_what_is_a_persons_own(client, token, rows):
    answer = client.get(f"/api/v1/{rows}/", headers=bearer(token[1]))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


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
    with django_assert_num_queries(5):  # session, person, edition, editions to choose from, tokens
        answer = client.get(PAGE)
    assert len(answer.context["tokens"]) == count


# --- Scopes -------------------------------------------------------------------------------------

# A token's year → the editions whose rows it opens.
OPENS = {None: {2024, 2025}, 2024: {2024}, 2025: {2025}}


@pytest.fixture
def own():
    """Somebody with an application and an entry in each of two editions."""
    person = UserFactory()
    for year in OPENS[None]:
        edition = EditionFactory(year=year)
        organisation = MembershipFactory(user=person).organisation
        ApplicationFactory(edition=edition, organisation=organisation)
        start_entry(
            CallFactory(edition=edition, closes_at=timezone.now() + timedelta(days=9)), user=person
        )
    return person


def statuses(client, headers):
    """{(verb, what, year): status} of reading and changing each of the person's own rows."""
    rows = {
        (what, year): f"/api/v1/{what}/{row.code}/"
        for what, found, path in (("applications", Application, "edition"), ("entries", Entry, "call__edition"))
        for year, row in ((y, found.objects.get(**{f"{path}__year": y})) for y in OPENS[None])
    }  # fmt: skip
    answers = {}
    for (what, year), address in rows.items():
        answers["read", what, year] = client.get(address, headers=headers).status_code
        change = {"remarks": "x"} if what == "applications" else {"title_en": "x"}
        sent = client.patch(address, change, content_type="application/json", headers=headers)
        answers["write", what, year] = sent.status_code
    return answers


def years_listed(client, what, headers):
    rows = client.get(f"/api/v1/{what}/", headers=headers).json()["results"]
    codes = [row["code"] for row in rows]
    found = Application.objects if what == "applications" else Entry.objects
    path = "edition__year" if what == "applications" else "call__edition__year"
    return set(found.filter(code__in=codes).values_list(path, flat=True))


@pytest.mark.parametrize("year", OPENS)
@pytest.mark.parametrize("can_write", [True, False])
def test_a_token_opens_what_its_verb_and_edition_say(client, own, year, can_write):
    token, secret = make_token(own, "sample", can_write=can_write, days=30, year=year)
    expected = {}
    for other in OPENS[None]:
        for what in ("applications", "entries"):
            inside = other in OPENS[year]
            expected["read", what, other] = 200 if inside else 404
            refused = 404 if can_write else 403
            expected["write", what, other] = 200 if inside and can_write else refused
    assert statuses(client, bearer(secret)) == expected
    for what in ("applications", "entries"):
        assert years_listed(client, what, bearer(secret)) == OPENS[year]
    token.delete()
    assert set(statuses(client, bearer(secret)).values()) == {401}


def test_a_token_of_one_edition_begins_nothing_in_another(client, own):
    _token, secret = make_token(own, "sample", can_write=True, days=30, year=2024)
    before = Application.objects.count(), Entry.objects.count()
    call = Call.objects.get(edition__year=2025)
    organisation = MembershipFactory(user=own).organisation
    for address, sent in (
        ("/api/v1/entries/", {"call": call.pk, "title_en": "x"}),
        (WRITE, {"edition": 2025, "organisation": organisation.code}),
    ):
        answer = client.post(address, sent, content_type="application/json", headers=bearer(secret))
        assert answer.status_code == 403, answer.json()
    assert (Application.objects.count(), Entry.objects.count()) == before


def test_a_token_for_one_edition_is_made_on_the_page(client):
    EditionFactory(year=2025)
    person = UserFactory()
    client.force_login(person)
    client.post(PAGE, {"name": "脚本", "days": "30", "year": "2025"})
    assert person.api_tokens.get().year == 2025
    assert "WAIC 2025" in client.get(PAGE).text
    refused = client.post(PAGE, {"name": "脚本", "days": "30", "year": "1999"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["year"])
