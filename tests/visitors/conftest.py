import pytest

from tests.forums.factories import at
from waic.lib import clock


@pytest.fixture(autouse=True)
def on_the_second_day():
    with clock.frozen_at(at("10:24")):
        yield
