"""Draw the seats of a forum by lot. Closes the list first when registration has ended and nobody has yet.

manage.py draw_lottery FORUM
"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from forums.models import Lottery, LotteryState
from forums.operations.lottery import close_list, draw_lottery


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("forum", help="the forum's public code")

    def handle(self, *, forum, **options):
        lottery = Lottery.objects.filter(forum__code=forum).first()
        if lottery is None:
            raise CommandError(f"There is no lottery for a forum {forum}.")
        try:
            if lottery.state == LotteryState.OPEN:
                lottery = close_list(lottery)
            lottery = draw_lottery(lottery)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"seed       {lottery.seed}\nlist hash  {lottery.list_hash}")
        self.stdout.write(f"lots       {lottery.lots}\nseats      {lottery.seats}")
