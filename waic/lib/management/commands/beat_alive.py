"""Exit status 0 when beat sent its minutely tasks lately; the health check of the beat container.

Beat writes down what it sent every few minutes, so ten minutes of silence mean that it hangs.
"""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

SILENCE = timedelta(minutes=10)


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        last = PeriodicTask.objects.aggregate(last=Max("last_run_at"))["last"]
        if last is None or timezone.now() - last > SILENCE:
            raise CommandError(f"Beat sent nothing since {last or 'its start'}.")
        self.stdout.write(f"Beat sent something at {last:%H:%M:%S}.")
