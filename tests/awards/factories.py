"""Bland rows of awards. Names are samples."""

from datetime import datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from awards import models
from awards.operations.entries import submit_entry
from awards.operations.judging import make_dossier
from tests.awards import uploads
from tests.lib.factories import EditionFactory, UserFactory
from waic.lib import clock
from waic.lib.files import PDF, store

OPENS = datetime(2024, 3, 1, 9, 0, tzinfo=clock.ZONE)
DURING = datetime(2024, 4, 8, 10, 0, tzinfo=clock.ZONE)
CLOSES = datetime(2024, 5, 31, 18, 0, tzinfo=clock.ZONE)
SECOND = timedelta(seconds=1)


def question(key, kind, **more):
    return {"key": key, "kind": kind, "label_zh": f"问{key}", "label_en": f"Q {key}", **more}


MATURITY = [{"key": "lab", "zh": "实验室", "en": "Laboratory"}, {"key": "use", "zh": "应用", "en": "In use"}]  # fmt: skip
FORM = [
    question("unit", "line", max_length=20, is_identifying=True),
    question("summary", "prose", max_length=100),
    question("users", "number", is_required=False),
    question("since", "date", is_required=False),
    question("maturity", "choice", choices=MATURITY),
    question("fields", "choices", choices=MATURITY, is_required=False),
    question("video", "url", is_required=False),
    question("paper", "file", accept="pdf", max_length=1),
    question("picture", "file", accept="image", is_required=False, max_length=5),
    question("slides", "file", accept="slides", is_required=False, max_length=5),
    question("truthful", "yes"),
]
RIGHT = {"unit": "示例研究院", "summary": "示例摘要", "maturity": "use", "truthful": "yes"}


class AwardFactory(DjangoModelFactory):
    class Meta:
        model = models.Award
        django_get_or_create = ["key"]

    key = "sample"
    name_zh = "示例奖"
    name_en = "Sample Award"


class CallFactory(DjangoModelFactory):
    class Meta:
        model = models.Call
        django_get_or_create = ["award", "edition"]
        skip_postgeneration_save = True

    award = factory.SubFactory(AwardFactory)
    edition = factory.SubFactory(EditionFactory)
    opens_at = OPENS
    closes_at = CLOSES
    prefix = factory.Sequence(lambda n: f"S{n}")

    @factory.post_generation
    def form(self, create, extracted, **_kwargs):
        questions = FORM if extracted is None else extracted
        rows = [models.FormField(call=self, order=n, **q) for n, q in enumerate(questions)]
        # A call that was there already has its form.
        models.FormField.objects.bulk_create(rows, ignore_conflicts=True)


class TrackFactory(DjangoModelFactory):
    class Meta:
        model = models.Track

    call = factory.SubFactory(CallFactory)
    key = "leading"
    name_zh = "引领"
    name_en = "Leading"


class EntryFactory(DjangoModelFactory):
    """A draft of `lead`."""

    class Meta:
        model = models.Entry
        skip_postgeneration_save = True

    call = factory.SubFactory(CallFactory)

    @factory.post_generation
    def lead(self, create, extracted, **_kwargs):
        user = extracted or UserFactory()
        self.lead = user
        models.EntryMember.objects.create(
            entry=self, user=user, email=user.email, name=user.name, is_lead=True, joined_at=DURING
        )


def complete_entry(**fields):
    """A draft to which nothing is missing, as it stands after an afternoon of typing."""
    basics = {
        "title_zh": "示例项目",
        "title_en": "Sample entry",
        "country": "CN",
        "answers": RIGHT,
        "version": 3,
    }
    entry = EntryFactory(**basics | fields)
    paper = store(
        uploads.pdf_bytes(), name="paper.pdf", media_type=PDF, kind="entry-file", by=entry.lead
    )
    field = entry.call.fields.get(key="paper")
    models.EntryFile.objects.create(entry=entry, field=field, file=paper)
    return entry


def submitted_entry(**fields):
    entry = complete_entry(**fields)
    lead = entry.lead
    with clock.frozen_at(DURING):
        entry = submit_entry(entry, by=lead)
    entry.lead = lead
    return entry


class WinnerFactory(DjangoModelFactory):
    class Meta:
        model = models.Winner

    award = factory.SubFactory(AwardFactory)
    edition = factory.SubFactory(EditionFactory)
    title_zh = factory.Sequence(lambda n: f"示例获奖项目{n}")
    title_en = factory.Sequence(lambda n: f"Sample winner {n}")
    organisation = "示例研究院"


def stage_of(call):
    """A first review with a rubric of two lines."""
    stage, _made = models.Stage.objects.get_or_create(
        call=call, key="first", name_zh="初评", name_en="First review"
    )
    for key, weight in (("new", 3), ("use", 1)):
        models.Criterion.objects.get_or_create(
            stage=stage, key=key, name_zh=key, weight=weight, maximum=5
        )
    return stage


def assign(judge_user, entry, stage=None):
    """The entry's dossier on a judge's list."""
    stage = stage or stage_of(entry.call)
    judge, _made = models.Judge.objects.get_or_create(call=entry.call, user=judge_user)
    return models.Assignment.objects.create(stage=stage, judge=judge, dossier=make_dossier(entry))
