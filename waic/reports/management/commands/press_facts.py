"""Print the press figures of an edition in Chinese and English, each with its cut-off time.

manage.py press_facts 2024                    all figures
manage.py press_facts 2024 --rows laureates   the rows behind one figure
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.templatetags.dates import moment
from waic.lib.text import localized
from waic.reports.facts import BY_KEY, FIGURES


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--rows", metavar="FIGURE", choices=sorted(BY_KEY))

    def handle(self, *, year, rows, **options):
        edition = Edition.objects.filter(year=year).first()
        if edition is None:
            raise CommandError(f"There is no edition {year}.")
        if rows:
            for row in BY_KEY[rows].rows(edition).iterator():
                self.stdout.write(f"{getattr(row, 'code', row.pk)}  {row}")
            return
        for language in ("zh-hans", "en"):
            with translation.override(language):
                self.stdout.write(heading(edition))
                for figure in FIGURES:
                    self.stdout.write(f"  {line(figure, edition)}")


def heading(edition):
    return gettext("%(edition)s: press figures") % {"edition": localized(edition, "name")}


def line(figure, edition):
    """A figure and the moment at which its rows were counted: figures travel alone once they are quoted."""
    return gettext("%(name)s: %(value)s (as of %(moment)s)") % {
        "name": figure.name,
        "value": figure.shown(edition),
        "moment": moment(clock.now()),
    }
