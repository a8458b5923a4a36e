"""Exhibitors of 2024 with exhibits, first launches and highlights; the stands on record of 2021 and 2025."""

import re

from django.utils import timezone

from exhibitors.models import (
    Allocation,
    Application,
    ApplicationState,
    Block,
    Booth,
    ClaimState,
    Exhibit,
    ExhibitionCall,
    FieldName,
    FirstLaunch,
    Kind,
)
from waic.demo.load.facts import at, country, facts, text
from waic.demo.load.organisations import organisation_named
from waic.editions.models import Hall

BLOCKS = [
    ("core", "核心技术", "Core technology"),
    ("terminals", "智能终端", "Smart terminals"),
    ("application", "应用赋能", "Application empowerment"),
]
# Our translations of the fields on record.
FIELDS = {
    "AI+制药": "AI + pharmaceuticals", "AI+商业": "AI + commerce", "AI+工业": "AI + industry", "AI+文娱": "AI + entertainment",
    "低空经济": "Low-altitude economy", "医疗": "Healthcare", "大模型": "Large models", "央国企": "State-owned enterprises",
    "展团": "Group stands", "工业": "Industry", "应用赋能": "Application empowerment", "数据": "Data", "智能终端": "Smart terminals",
    "机器人": "Robotics", "模型基础": "Model foundations", "算力": "Computing power", "自动驾驶": "Autonomous driving",
    "AI+医疗": "AI + healthcare", "AI+金融": "AI + finance", "工业智能": "Industrial intelligence",
    "通信": "Communications", "通信运营商": "Telecom operators", "金融": "Finance",
}  # fmt: skip
KIND_OF = {"company": Kind.COMPANY, "startup": Kind.STARTUP, "group": Kind.GROUP}
BLOCK_OF = (
    ("core", r"大模型|模型|算力|数据|芯片"),
    ("terminals", r"机器人|智能终端|自动驾驶|低空|飞行"),
    ("application", r"AI\+|医疗|金融|工业|应用|央国企|通信|展团"),
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOTE = re.compile(r"（\d+月\d+日）")


def load_exhibition(editions):
    """Exhibitors on record, safe to repeat."""
    for year in (2024, 2025):
        for order, (key, zh, en) in enumerate(BLOCKS):
            Block.objects.update_or_create(
                edition=editions[year],
                key=key,
                defaults={"name_zh": zh, "name_en": en, "order": order},
            )
    for zh, en in FIELDS.items():
        FieldName.objects.get_or_create(name_zh=zh, defaults={"name_en": en})
    blocks = {b.key: b for b in editions[2024].blocks.all()}
    for record in facts("exhibitors_2024"):
        application = _application(editions[2024], record, blocks)
        _exhibits(application, record)
        _stands(application, record.get("booth"), record.get("hall"))
    for record in facts("exhibitors_other_years"):
        edition = editions[int(record["year"])]
        application = _application(edition, record, {})
        _stands(application, record["booth"], record["hall"])
    _load_calls(editions)


def _load_calls(editions):
    """The dates of the calls are samples: the real ones are not on record."""
    for year, opens, closes in (
        (2024, "2023-11-01", "2024-04-30"),
        (2025, "2024-04-01", "2025-03-31"),
    ):
        ExhibitionCall.objects.update_or_create(
            edition=editions[year],
            defaults={
                "opens_at": at(opens, "09:00"), "closes_at": at(closes, "18:00"), "is_sample": True,
                "terms_zh": "示例：报名日期为示例，用于体验完整流程。", "terms_en": "Sample: the dates are samples, so that the whole journey can be walked.",
            },
        )  # fmt: skip


def _application(edition, record, blocks):
    name = _name(record)
    organisation = organisation_named(
        name,
        name_en=text(record.get("en")),
        country=country(record.get("country")),
        city=text(record.get("city")),
        source=record["source"],
    )
    decided = at(f"{edition.year}-05-01", "09:00")
    note = text(record.get("note"))
    category = _NOTE.sub("", text(record.get("category")))
    key = next((key for key, pattern in BLOCK_OF if re.search(pattern, category)), None)
    application, _made = Application.objects.get_or_create(
        edition=edition, organisation=organisation,
        defaults={
            "name_zh": name, "name_en": text(record.get("en")), "kind": KIND_OF.get(record.get("kind"), Kind.COMPANY), "category": category,
            "block": blocks.get(key), "country": country(record.get("country")), "city": text(record.get("city")),
            "profile_zh": note if _HAN.search(note) else "", "remarks": _remarks(record), "state": ApplicationState.APPROVED, "submitted_at": decided, "decided_at": decided,
            "source": record["source"],
        },
    )  # fmt: skip
    return application


def _remarks(record):
    """For the desk: where in the halls, the field as the record has it, and notes that are no profile."""
    note, field, booth = (text(record.get(key)) for key in ("note", "category", "booth"))
    said = {
        "展区": " ".join(filter(None, ["" if booth else record.get("hall"), record.get("zone")])),
        "领域": field if _NOTE.search(field) else "",
        "备注": "" if _HAN.search(note) else note,
    }
    return "\n".join(f"{name}：{words}" for name, words in said.items() if words)


def _name(record):
    """The name on record; a stand whose firm the record does not name is called after the stand."""
    return record["zh"] if record["zh"] != "-" else f"{record['booth']}（名称未公布）"


def _exhibits(application, record):
    for order, name in enumerate(record["exhibits"]):
        exhibit, made = Exhibit.objects.get_or_create(
            application=application, name_zh=name,
            defaults={"category": application.category, "is_highlight": bool(record["treasure"]) and order == 0, "order": order},
        )  # fmt: skip
        # The record speaks of the exhibitor's lead exhibit.
        if made and record["first_launch"] and order == 0:
            FirstLaunch.objects.create(
                exhibit=exhibit, state=ClaimState.CONFIRMED, evidence=record["source"][:1000]
            )


def _stands(application, booth, hall_key):
    """One allocation per stand number; a stand two firms name goes to the first, the other keeps it as a remark."""
    numbers = [
        n for n in re.split(r"[、,，/ ]+", text(booth)) if re.fullmatch(r"[A-Z0-9][A-Z0-9-]*", n)
    ]
    for number in numbers:
        hall = Hall.objects.filter(
            venue__edition=application.edition, key=number.split("-")[0]
        ).first()
        if hall is None:
            continue
        stand, _made = Booth.objects.get_or_create(hall=hall, number=number)
        taken = stand.allocations.filter(released_at=None).first()
        if taken is None:
            Allocation.objects.create(booth=stand, application=application)
        elif taken.application_id != application.pk and number not in application.remarks:
            Application.objects.filter(pk=application.pk).update(
                remarks=f"{application.remarks} {number}".strip(), changed_at=timezone.now()
            )
            application.refresh_from_db()
