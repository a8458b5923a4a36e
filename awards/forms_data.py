"""The forms of the awards as data: what SAIL, Yunfan and the youth papers ask for.

The questions follow the published rules (tracks, eligibility, channels); wording and limits are ours.
"""

_NAME = "基本信息", "About the entry"
_WORK = "摘要与创新", "Summary and novelty"
_EFFECT = "应用成效", "Effect"
_FILES = "附件", "Files"
_CONSENT = "声明", "Declarations"


def _field(part, key, kind, zh, en, **more):
    return {
        "part_zh": part[0],
        "part_en": part[1],
        "key": key,
        "kind": kind,
        "label_zh": zh,
        "label_en": en,
        **more,
    }


_DECLARATIONS = [
    _field(
        _CONSENT,
        "truthful",
        "yes",
        "材料真实，且已取得全部作者同意",
        "The material is true and all authors agree",
    ),
    _field(
        _CONSENT,
        "publishable",
        "yes",
        "同意在公示期公开项目名称、单位与摘要",
        "Title, organisation and summary may be published",
        is_required=False,
    ),
]

SAIL = [
    _field(_NAME, "applicant_unit", "line", "申报单位", "Organisation", max_length=120, is_identifying=True),
    _field(_NAME, "contact_phone", "line", "联系电话", "Phone", max_length=30, is_identifying=True),
    _field(_WORK, "summary", "prose", "项目摘要", "Summary", max_length=600,
           help_zh="做什么、解决谁的什么问题、结果如何。初评为盲评，请不要出现单位和人名。",
           help_en="What it does, whose problem it solves, with which result. The first review is blind: no names, please."),
    _field(_WORK, "novelty", "prose", "创新点", "Novelty", max_length=1200, help_zh="一行一条，最多五条。", help_en="One per line, five at most."),
    _field(_EFFECT, "users", "number", "已应用单位数", "Organisations that use it", is_required=False),
    _field(_EFFECT, "since", "date", "首次上线", "First in use", is_required=False),
    _field(_EFFECT, "maturity", "choice", "成熟度", "Maturity",
           choices=[{"key": "lab", "zh": "实验室", "en": "Laboratory"}, {"key": "pilot", "zh": "试点", "en": "Pilot"}, {"key": "use", "zh": "规模应用", "en": "In wide use"}]),
    _field(_FILES, "paper", "file", "技术报告或论文", "Technical report or paper", accept="pdf", max_length=20),
    _field(_FILES, "video", "url", "演示视频链接", "Link to a video", is_required=False, help_zh="三分钟以内。", help_en="Three minutes at most."),
    *_DECLARATIONS,
]  # fmt: skip
YUNFAN = [
    _field(_NAME, "birth", "date", "出生日期", "Date of birth", is_identifying=True),
    _field(
        _NAME, "affiliation", "line", "任职单位", "Affiliation", max_length=120, is_identifying=True
    ),
    _field(_WORK, "achievement", "prose", "代表性成果", "Main achievement", max_length=1500),
    _field(_FILES, "cv", "file", "简历", "Curriculum vitae", accept="pdf", max_length=10),
    *_DECLARATIONS,
]
YOUTH_PAPER = [
    _field(_NAME, "first_author", "line", "第一作者", "First author", max_length=80, is_identifying=True),
    _field(_NAME, "published_on", "date", "发表日期", "Published on", help_zh="2022 年 1 月 1 日及以后。", help_en="On or after 1 January 2022."),
    _field(_NAME, "channel", "choice", "推荐渠道", "Channel",
           choices=[{"key": "unit", "zh": "单位推荐", "en": "Organisation"}, {"key": "expert", "zh": "专家推荐（正高级）", "en": "Senior expert"}, {"key": "self", "zh": "个人自荐", "en": "Self"}]),
    _field(_WORK, "abstract", "prose", "论文摘要", "Abstract", max_length=1500),
    _field(_FILES, "paper", "file", "论文全文", "Full paper", accept="pdf", max_length=20),
    *_DECLARATIONS,
]  # fmt: skip
DEFINITIONS = {"sail": SAIL, "yunfan": YUNFAN, "youth-paper": YOUTH_PAPER}
