"""The Celery application. The outbox and job rows are the truth; a task is only the wake-up."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waic.settings")

app = Celery("waic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
