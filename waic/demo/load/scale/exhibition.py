"""Sample exhibitors, most of them from outside Shanghai, with stands and exhibits."""

from itertools import cycle, islice

from exhibitors.models import Allocation, Application, ApplicationState, Booth, Exhibit
from waic.accounts.models import Organisation
from waic.demo.load.facts import at
from waic.demo.load.scale.wanted import number_after
from waic.editions.models import Hall
from waic.lib.codes import new_codes
from waic.lib.text import pinyin_key

# Country and city of twenty samples in turn: 7 from Shanghai, 9 from elsewhere in China, 4 from abroad.
ORIGINS = (
    ("CN", "上海"), ("CN", "北京"), ("CN", "杭州"), ("CN", "上海"), ("US", ""), ("CN", "深圳"), ("CN", "上海"), ("CN", "合肥"), ("CN", "上海"), ("FR", ""),
    ("CN", "苏州"), ("CN", "上海"), ("CN", "广州"), ("CN", "成都"), ("DE", ""), ("CN", "上海"), ("CN", "武汉"), ("CN", "南京"), ("CN", "上海"), ("JP", ""),
)  # fmt: skip
FIELDS = ("大模型", "机器人", "算力", "自动驾驶", "AI+医疗", "AI+金融", "工业智能")
DECIDED = at("2024-05-01", "09:00")


def add_exhibition(edition, exhibitors, exhibits):
    """`exhibitors` approved applications with a stand each, and `exhibits` spread over all of them."""
    firms = _organisations(edition, exhibitors)
    blocks = list(edition.blocks.all())
    codes = new_codes(len(firms), Application.objects.values_list("code", flat=True))
    Application.objects.bulk_create(
        Application(
            edition=edition, organisation=firm, code=code, name_zh=firm.name_zh, name_en=firm.name_en, sort_key=pinyin_key(firm.name_zh),
            country=firm.country, city=firm.city, category=field, block=block, state=ApplicationState.APPROVED, submitted_at=DECIDED,
            decided_at=DECIDED, profile_zh="示例展商，用于演示完整规模。", profile_en="A sample exhibitor, for the demo at full scale.", is_sample=True,
        )
        for firm, code, field, block in zip(firms, codes, cycle(FIELDS), cycle(blocks), strict=False)
    )  # fmt: skip
    applications = list(edition.applications.public().filter(is_sample=True).order_by("pk"))
    _stands(edition, [a for a in applications if a.organisation_id in {f.pk for f in firms}])
    _exhibits(applications, exhibits)


def _organisations(edition, count):
    start = number_after(Organisation.objects.filter(name_zh__startswith="示例展商 "), "name_zh")
    origins = islice(cycle(ORIGINS), count)
    return Organisation.objects.bulk_create(
        Organisation(
            name_zh=f"示例展商 {n:04}",
            name_en=f"Sample exhibitor {n:04}",
            country=country,
            city=city,
            source="示例 / Sample",
        )
        for n, (country, city) in enumerate(origins, start)
    )


def _stands(edition, applications):
    """A stand of 36 m² each, in the halls in turn."""
    halls = list(Hall.objects.filter(venue__edition=edition, key__in=["H1", "H2", "H3"]).order_by("key"))  # fmt: skip
    start = 1 + Booth.objects.filter(hall__in=halls, number__contains="-SP").count()
    booths = Booth.objects.bulk_create(
        Booth(hall=hall, number=f"{hall.key}-SP{n:04}", area=36)
        for n, hall in zip(range(start, start + len(applications)), cycle(halls), strict=False)
    )
    Allocation.objects.bulk_create(
        Allocation(booth=booth, application=application)
        for booth, application in zip(booths, applications, strict=True)
    )


def _exhibits(applications, count):
    if not applications:
        return
    start = number_after(Exhibit.objects.filter(name_zh__startswith="示例展品 "), "name_zh")
    codes = new_codes(count, Exhibit.objects.values_list("code", flat=True))
    Exhibit.objects.bulk_create(
        Exhibit(
            application=application, code=code, name_zh=f"示例展品 {n:04}", name_en=f"Sample exhibit {n:04}",
            sort_key=pinyin_key(f"示例展品 {n:04}"), category=application.category, order=n % 10, is_sample=True,
        )
        for n, (application, code) in enumerate(zip(cycle(applications), codes, strict=False), start)
    )  # fmt: skip
