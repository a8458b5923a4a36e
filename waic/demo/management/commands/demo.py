"""Load the demo edition: the real WAIC 2024 from fact files, and the demo's people. Safe to repeat.

manage.py demo                       the real edition
manage.py demo --scale full          add rows named 示例 / Sample up to the published totals
manage.py demo --visitors 300000     and registrations of visitors
"""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from waic.demo.load.awards import load_awards
from waic.demo.load.editions import CURRENT, load_editions
from waic.demo.load.exhibition import load_exhibition
from waic.demo.load.index import index_edition
from waic.demo.load.people import load_people
from waic.demo.load.programme import load_programme
from waic.demo.load.release import load_release
from waic.demo.load.tickets import load_tickets
from waic.lib import pagecache


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=["real", "full"], default="real")
        parser.add_argument("--visitors", type=int, default=0, metavar="N")

    def handle(self, *, scale, visitors, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "The demo edition has public passwords; it is not loaded in production."
            )
        with transaction.atomic():
            editions = self.step("editions, venues, figures", load_editions)
            current = editions[CURRENT]
            self.step("programme and guests", load_programme, current)
            self.step("exhibitors and exhibits", load_exhibition, editions)
            self.step("awards and winners", load_awards, editions)
            self.step("tickets", load_tickets, current)
            self.step("the demo's people", load_people, editions)
        if scale == "full":
            from waic.demo.load.scale import scale_up

            self.step("samples up to the published totals", scale_up, editions)
        if visitors:
            from waic.demo.load.scale import register_visitors

            self.step(f"{visitors:,} visitor registrations", register_visitors, current, visitors)
        self.step("release of the programme", load_release, current)
        for edition in editions.values():
            self.step(f"search index {edition.year}", index_edition, edition)
        pagecache.bump()

    def step(self, name, function, *args):
        began = time.monotonic()
        answer = function(*args)
        self.stdout.write(f"  {name} ({time.monotonic() - began:.1f} s)")
        return answer
