"""What many tests of the programme begin with."""

import pytest

from tests.forums.factories import at
from waic.lib import clock


@pytest.fixture
def in_the_morning():
    """Eight o'clock on the day the factories' forums are on, before any of them begins."""
    with clock.frozen_at(at("08:00")):
        yield
