"""Desks and judges use a second factor (S7); the demo edition relaxes that and says so."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group

from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/totp/activate/"
GUARDED = ("/admin/", "/admin/accounts/user/", "/admin/forums/forum/", "/admin/no/such/page/", "/en/admin/", "/portal/judging/")  # fmt: skip


@pytest.fixture
def organiser():
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="organiser"))
    return person


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_without_one_no_guarded_page_opens(client, organiser, path, verb):
    client.force_login(organiser)
    answer = getattr(client, verb)(path)
    assert (answer.status_code, answer["Location"].removeprefix("/en")) == (302, SET_UP)


@pytest.mark.usefixtures("strict")
def test_with_one_the_desk_opens_after_the_code(client, organiser):
    TOTP.activate(organiser, generate_totp_secret())
    answer = client.post("/accounts/login/", {"login": organiser.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    # The password alone is not a sign-in.
    assert "/login/" in client.get("/admin/")["Location"]
    client.force_login(organiser)
    assert client.get("/admin/accounts/user/").status_code == 200


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("path", ["/portal/profile/", "/accounts/2fa/", "/portal/messages/"])
def test_other_pages_need_none(client, organiser, path):
    client.force_login(organiser)
    assert client.get(path).status_code == 200


@pytest.mark.usefixtures("strict")
def test_a_visitor_who_tries_the_admin_is_still_refused(client):
    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    client.force_login(person)
    assert client.get("/admin/").status_code in (302, 403)


def test_the_demo_relaxes_it_and_says_so(client, organiser, settings):
    settings.DEMO, settings.STAFF_SECOND_FACTOR = True, False
    assert "正式届次会要求" in client.get("/accounts/login/").content.decode()
    client.force_login(organiser)
    assert client.get("/admin/accounts/user/").status_code == 200


def test_a_real_edition_names_no_demo_people(client):
    assert "waic.test" not in client.get("/accounts/login/").content.decode()


def test_codes_are_guessed_no_better_than_passwords(client):
    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    for number in range(12):
        client.post("/accounts/2fa/authenticate/", {"code": f"{number:06d}"})
    assert "_auth_user_id" not in client.session
    last = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert last.status_code == 429 or "过多" in last.content.decode() or last.status_code == 302
