"""A morning at the programme desk: somebody signed in, a room, and a forum in it that nobody has seen yet."""

import pytest
from django.utils import translation

from tests.forums.board.asking import sign_in
from tests.forums.factories import (
    ForumFactory,
    RoomFactory,
    at,
    placed,
)
from waic.lib import clock


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:00")), translation.override("en"):
        yield


@pytest.fixture
def desk(client):
    return sign_in(client, "programme", name="Sample Organiser")


@pytest.fixture
def room():
    return RoomFactory(name_en="Sample red hall")


@pytest.fixture
def draft(room):
    """A forum nobody has seen yet, 10:00 to 12:00 in the room; its only part."""
    return placed(ForumFactory(title_en="Sample draft"), room).parts.select_related("forum").get()
