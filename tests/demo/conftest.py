"""The demo edition, loaded once for all tests of this folder."""

import pytest
from django.db import transaction

from tests.demo.loading import counts, load
from waic.editions.models import Edition


@pytest.fixture(scope="package")
def edition(django_db_setup, django_db_blocker):
    """The demo edition, loaded twice (the second time must change nothing), gone after this folder."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        before = counts()
        load()
        assert counts() == before
        yield Edition.objects.get(year=2024)
        transaction.set_rollback(True)
