"""Guarded counters (guarantee R1): many hands, never one place too many."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from tests.lib.factories import EditionFactory
from waic.lib import clock
from waic.visitors.models import DayQuota

# Fewer threads than connections of a process: those who wait for the others hold one each.
PLACES, THREADS = 5, 8


@pytest.fixture
def quota(db):
    return DayQuota.objects.create(edition=EditionFactory(), date=clock.today(), capacity=PLACES)


def test_take_and_release(quota):
    DayQuota.objects.take(quota.pk, 2)
    DayQuota.objects.release(quota.pk)
    quota.refresh_from_db()
    assert (quota.taken, quota.left) == (1, PLACES - 1)


def test_taking_more_than_is_left_takes_nothing(quota):
    DayQuota.objects.take(quota.pk, PLACES - 1)
    with pytest.raises(ValidationError, match=r".") as refusal:
        DayQuota.objects.take(quota.pk, 2)
    assert refusal.value.code == "full"
    quota.refresh_from_db()
    assert quota.taken == PLACES - 1


def test_giving_back_what_was_never_taken_is_refused(quota):
    with pytest.raises(ValidationError) as refusal:
        DayQuota.objects.release(quota.pk)
    assert refusal.value.code == "empty"


def test_the_database_refuses_an_oversold_row(quota):
    with pytest.raises(IntegrityError), transaction.atomic():
        DayQuota.objects.filter(pk=quota.pk).update(taken=PLACES + 1)


def race(take):
    """How many of THREADS, all at once, got a place by `take()`."""
    start = Barrier(THREADS, timeout=60)

    def one(_n):
        try:
            start.wait()
            return take()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


@pytest.mark.django_db(transaction=True)
def test_a_race_hands_out_exactly_the_places_there_are():
    quota = DayQuota.objects.create(edition=EditionFactory(), date=clock.today(), capacity=PLACES)

    def take():
        try:
            with transaction.atomic():
                DayQuota.objects.take(quota.pk)
        except ValidationError:
            return False
        return True

    assert race(take) == PLACES
    quota.refresh_from_db()
    assert quota.taken == PLACES


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_then_loses_places():
    """The wrong variant: read, compare, write. Were it right, the counter would be needless."""
    quota = DayQuota.objects.create(edition=EditionFactory(), date=clock.today(), capacity=PLACES)
    seen = Barrier(THREADS, timeout=60)

    def take():
        taken = DayQuota.objects.get(pk=quota.pk).taken
        seen.wait()  # everybody has looked before anybody writes
        if taken >= PLACES:
            return False
        DayQuota.objects.filter(pk=quota.pk).update(taken=taken + 1)
        return True

    assert race(take) > PLACES
