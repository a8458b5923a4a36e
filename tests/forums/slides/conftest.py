"""Days before the session; a forum with a day for slides, and a keynote in it."""

import pytest

from forums.models import StageRules
from tests.forums.factories import ParticipationFactory, published_forum
from tests.forums.slides.presenting import DUE, NOW, speaking_in
from tests.lib.factories import UserFactory
from waic.lib import clock


@pytest.fixture(autouse=True)
def days_before():
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def forum():
    forum = published_forum(title_zh="示例论坛甲")
    StageRules.objects.create(edition=forum.edition, slides_due_at=DUE)
    return forum


@pytest.fixture
def guest(forum):
    """A keynote in a session, who is on the forum's list as well."""
    guest = speaking_in(forum, speaker__user=UserFactory(), role="keynote")
    ParticipationFactory(forum=forum, speaker=guest.speaker)
    return guest
