"""Propose a timetable for an edition's forums. Nothing is saved: the desk decides.

manage.py plan_schedule 2024 --seconds 30
"""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from forums.planner.proposal import propose
from waic.editions.models import Edition


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--workers", type=int, default=8)
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def handle(self, *, year, seconds, seed, workers, language, **options):
        edition = Edition.objects.filter(year=year).first()
        if edition is None:
            raise CommandError(f"There is no edition {year}.")
        with translation.override(language):
            proposal = propose(
                edition, seconds=seconds, seed=seed, workers=workers, progress=self.show_step
            )
            for line in lines_of(proposal):
                self.stdout.write(line)

    def show_step(self, step):
        self.stderr.write(f"{step.seconds:6.1f} s  {step.stage:8}  {step.price}  (≥ {step.bound})")


def lines_of(proposal):
    outcome = proposal.outcome
    yield _("Moves: %(count)d. Price %(price)d, no plan is below %(bound)d.") % {
        "count": len(proposal.moves),
        "price": outcome.price,
        "bound": outcome.bound,
    }
    yield from (f"  {move}" for move in proposal.moves)
    if proposal.staying:
        yield _("Parts that stay where they are: %(count)d") % {"count": len(proposal.staying)}
    if proposal.sentences:
        yield _("Wishes that this plan breaks:")
        yield from (f"  {line}" for line in proposal.sentences)
