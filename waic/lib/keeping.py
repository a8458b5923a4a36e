"""Files that rows point to: no orphans when something goes wrong, nothing left of what was replaced."""

from contextlib import contextmanager

from django.db import transaction

from waic.lib import files


@contextmanager
def received(upload, rule, *, kind, by):
    """Inside the block, one transaction: the stored file, None without an upload.

    When the block fails, row and bytes are gone again. ValidationError says what is wrong with the file.
    """
    stored = None
    try:
        with transaction.atomic():
            if upload is not None:
                stored = files.receive(upload, rule, kind=kind, by=by)
            yield stored
    except BaseException:
        if stored is not None:
            stored.file.storage.delete(stored.file.name)
        raise


def discard(stored):
    """Delete a file nobody points to any more: its row now, its bytes once that is committed."""
    if stored is None:
        return
    storage, name = stored.file.storage, stored.file.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))
