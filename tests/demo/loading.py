"""Loading the demo edition, and what there is afterwards."""

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from awards.models import Assignment, Award, Entry, Winner
from exhibitors.models import Application, Exhibit
from forums.models import (
    Arrival,
    Feedback,
    Forum,
    ForumTask,
    Invitation,
    Participation,
    Session,
    SlidesFile,
    Speaker,
    StreamLink,
)
from waic.accounts.models import User
from waic.visitors.models import Registration

FACTS = Path(__file__).resolve().parents[2] / "waic" / "demo" / "facts"


def facts(name):
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def load(**options):
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def counts():
    models = (Forum, Session, Speaker, Participation, Application, Exhibit, Award, Winner, Entry, Assignment, Invitation, User, Registration, Arrival, Feedback, ForumTask, SlidesFile, StreamLink)  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}
