"""The open call for forums of the coming edition, with one draft and one proposal for the desk. All of it is a sample."""

from datetime import date

from waic.accounts.models import Membership, Organisation, Role, User
from waic.demo.load.facts import at

CRITERIA = (
    # key, zh, en, help zh, help en, weight
    ("theme", "主题契合度", "Fit with the theme", "是否回应本届大会主题", "Does it answer the theme of the edition?", 3),
    ("content", "内容与议程", "Content and outline", "议题是否清楚、有新意", "Is the outline clear and new?", 3),
    ("guests", "嘉宾阵容", "Guests", "拟邀嘉宾的代表性与可行性", "Are the expected guests fitting and likely?", 2),
    ("ability", "组织能力", "Ability to run it", "过往论坛、预算与规模是否相称", "Do past forums, budget and size go together?", 2),
)  # fmt: skip


def load(host, edition):
    """The call, its rubric, the host's half-filled draft and another institution's proposal; safe to repeat."""
    call = _call(edition)
    for order, (key, zh, en, help_zh, help_en, weight) in enumerate(CRITERIA):
        call.criteria.get_or_create(
            key=key, defaults={"name_zh": zh, "name_en": en, "help_zh": help_zh, "help_en": help_en, "weight": weight, "order": order}
        )  # fmt: skip
    _waiting(call)
    institute = _organisation("示例智能研究院", "Sample Institute of Intelligence")
    Membership.objects.get_or_create(
        organisation=institute, user=host, defaults={"role": Role.OWNER}
    )
    call.proposals.get_or_create(
        organisation=institute,
        defaults={"started_by": host, "is_sample": True, "title_zh": "示例论坛方案：未完成的草稿", "title_en": "Sample proposal: an unfinished draft",
                  "theme": "具身智能", "version": 2},
    )  # fmt: skip


def _call(edition):
    from forums.models import ForumCall, ForumKind

    kind, _made = ForumKind.objects.get_or_create(
        edition=edition, key="industry", defaults={"name_zh": "行业论坛", "name_en": "Industry forum", "order": 4}
    )  # fmt: skip
    call, _made = ForumCall.objects.get_or_create(
        edition=edition,
        defaults={"kind": kind, "opens_at": at("2024-04-01", "09:00"), "closes_at": at("2025-03-31", "18:00"), "decide_by": date(2025, 4, 30), "is_sample": True,
                  "about_zh": "示例：面向高校、企业和行业组织征集行业论坛。请说明主题、议题、拟邀嘉宾、规模与预算。",
                  "about_en": "Sample: universities, companies and associations may propose industry forums. Say what it is about, whom you expect, how large it is and what it costs."},
    )  # fmt: skip
    return call


def _organisation(zh, en):
    return Organisation.objects.get_or_create(
        name_zh=zh, defaults={"name_en": en, "country": "CN", "city": "上海"}
    )[0]


def _waiting(call):
    """A proposal for the programme desk to score."""
    society = _organisation("示例产业联盟", "Sample Industry Alliance")
    proposer, _made = User.objects.get_or_create(
        email="sample-alliance@waic.test", defaults={"name": "示例联系人"}
    )
    Membership.objects.get_or_create(
        organisation=society, user=proposer, defaults={"role": Role.OWNER}
    )
    call.proposals.get_or_create(
        organisation=society,
        defaults={"started_by": proposer, "is_sample": True, "state": "submitted", "submitted_at": at("2024-07-03", "15:40"), "version": 3,
                  "title_zh": "示例论坛方案：智能制造", "title_en": "Sample proposal: Intelligent manufacturing", "theme": "智能制造",
                  "outline": "示例：上午主题演讲，下午两场圆桌，面向制造业技术负责人。", "guests": "示例嘉宾甲，示例大学\n示例嘉宾乙，示例企业", "seats": 200,
                  "budget": "300000.00", "currency": "CNY", "past": "2023 示例年会，150 人"},
    )  # fmt: skip
