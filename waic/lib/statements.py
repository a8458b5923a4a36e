"""A single statement that carries its own conditions needs no transaction around it."""

from contextlib import nullcontext

from django.db import connection, transaction


def one_statement():
    """For a block with one writing statement whose refusal (an IntegrityError) the caller turns into an answer.

    Alone the statement is its own transaction, which saves two ways to the database while its rows are locked.
    Inside somebody's transaction it gets a savepoint, so that the refusal does not end theirs.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()
