"""Two organisers at one board (R9): nobody's move is written over, and who was slower is told."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import translation

from forums.board.asking import read_place
from forums.board.moves import save_move
from forums.models import Forum, ForumPart
from tests.forums.board.asking import asked, day, move, place_of, post, refusal_of, rename, sign_in
from tests.forums.factories import (
    at,
)
from tests.lib.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_stale_move_is_told_who_moved_it_where(client, desk, draft):
    old = asked(draft, **{"from": 780, "to": 900})
    faster = sign_in(client, "programme", name="Sample Colleague")
    assert move(client, asked(draft, **{"from": 15 * 60, "to": 17 * 60})).status_code == 200
    client.force_login(desk)
    told = refusal_of(move(client, old), status=409)
    assert told == (
        "Sample Colleague was faster: “Sample draft” has been changed and is now here: "
        f"5 July 15:00–17:00, {draft.room}."
    )
    assert place_of(draft) == (draft.room_id, at("15:00"), at("17:00"))
    assert day(client)["recent"] == {str(draft.forum_id): str(faster)}
    client.force_login(faster)
    assert day(client)["recent"] == {}  # nobody is told of what they did themselves


def test_a_stale_taking_off_is_refused_too(client, desk, draft):
    old = asked(draft)
    assert move(client, asked(draft, **{"from": 780, "to": 900})).status_code == 200
    assert "was faster" in refusal_of(post(client, "take-off/", old), status=409)
    assert ForumPart.objects.count() == 1


def test_a_text_changed_by_its_host_is_a_newer_version_as_well(client, desk, draft):
    old = asked(draft, **{"from": 780, "to": 900})
    rename(draft)
    assert "Somebody was faster" in refusal_of(move(client, old), status=409)


def race(part, save, wanted):
    """Two organisers move one part to two places at the same moment; what each was told ("" for yes)."""
    people = [UserFactory(name=f"Sample {n}") for n in range(len(wanted))]
    start = threading.Barrier(len(wanted), timeout=60)

    def one(person, data):
        try:
            with translation.override("en"):
                place = read_place(part.forum.edition, data)
                start.wait()
                save(place, by=person)
        except ValidationError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(wanted)) as pool:
        return sorted(pool.map(one, people, wanted))


TWO_PLACES = [{"from": 780, "to": 900}, {"from": 960, "to": 1080}]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_moves_and_one_is_told(draft):
    wanted = [asked(draft, **place) for place in TWO_PLACES]
    assert race(draft, save_move, wanted) == ["", "stale"]
    assert place_of(draft)[1] in (at("13:00"), at("16:00"))


def naive_move(place, *, by):
    """Looks at the version, then writes; without a lock between."""
    if Forum.objects.get(pk=place.part.forum_id).version != place.version:
        raise ValidationError("stale", code="stale")
    place.part.starts_at, place.part.ends_at = place.starts_at, place.ends_at
    place.part.save()


@pytest.mark.django_db(transaction=True)
def test_the_race_catches_a_move_without_a_lock(draft):
    wanted = [asked(draft, **place) for place in TWO_PLACES]
    assert race(draft, naive_move, wanted) == ["", ""]
