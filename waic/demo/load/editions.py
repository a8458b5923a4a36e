"""Editions 2018 to 2025 with venues, halls, opening hours, targets and published figures."""

from datetime import datetime, time

from waic.demo.load.facts import day, facts, text
from waic.editions.models import (
    Edition,
    Hall,
    HallWalk,
    OpeningHours,
    PublishedFigure,
    Room,
    Target,
    Venue,
)
from waic.lib import clock

CURRENT = 2024
VENUE_EN = {"世博中心": "Shanghai World Expo Center", "世博展览馆": "Shanghai World Expo Exhibition and Convention Center",
            "世博园B片区AI赛道东区": "Expo Park zone B, AI track east", "线上": "Online"}  # fmt: skip
ROOM_EN = {"红厅": "Red Hall", "蓝厅": "Blue Hall", "银厅": "Silver Hall", "金厅A": "Gold Hall A", "H3蓝舞台": "H3 Blue Stage",
           "H3产业对接会专区": "H3 Matchmaking Zone", "H3「AI+」应用场景发布中心": "H3 AI+ Scenario Launch Center",
           "1A号会议室": "Meeting Room 1A", "线上": "Online"}  # fmt: skip
HALLS = {2024: [("H1", "H1馆", "Hall H1", None), ("H2", "H2馆", "Hall H2", None), ("H3", "H3全域链接馆", "Hall H3, Full-domain Connection", 6000),
                ("ATRIUM", "中庭", "Atrium", None)],
         2025: [("H1", "H1馆", "Hall H1", None), ("H2", "H2馆", "Hall H2", None), ("H3", "H3馆", "Hall H3", None), ("H4", "H4馆", "Hall H4", None)],
         2021: [("H1", "H1馆", "Hall H1", None), ("H2", "H2馆", "Hall H2", None), ("H3", "H3馆", "Hall H3", None)]}  # fmt: skip
FIGURE_NAMES = {
    "exhibitors": ("展商", "Exhibitors"), "exhibits": ("展品", "Exhibits"), "guests": ("嘉宾", "Guests"), "speakers": ("嘉宾", "Speakers"),
    "forums": ("论坛", "Forums"), "visitors_offline": ("线下参观人次", "Visits on site"), "visitors": ("线下参观人次", "Visits on site"),
    "online_traffic": ("全网流量", "Online traffic"), "online_views": ("线上观看", "Online views"), "exhibition_area_m2": ("展览面积（平方米）", "Exhibition area, m²"),
    "academicians": ("院士", "Academicians"), "top_award_winners": ("图灵奖、菲尔兹奖、诺贝尔奖得主", "Turing, Fields and Nobel laureates"),
    "turing_winners": ("图灵奖得主", "Turing laureates"), "nobel_winners": ("诺贝尔奖得主", "Nobel laureates"), "countries": ("国家和地区", "Countries and regions"),
    "new_products": ("首发新品", "New products"), "projects_signed": ("签约项目", "Projects signed"), "investment_cny": ("投资额（元）", "Investment, CNY"),
    "purchase_intent_cny": ("意向采购额（元）", "Purchase intent, CNY"), "humanoid_robots": ("人形机器人", "Humanoid robots"), "large_models": ("大模型", "Large models"),
    "buyer_groups": ("采购团组", "Buyer groups"), "theme_forums": ("主题论坛", "Theme forums"), "industry_forums": ("行业论坛", "Industry forums"),
    "main_forums": ("主论坛", "Main forums"), "media": ("媒体", "Media"), "journalists": ("记者", "Journalists"), "sail_entries": ("SAIL 奖申报", "SAIL entries"),
}  # fmt: skip
OTHER_PRIZES = ("Future Tech人气之星（观众投票）", "镇馆之宝")
ANNOUNCEMENT = "Announcement of the 2024 edition (targets)"
TARGETS = [
    ("guests", "嘉宾", "Guests", 1000), ("laureates", "图灵奖、菲尔兹奖、诺贝尔奖得主", "Turing, Fields and Nobel laureates", 9),
    ("academicians", "院士", "Academicians", 88), ("exhibitors", "展商", "Exhibitors", 500), ("exhibits", "展品", "Exhibits", 1500),
    ("area", "展览面积（平方米）", "Exhibition area, m²", 52000), ("sail_entries", "SAIL 奖申报", "SAIL entries", 200),
    ("youth_papers", "青年论文", "Youth papers", 159), ("visitors", "观众", "Visitors", 300000),
]  # fmt: skip


def load_editions():
    """Every edition on record; answers {year: Edition}."""
    editions = {}
    for record in facts("editions"):
        edition, _made = Edition.objects.update_or_create(
            year=int(record["year"]), defaults=_columns(record)
        )
        editions[edition.year] = edition
        _load_places(edition, record)
        _load_figures(edition, record)
    _load_opening_hours(editions[CURRENT], facts("editions"))
    for key, zh, en, value in TARGETS:
        Target.objects.update_or_create(
            edition=editions[CURRENT],
            key=key,
            defaults={"name_zh": zh, "name_en": en, "value": value, "source": ANNOUNCEMENT},
        )
    return editions


def _columns(record):
    year = int(record["year"])
    return {
        "number": int(record["edition"]), "name_zh": record["name_zh"], "name_en": text(record["name_en"]),
        "theme_zh": text(record["theme_zh"]), "theme_en": text(record["theme_en"]),
        "starts_on": day(record["start"]), "ends_on": day(record["end"]), "exhibition_ends_on": day(record.get("exhibition_end")),
        "floor_area": record.get("exhibition_area_m2"), "organisers": record.get("organisers") or [],
        "is_current": year == CURRENT, "is_archive": year < CURRENT, "source": record["source"], "facts": _facts(record),
    }  # fmt: skip


def _facts(record):
    """The record as it stands, with what is known of tickets and of prizes no award of ours gives: nothing is lost."""
    year = int(record["year"])
    kept = {key: value for key, value in record.items() if key != "source"}
    kept["tickets"] = [t for t in facts("tickets") if t["year"] == year]
    if year == CURRENT:
        kept["other_prizes"] = [r for r in facts("awards")["rules"] if r["award"] in OTHER_PRIZES]
    return kept


def _load_places(edition, record):
    venues = [v for v in record["venues"] if v.get("zh")]
    # 2024's address stands beside its venues: 上海世博展览馆：博成路850号
    place, _colon, address = text(record.get("address_zh")).partition("：")
    for order, venue in enumerate(venues):
        name = venue["zh"].removeprefix("上海") if edition.year == CURRENT else venue["zh"]
        Venue.objects.update_or_create(
            edition=edition, name_zh=name,
            defaults={
                "name_en": text(venue.get("en")),
                "address_zh": text(venue.get("address_zh")) or (address if venue["zh"] == place else ""),
                "order": order,
            },
        )  # fmt: skip
    if edition.year not in HALLS:
        return
    site = edition.venues.filter(name_zh__contains="展览馆").first() or edition.venues.first()
    if site is None:
        site = Venue.objects.create(edition=edition, name_zh="展区", name_en="Exhibition area")
    for order, (key, zh, en, area) in enumerate(HALLS[edition.year]):
        Hall.objects.update_or_create(
            venue=site,
            key=key,
            defaults={"name_zh": zh, "name_en": en, "area": area, "order": order},
        )
    if edition.year == CURRENT:
        _load_rooms(edition)


def _load_rooms(edition):
    """Venues and rooms as the programme names them; the centre is its own hall for walking times."""
    centre = edition.venues.get(name_zh="世博中心")
    expo = edition.venues.get(name_zh="世博展览馆")
    centre_hall, _made = Hall.objects.update_or_create(
        venue=centre, key="EXPO-CENTER", defaults={"name_zh": "世博中心", "name_en": "Expo Center"}
    )
    for record in facts("forums_2024"):
        if not record["venue_zh"]:
            continue
        online = record["venue_zh"] == "线上"
        venue, _made = Venue.objects.get_or_create(
            edition=edition, name_zh=record["venue_zh"],
            defaults={"name_en": VENUE_EN.get(record["venue_zh"], ""), "is_online": online, "order": 9},
        )  # fmt: skip
        if not record["room_zh"]:
            continue
        hall = (
            centre_hall
            if venue == centre
            else expo.halls.filter(key="H3").first()
            if record["room_zh"].startswith("H3")
            else None
        )
        name = record["room_zh"]
        Room.objects.get_or_create(
            venue=venue, name_zh=name,
            defaults={"name_en": ROOM_EN.get(name) or (f"Room {name[:3]}" if name[:3].isdigit() else ""), "hall": hall, "allows_parallel": online},
        )  # fmt: skip
    halls = list(Hall.objects.filter(venue=expo).order_by("order"))
    for n, start in enumerate(halls):
        for end in halls[n + 1 :]:
            HallWalk.objects.get_or_create(start=start, end=end, defaults={"minutes": 5})
        HallWalk.objects.get_or_create(start=start, end=centre_hall, defaults={"minutes": 12})


def _load_figures(edition, record):
    """Every number a record holds, and the dated ones with their cut-off."""
    dated = record.get("figures_by_cutoff") or []
    cut_offs = [
        (datetime.strptime(c["cutoff"], "%Y-%m-%d %H:%M").replace(tzinfo=clock.ZONE), c)
        for c in dated
    ]
    closing = datetime.combine(edition.last_day, time(18), tzinfo=clock.ZONE)
    known = closing if record.get("data_cutoff") else None
    wanted = [(k, v, known) for k, v in record.items() if _is_figure(k, v)]
    wanted += [(k, v, moment) for moment, c in cut_offs for k, v in c.items() if k != "cutoff"]
    for key, value, moment in wanted:
        zh, en = FIGURE_NAMES.get(key, ("", key.replace("_", " ")))
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        PublishedFigure.objects.update_or_create(
            edition=edition, key=key[:60], cut_off=moment,
            defaults={"name_zh": zh, "name_en": en, "value": shown[:200], "note": _note(record, key)[:500], "source": record["source"]},
        )  # fmt: skip


def _is_figure(key, value):
    return isinstance(value, int | float) and key not in ("year", "edition")


def _note(record, key):
    """The record's remark on a figure: under its name, its name without the unit, or its first word."""
    stems = (key, key.removesuffix("_m2"), key.removesuffix("_cny"), key.split("_")[0])
    return next((record[f"{stem}_note"] for stem in stems if record.get(f"{stem}_note")), "")


def _load_opening_hours(edition, records):
    record = next(r for r in records if int(r["year"]) == edition.year)
    for hours in record["opening_hours"]:
        note = hours.get("note") or ""
        OpeningHours.objects.update_or_create(
            venue=edition.venues.get(name_zh=hours["venue_zh"]), date=day(hours["date"]), opens=time.fromisoformat(hours["open"]),
            defaults={"closes": time.fromisoformat(hours["close"]), "note_en": note, "note_zh": "仅限受邀" if "invited" in note else ""},
        )  # fmt: skip
