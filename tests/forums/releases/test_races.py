"""Releases at the same moment as another one, or as a plan that is accepted."""

import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from forums.models import Forum, Release
from forums.operations import releasing
from tests.forums.factories import (
    at,
)
from tests.forums.releases.making import release
from waic.lib import clock
from waic.lib.locks import edition_lock

pytestmark = pytest.mark.django_db


def release_while_a_plan_is_accepted(forum):
    """Release in the middle of a change of the whole programme; the title the release has."""
    has_lock, is_asked = threading.Event(), threading.Event()

    def accept_a_plan():
        try:
            with clock.frozen_at(at("08:00")), transaction.atomic():
                edition_lock(forum.edition_id)
                has_lock.set()
                is_asked.wait(5)
                time.sleep(0.3)
                Forum.objects.filter(pk=forum.pk).update(title_zh="示例计划之后")
        finally:
            connection.close()

    other = threading.Thread(target=accept_a_plan)
    other.start()
    has_lock.wait(5)
    is_asked.set()
    made = release(forum.edition)
    other.join()
    return made.content["forums"][0]["zh"]


@pytest.mark.django_db(transaction=True)
def test_a_release_waits_while_the_programme_changes_as_a_whole(forum):
    assert release_while_a_plan_is_accepted(forum) == "示例计划之后"


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_release_half_a_plan(forum, monkeypatch):
    """The wrong variant, without the lock: the same moment proves that the test above can fail."""
    monkeypatch.setattr(releasing, "edition_lock", lambda edition_id: None)
    assert release_while_a_plan_is_accepted(forum) == "示例论坛"


def two_desks_at_once(forum, clicks):
    """What two people get who press the button at the same moment."""
    start, done = threading.Barrier(2), []

    def press(click):
        try:
            with clock.frozen_at(at("08:00")):
                start.wait(5)
                done.append(release(forum.edition, request=click, expects=1).number)
        except (ValidationError, IntegrityError) as refusal:
            done.append(getattr(refusal, "code", "refused by the database"))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[click]) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(done, key=str)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_click", [True, False])
def test_two_desks_at_once_make_one_release(forum, same_click):
    clicks = [uuid.uuid4()] * 2 if same_click else [uuid.uuid4(), uuid.uuid4()]
    assert two_desks_at_once(forum, clicks) == ([1, 1] if same_click else [1, "stale"])
    assert Release.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_make_the_second_desk_an_error(forum, monkeypatch):
    """The wrong variant: both look, then both write. One number stays one release by the database alone."""
    looked, refuse_stale = threading.Barrier(2), releasing._refuse_stale

    def slowly(newest, expects):
        refuse_stale(newest, expects)
        looked.wait(5)

    monkeypatch.setattr(releasing, "edition_lock", lambda edition_id: None)
    monkeypatch.setattr(releasing, "_refuse_stale", slowly)
    answers = two_desks_at_once(forum, [uuid.uuid4(), uuid.uuid4()])
    assert answers == [1, "refused by the database"]
    assert Release.objects.count() == 1
