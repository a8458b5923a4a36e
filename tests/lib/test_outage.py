"""Waiting has an end, and a lost database is an outage with a time to come back (guarantees R5, R11)."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import RequestFactory

from tests.lib.factories import EditionFactory
from waic.editions.models import Edition
from waic.lib.outage import OutageMiddleware


@pytest.mark.django_db
def test_locks_are_not_waited_for_for_ever():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)


@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_holds_too_long_is_an_operational_error():
    edition = EditionFactory()
    held, done, refusals = threading.Event(), threading.Event(), []

    def hold():
        try:
            with transaction.atomic():
                Edition.objects.select_for_update().get(pk=edition.pk)
                held.set()
                done.wait(30)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
            Edition.objects.select_for_update().get(pk=edition.pk)
    except OperationalError as refusal:
        refusals.append(refusal)
    finally:
        done.set()
        holder.join()
    assert len(refusals) == 1


@pytest.mark.parametrize("path", ["/portal/", "/api/v1/forums/"])
def test_an_outage_answers_503_with_a_time_to_come_back(path):
    middleware = OutageMiddleware(lambda request: None)
    answer = middleware.process_exception(RequestFactory().get(path), OperationalError("gone"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "gone" not in answer.content.decode()


def test_other_errors_are_not_an_outage():
    middleware = OutageMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None
