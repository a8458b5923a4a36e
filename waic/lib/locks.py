"""Advisory locks: one at a time for what no single row stands for. They end with the transaction that took them."""

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

# The first key says what kind of thing the second one is the number of; PostgreSQL keeps the pairs apart.
EDITION = 2024
LOCK_NOT_AVAILABLE = "55P03"


def edition_lock(edition_id):
    """Wait until nobody else changes this edition's programme as a whole, and keep others waiting until the commit.

    Taken by whatever moves many forums at once: accepting or undoing a plan, a release and its rollback. Take it before
    any row lock, so that two of them never wait for one another. Needs a transaction; taking it twice is harmless.
    ValidationError `busy` when the other one takes longer than the database lets anybody wait.
    """
    _in_transaction()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [EDITION, edition_id])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise ValidationError(
            _("The programme is being released or replanned at this moment. Try again in a minute."), code="busy"
        ) from error  # fmt: skip


def try_edition_lock(edition_id):
    """The same without waiting; False when somebody else has it."""
    _in_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [EDITION, edition_id])
        return cursor.fetchone()[0]


def _in_transaction():
    if not connection.in_atomic_block:
        raise TransactionManagementError("The lock of an edition needs a transaction.")
