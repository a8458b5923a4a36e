"""One world for a file of tests: built once, undone at its end."""

import pytest
from django.db import transaction

from tests.awards.factories import DURING
from tests.security import rows
from waic.lib import clock


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A row of everything for each payload, in the weeks when the calls are open."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.frozen_at(DURING):
        yield rows.build()
        transaction.set_rollback(True)
