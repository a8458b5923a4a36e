"""The lock of an edition: one at a time for an edition, others beside it, gone with its transaction."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier, Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError

from tests.lib.factories import EditionFactory
from waic.editions.models import Edition
from waic.lib.locks import edition_lock, try_edition_lock

THREADS = 4


def apart(function):
    """The answer of a function with a connection of its own."""

    def work():
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=30)


def is_free(edition):
    def look():
        with transaction.atomic():
            return try_edition_lock(edition.pk)

    return apart(look)


@pytest.mark.django_db(transaction=True)
def test_an_edition_is_locked_for_others_until_the_commit():
    edition, other = EditionFactory(), EditionFactory(year=2031)
    with transaction.atomic():
        edition_lock(edition.pk)
        edition_lock(edition.pk)
        assert (is_free(edition), is_free(other)) == (False, True)
    assert is_free(edition)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_lets_the_edition_go():
    edition = EditionFactory()
    with transaction.atomic():
        edition_lock(edition.pk)
        transaction.set_rollback(True)
    assert is_free(edition)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [edition_lock, try_edition_lock])
def test_a_lock_outside_a_transaction_is_a_mistake(lock):
    with pytest.raises(TransactionManagementError):
        lock(EditionFactory().pk)


@pytest.mark.django_db(transaction=True)
def test_who_would_wait_too_long_is_told_to_come_back():
    edition = EditionFactory()

    def wait():
        with pytest.raises(ValidationError) as refusal, transaction.atomic():
            hurry_and_lock(edition)
        return refusal.value.code

    with transaction.atomic():
        edition_lock(edition.pk)
        assert apart(wait) == "busy"


def hurry_and_lock(edition):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    edition_lock(edition.pk)


def race(edition, lock):
    """THREADS read a number, wait for one another as far as the lock lets them, and write it one higher."""
    start, all_read = Barrier(THREADS, timeout=30), Event()
    reads = []

    def one(_n):
        try:
            start.wait()
            with transaction.atomic():
                lock(edition.pk)
                row = Edition.objects.get(pk=edition.pk)
                reads.append(row.year)
                if len(reads) == THREADS:
                    all_read.set()
                all_read.wait(0.2)
                Edition.objects.filter(pk=row.pk).update(year=row.year + 1)
        finally:
            connections.close_all()

    before = edition.year
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(THREADS)))
    edition.refresh_from_db()
    return edition.year - before


@pytest.mark.django_db(transaction=True)
def test_who_waits_sees_what_the_other_wrote():
    assert race(EditionFactory(), edition_lock) == THREADS


@pytest.mark.django_db(transaction=True)
def test_the_race_catches_a_lock_that_locks_nothing():
    assert race(EditionFactory(), lambda _edition: nullcontext()) < THREADS
