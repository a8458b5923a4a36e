"""Everything between "the servers are up" and "the doors open", in one process: a start stays quick.

Compiles the catalogues, migrates, collects static files when they changed, loads the demo edition on first
use and sets the demo clock to its first stop.
"""

import hashlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from waic.lib import clock, pagecache


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        call_command("messages", compile=True)
        if self.has_pending_migrations():
            self.stdout.write("· migrating the database")
            call_command("migrate", verbosity=0)
        self.collect_static()
        if settings.DEMO:
            self.prepare_demo()
        pagecache.bump()

    @staticmethod
    def has_pending_migrations():
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def collect_static(self):
        stamp, now = Path(settings.STATIC_ROOT) / ".stamp", static_fingerprint()
        if stamp.exists() and stamp.read_text() == now:
            return
        self.stdout.write("· collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(now)

    def prepare_demo(self):
        edition = apps.get_model("editions", "Edition")
        if not edition.objects.exists():
            self.stdout.write("· loading the demo edition (WAIC 2024)")
            call_command("demo")
        clock.start_demo()


def static_fingerprint():
    """A digest of names, sizes and times of all static files."""
    found = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            info = Path(storage.path(name)).stat()
            found.append(f"{name}:{info.st_size}:{info.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
