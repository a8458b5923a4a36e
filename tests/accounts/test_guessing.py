"""Guessing passwords fails (S6): many at once, under forged addresses, with what everybody tries first."""

import threading

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import close_old_connections
from django.test import Client

from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.test_signing_in import is_signed_in, refuses, sign_in
from waic.accounts.models import User

AT_ONCE, EACH = 6, 5


def guesses(email, number, looked_at, barrier):
    """One thread's guesses; notes how often the password was looked at."""
    barrier.wait()
    for attempt in range(EACH):
        forged = {"HTTP_X_FORWARDED_FOR": f"198.51.{number}.{attempt}"}
        answer = sign_in(Client(), email, f"wrong-{number}-{attempt}", **forged)
        looked_at.append(not refuses(answer))
    close_old_connections()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["known@example.com", "nobody@example.com"])
def test_many_parallel_guesses_are_turned_away_after_a_few(email):
    UserFactory(email="known@example.com")
    looked_at: list = []
    barrier = threading.Barrier(AT_ONCE)
    threads = [
        threading.Thread(target=guesses, args=(email, n, looked_at, barrier)) for n in range(AT_ONCE)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == AT_ONCE * EACH
    # Five a minute for an account; whoever is in the middle of an attempt when the fifth fails may finish it.
    assert 1 <= sum(looked_at) <= 5 + AT_ONCE
    # The right password is turned away as well, whatever address is claimed.
    late = Client()
    assert refuses(sign_in(late, email, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.1"))
    assert not is_signed_in(late)


@pytest.mark.django_db
def test_an_unknown_account_costs_as_much_work_as_a_wrong_password(client, monkeypatch):
    UserFactory(email="known@example.com")
    hashed: list = []
    own = User.set_password
    checked = User.check_password

    def count(method, name):
        def counted(self, *args):
            hashed.append(name)
            return method(self, *args)

        return counted

    monkeypatch.setattr(User, "set_password", count(own, "hash"))
    monkeypatch.setattr(User, "check_password", count(checked, "check"))
    sign_in(client, "known@example.com", "wrong")
    known = len(hashed)
    hashed.clear()
    sign_in(client, "nobody@example.com", "wrong")
    # One password is hashed either way.
    assert (known, len(hashed)) == (1, 1)


@pytest.mark.parametrize(
    "password", ["1234567890", "qwertyuiop", "password123", "1q2w3e4r5t", "qwerty12345", "PASSWORD123", "known@example.com"]
)  # fmt: skip
def test_what_everybody_tries_first_is_no_password(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="known@example.com", name="Known"))


def test_a_long_password_of_ones_own_is_one():
    validate_password("青铜器-lantern-47", User(email="known@example.com", name="Known"))
