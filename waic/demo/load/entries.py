"""Entries of the demo's applicant and the dossiers that wait for the demo's judge.

They went the ordinary way, through the operations, with the clock set to the days of the call.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from awards.models import Assignment, Call, Criterion, Entry, Judge
from awards.operations.entries import attach_file, save_answers, start_entry, submit_entry
from awards.operations.judging import make_dossier
from awards.operations.papers import provide_paper, redacted
from waic.demo.load.facts import at
from waic.lib import clock
from waic.lib.pdf import compile_pdf

WORKS = [
    ("示例：产线视觉质检系统", "Sample: visual inspection on the line", "applicative"),
    ("示例：多语种会议同传", "Sample: multilingual interpreting of meetings", "innovative"),
    ("示例：城市内涝预报模型", "Sample: urban flood forecasting", "leading"),
    ("示例：蛋白质设计平台", "Sample: a platform for protein design", "superior"),
]
# A sample rubric: the weights and words of the real one are not on record.
CRITERIA = [
    ("originality", "原创性", "Originality"), ("technology", "技术水平", "Technical level"),
    ("effect", "应用成效", "Effect in use"), ("prospect", "发展前景", "Prospects"),
]  # fmt: skip
STAGE = "final"


def load(applicant, judge, editions):
    """A submitted entry and a half-filled one; four dossiers to score. Once."""
    past = Call.objects.get(award__key="sail", edition=editions[2024])
    if past.entries.exists():
        return
    with clock.frozen_at(at("2024-03-18", "10:30")):
        entries = [_submitted(past, applicant, *work) for work in WORKS]
    with clock.frozen_at(at("2024-07-04", "20:15")):
        _half_filled(Call.objects.get(award__key="sail", edition=editions[2025]), applicant)
    _assign(past, judge, entries)


def _submitted(call, person, title_zh, title_en, track):
    entry = start_entry(call, user=person)
    paper = call.fields.get(key="paper")
    save_answers(
        entry,
        basics={"title_zh": title_zh, "title_en": title_en, "country": "CN", "organisation": "示例研究院",
                "track": str(call.tracks.get(key=track).pk)},
        answers={"applicant_unit": "示例研究院", "contact_phone": "021-00000000", "summary": f"{title_zh}。用于演示申报与评审的示例内容。",
                 "novelty": "示例创新点一\n示例创新点二", "users": "12", "since": "2023-09-01", "maturity": "use", "truthful": "yes"},
    )  # fmt: skip
    attach_file(entry, paper, _sample_paper(title_zh), by=person)
    entry = submit_entry(entry, by=person)
    Entry.objects.filter(pk=entry.pk).update(is_sample=True)
    return entry


def _half_filled(call, person):
    entry = start_entry(call, user=person)
    save_answers(
        entry,
        basics={"title_zh": "示例：待完善的申报", "country": "CN"},
        answers={"summary": "写到一半的摘要，换一台设备也能接着写。"},
    )
    Entry.objects.filter(pk=entry.pk).update(is_sample=True)


def _sample_paper(title):
    data = {"title": title, "text": "示例文件，仅用于演示。 Sample file for the demo."}
    return SimpleUploadedFile("sample.pdf", compile_pdf("demo/pdf/sample.typ", data))


def _assign(call, person, entries):
    stage = call.stages.get(key=STAGE)
    for order, (key, zh, en) in enumerate(CRITERIA):
        Criterion.objects.get_or_create(
            stage=stage, key=key, defaults={"name_zh": zh, "name_en": en, "order": order}
        )
    judge, _made = Judge.objects.get_or_create(call=call, user=person)
    for entry in entries:
        Assignment.objects.get_or_create(stage=stage, judge=judge, dossier=make_dossier(entry))
    _provide_paper(entries[0])


def _provide_paper(entry):
    """One of the dossiers has its redacted paper already, the others wait for the desk's."""
    if not hasattr(entry.dossier, "paper"):
        data = redacted(_sample_paper(entry.title_zh), entry, allow_names=True)
        provide_paper(entry.dossier, data, by=None)
