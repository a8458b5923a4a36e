"""Print the press figures of an edition in Chinese and English, each with its cut-off time.

manage.py press_facts 2024                    all figures
manage.py press_facts 2024 --rows laureates   the rows behind one figure
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.templatetags.look import moment
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
        cut_off = clock.now()
        for language, heading, mark in (
            ("zh-hans", f"{edition.name_zh} 新闻数据", "截至"),
            ("en", f"{edition.name_en or edition.name_zh}: press figures", "as of"),
        ):
            with translation.override(language):
                self.stdout.write(
                    f"{heading}（{mark} {moment(cut_off)}）"
                    if language == "zh-hans"
                    else f"{heading} ({mark} {moment(cut_off)})"
                )
                for figure in FIGURES:
                    self.stdout.write(f"  {figure.name}: {figure.shown(edition)}")
