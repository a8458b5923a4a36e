"""Awards and contests with rules, calls, stages and the winners on record 2019 to 2025."""

from datetime import date

from awards.forms_data import DEFINITIONS
from awards.models import Award, Call, Stage, Track, Winner
from awards.operations.forms import define_form
from waic.demo.load.facts import at, facts, text

AWARDS = [
    # key, name in the facts, zh, en, kind, full zh, full en
    ("sail", "SAIL奖", "SAIL 奖", "SAIL Award", "award", "卓越人工智能引领者奖", "Super AI Leader"),
    ("yunfan", "云帆奖", "云帆奖", "Yunfan Award", "award", "", ""),
    (
        "youth-paper",
        "青年优秀论文奖",
        "青年优秀论文奖",
        "Youth Outstanding Paper Award",
        "award",
        "",
        "WAICYOP",
    ),
    (
        "bpaa",
        "BPAA",
        "BPAA 应用算法模型典范大赛",
        "BPAA Best Practice Algorithm Contest",
        "contest",
        "",
        "",
    ),
    (
        "puyuan",
        "浦源大模型挑战赛",
        "浦源大模型挑战赛",
        "Puyuan Large Model Challenge",
        "contest",
        "",
        "",
    ),
    (
        "youth",
        "青少年人工智能创新大赛",
        "青少年人工智能创新大赛",
        "Youth AI Innovation Contest",
        "contest",
        "",
        "",
    ),
]
TRACKS = {
    "sail": [("superior", "Superior 超越", "Superior"), ("applicative", "Applicative 赋能", "Applicative"),
             ("innovative", "Innovative 创新", "Innovative"), ("leading", "Leading 引领", "Leading")],
    "yunfan": [("star", "璀璨明星", "Shining Star"), ("tomorrow", "明日之星", "Star of Tomorrow")],
    "puyuan": [("industry", "行业应用", "Industry applications"), ("creative", "创新创意", "Creative ideas"), ("safety", "安全可信", "Safety and trust")],
}  # fmt: skip
# Stage dates of 2025 are on record; they are the pattern of a sample calendar where a year's are not.
STAGES = {
    "sail": [("recommendation", "推荐", "Recommendation", "02-01", "04-10"), ("screening", "初审", "Screening", "04-11", "04-17"),
             ("first", "初评", "First review", "04-18", "05-08"), ("second", "复评", "Second review", "05-09", "06-04"),
             ("final", "终评", "Final", "06-05", "07-01")],
    "yunfan": [("entry", "报名", "Entry", None, "05-07"), ("screening", "初审", "Screening", "05-08", "05-14"), ("final", "终审", "Final", "05-15", "05-21")],
    "youth-paper": [("first", "初评", "First review", None, None), ("second", "复评", "Second review", None, None), ("final", "终评", "Final", None, None)],
}  # fmt: skip
PREFIX = {"sail": "SAIL", "yunfan": "YF", "youth-paper": "YOP"}


def load_awards(editions):
    """Awards, calls, tracks, stages and winners; safe to repeat."""
    rules = {r["award"]: r for r in facts("awards")["rules"]}
    awards = {}
    for order, (key, fact, zh, en, kind, full_zh, full_en) in enumerate(AWARDS):
        record = next((r for name, r in rules.items() if name.startswith(fact)), {})
        awards[fact], _made = Award.objects.update_or_create(
            key=key,
            defaults={"name_zh": zh, "name_en": en, "kind": kind, "full_zh": full_zh, "full_en": full_en, "order": order,
                      "since": record.get("since"), "facts": {k: v for k, v in record.items() if k != "source"},
                      "about_zh": about(record), "source": text(record.get("source"))},
        )  # fmt: skip
    for key in PREFIX:
        award = Award.objects.get(key=key)
        _load_call(award, editions[2024], "2024-01-15", "2024-04-10")
        _load_call(award, editions[2025], "2024-04-01", "2025-04-10")
    for order, record in enumerate(facts("awards")["winners"]):
        _load_winner(awards[record["award"]], editions[int(record["year"])], record, order)


def about(record):
    """The award's rules in its own words, from the facts."""
    lines = []
    if record.get("eligibility_2025"):
        lines.append("资格（2025）：" + "；".join(record["eligibility_2025"]))
    if record.get("channels"):
        lines.append("渠道：" + "、".join(record["channels"]))
    if record.get("stages_zh"):
        lines.append("评审：" + " → ".join(record["stages_zh"]))
    if record.get("scoring_2023"):
        lines.append("评分（2023）：" + "、".join(record["scoring_2023"]))
    if record.get("rule"):
        lines.append(record["rule"])
    return "\n".join(lines)


def _load_call(award, edition, opens, closes):
    call, _made = Call.objects.get_or_create(
        award=award, edition=edition,
        defaults={"opens_at": at(opens, "09:00"), "closes_at": at(closes, "18:00"), "prefix": f"{PREFIX[award.key]}{edition.year}", "is_sample": True},
    )  # fmt: skip
    if not call.fields.exists():
        define_form(call, DEFINITIONS[award.key])
    for order, (key, zh, en) in enumerate(TRACKS.get(award.key, [])):
        Track.objects.update_or_create(
            call=call, key=key, defaults={"name_zh": zh, "name_en": en, "order": order}
        )
    for order, (key, zh, en, first, last) in enumerate(STAGES.get(award.key, [])):
        dates = [date.fromisoformat(f"{edition.year}-{d}") if d else None for d in (first, last)]
        Stage.objects.update_or_create(
            call=call,
            key=key,
            defaults={
                "name_zh": zh,
                "name_en": en,
                "starts_on": dates[0],
                "ends_on": dates[1],
                "order": order,
            },
        )


def _load_winner(award, edition, record, order):
    Winner.objects.get_or_create(
        award=award, edition=edition, level=text(record["level"])[:80], title_zh=text(record["zh"])[:400], organisation=text(record["organisation"])[:300],
        people=text(record["author"])[:300],
        defaults={"title_en": text(record["en"])[:400], "track": text(record["track"])[:120], "note": text(record["note"]), "order": order, "source": record["source"]},
    )  # fmt: skip
