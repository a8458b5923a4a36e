"""A morning with a public forum of one talk, and a draft beside it."""

import pytest

from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    at,
    placed,
    published_forum,
    timed_session,
)
from waic.lib import clock


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:00")):
        yield


@pytest.fixture
def forum():
    """A public forum with one timed session and a guest."""
    forum = published_forum(
        RoomFactory(name_zh="示例红厅"), title_zh="示例论坛", title_en="Sample forum"
    )
    talk = timed_session(
        forum, title_zh="示例演讲", title_en="Sample talk", room=forum.parts.get().room
    )
    ParticipationFactory(forum=forum, session=talk, speaker__name_zh="示例甲")
    placed(ForumFactory(title_zh="示例草稿"), RoomFactory())
    return forum
