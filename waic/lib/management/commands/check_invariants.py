"""Print every data rule that is broken; exit status 1 when there is one."""

from django.core.management.base import BaseCommand

from waic.lib import invariants


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        count = 0
        for rule, trouble in invariants.broken():
            count += 1
            self.stdout.write(f"{rule}: {trouble}")
        self.stdout.write(f"{len(invariants.rules())} rules looked at, {count} broken rows.")
        if count:
            raise SystemExit(1)
