"""The programme of 2024: forums with hosts and agenda, guests with honours. Oddities load as they are."""

import re

from django.utils import timezone

from forums.models import (
    Forum,
    ForumKind,
    ForumOrganisation,
    ForumPart,
    ForumState,
    Honour,
    OrganisationRole,
    Participation,
    ParticipationRole,
    Session,
    SessionKind,
    Slot,
    Speaker,
)
from forums.operations.forums import keep_times
from waic.demo.load.facts import at, day, facts, text
from waic.demo.load.organisations import organisation_named
from waic.editions.models import Room

KINDS = [
    # key, zh, en, board, limit, main
    ("opening", "开幕式和全体会议", "Opening and plenary", "forum", 1, True),
    ("main", "主论坛", "Main forum", "forum", 3, True),
    ("theme", "主题论坛", "Theme forum", "forum", 10, False),
    ("industry", "行业论坛", "Industry forum", "forum", None, False),
    ("launch", "发布", "Launch", "award", None, False),
    ("roadshow", "路演", "Roadshow", "expo", None, False),
    ("scenario", "场景发布", "Scenario release", "expo", None, False),
    ("matchmaking", "产业对接", "Matchmaking", "expo", None, False),
    ("livestream", "直播", "Live stream", "experience", None, False),
    ("closing", "闭幕式", "Closing", "forum", 1, True),
]
# The facts' own kinds; which forums were the ten theme forums is not on record, so none is marked as one.
KIND_OF = {"forum": "industry", "scenario_release": "scenario", "matchmaking": "matchmaking", "roadshow": "roadshow",
           "main_forum": "main", "livestream": "livestream", "launch": "launch", "opening": "opening", "closing": "closing"}  # fmt: skip
HONOURS = [
    ("图灵奖", "turing", "Turing Award"), ("诺贝尔", "nobel", "Nobel Prize in Chemistry"), ("菲尔兹", "fields", "Fields Medal"),
    ("院士", "academician", ""), ("Fellow", "fellow", "IEEE Fellow"),
]  # fmt: skip
HONOUR_EN = {
    "中国工程院院士": "Member, Chinese Academy of Engineering", "中国科学院院士": "Member, Chinese Academy of Sciences", "院士": "Academician",
    "美国国家工程院院士": "Member, US National Academy of Engineering", "美国国家科学院院士": "Member, US National Academy of Sciences",
    "美国国家工程院外籍院士": "International Member, US National Academy of Engineering", "欧洲科学院院士": "Member, Academia Europaea",
    "欧洲人文和自然科学院院士": "Member, European Academy of Sciences and Arts", "澳大利亚科学院院士": "Fellow, Australian Academy of Science",
}  # fmt: skip
SESSION_KINDS = [
    (SessionKind.BREAK, r"茶歇|休息|午餐|签到|入场"), (SessionKind.PANEL, r"圆桌|对话|讨论|沙龙|论道"), (SessionKind.SIGNING, r"签约"),
    (SessionKind.LAUNCH, r"发布"), (SessionKind.CEREMONY, r"致辞|仪式|颁奖|揭牌|开场|开幕|闭幕|合影"),
]  # fmt: skip
ROLES = (
    ("hosts", OrganisationRole.HOST),
    ("organisers", OrganisationRole.ORGANISER),
    ("co_organisers", OrganisationRole.CO_ORGANISER),
)


def load_programme(edition):
    """All forums and guests of an edition; safe to repeat."""
    for order, (key, zh, en, board, limit, main) in enumerate(KINDS):
        ForumKind.objects.update_or_create(
            edition=edition, key=key,
            defaults={"name_zh": zh, "name_en": en, "board": board, "limit": limit, "is_main": main, "order": order},
        )  # fmt: skip
    kinds = {kind.key: kind for kind in edition.forum_kinds.all()}
    rooms = {
        (r.venue.name_zh, r.name_zh): r
        for r in Room.objects.filter(venue__edition=edition).select_related("venue")
    }
    for record in facts("forums_2024"):
        _load_forum(edition, record, kinds, rooms)
    _load_guests(edition)


def _load_forum(edition, record, kinds, rooms):
    starts, ends = at(record["date"], record["start"]), at(record["date"], record["end"])
    forum, made = Forum.objects.get_or_create(
        edition=edition, external_id=record["id"],
        defaults={
            "kind": kinds[KIND_OF[record["kind"]]], "title_zh": record["zh"], "title_en": text(record["en"]),
            "summary_zh": "\n".join(filter(None, [text(record.get("theme_zh")), *(record.get("sub_themes_zh") or [])])),
            "is_online": record["venue_zh"] == "线上", "date": day(record["date"]), "starts_at": starts, "ends_at": ends,
            "state": ForumState.PUBLISHED, "published_at": at("2024-07-01", "09:00"), "source": _source(record),
        },
    )  # fmt: skip
    if not made:
        return
    for field, role in ROLES:
        for order, name in enumerate(record[field]):
            ForumOrganisation.objects.get_or_create(
                forum=forum,
                organisation=organisation_named(name, source=record["source"]),
                role=role,
                defaults={"order": order},
            )
    room = rooms.get((record["venue_zh"], record["room_zh"]))
    if starts and ends:
        # What the record says of the place stays where no room of ours fits it.
        note = "" if room else text(record.get("addr_raw") or record["venue_zh"])
        ForumPart.objects.create(
            forum=forum, room=room, starts_at=starts, ends_at=ends, place_note=note
        )
        keep_times(forum)
    for order, item in enumerate(record["agenda"]):
        session = Session.objects.create(
            forum=forum,
            title_zh=item["topic_zh"],
            kind=_session_kind(item["topic_zh"]),
            order=order,
        )
        Slot.objects.create(
            session=session,
            room=room,
            starts_at=at(record["date"], item["start"]),
            ends_at=at(record["date"], item["end"]),
        )


def _source(record):
    """Where the record is from, with what it says that no field of a forum holds."""
    place = (
        "" if record["start"] else " ".join(filter(None, [record["venue_zh"], record["room_zh"]]))
    )
    said = {
        "地点": place or record.get("addr_raw"),
        "主持": record.get("moderator_zh"),
        "备注": record.get("note"),
    }
    return "\n".join(
        [record["source"], *(f"{name}：{words}" for name, words in said.items() if words)]
    )


def _session_kind(title):
    return next(
        (kind for kind, pattern in SESSION_KINDS if re.search(pattern, title)), SessionKind.SPEECH
    )


def _load_guests(edition):
    """One speaker per name; each participation keeps title and affiliation as they were announced there."""
    forums = {f.external_id: f for f in edition.forums.all()}
    orders: dict = {}
    for record in facts("speakers_2024"):
        forum = forums[record["forum_id"]]
        speaker = _speaker(edition, record)
        orders[forum.pk] = orders.get(forum.pk, 0) + 1
        Participation.objects.get_or_create(
            forum=forum, session=None, speaker=speaker,
            defaults={
                "order": orders[forum.pk], "role": _role(text(record.get("role_zh"))),
                "title_zh": text(record["title_zh"]), "affiliation_zh": text(record["affiliation_zh"]),
            },
        )  # fmt: skip
        _keep_part(speaker, forum, text(record.get("role_zh")))
        for honour in record["honours"]:
            kind, english = next((k, e) for part, k, e in HONOURS if part in honour)
            Honour.objects.get_or_create(
                speaker=speaker, name_zh=honour,
                defaults={"kind": kind, "name_en": HONOUR_EN.get(honour, english), "source": text(record.get("honours_source"))},
            )  # fmt: skip


def _keep_part(speaker, forum, part):
    """What somebody did there in the record's words (出席, 宣布闭幕): finer than our roles, so it stays with the source."""
    line = f"《{forum.title_zh}》：{part}"
    if part and line not in speaker.source:
        speaker.source = f"{speaker.source}\n{line}"
        speaker.save(update_fields=["source", "changed_at"])


def _speaker(edition, record):
    """The person of this name; what an earlier record left open is filled in, nothing is overwritten."""
    name = record["name"]
    latin = name.isascii()
    key = {"name_en": name, "name_zh": ""} if latin else {"name_zh": name}
    speaker, made = Speaker.objects.get_or_create(
        edition=edition, **key,
        defaults={
            "name_en": name if latin else text(record["name_en"]), "title_zh": text(record["title_zh"]),
            "affiliation_zh": text(record["affiliation_zh"]), "is_person": record["is_person"], "source": record["source"],
        },
    )  # fmt: skip
    if not made:
        fields = {
            "name_en": record["name_en"],
            "title_zh": record["title_zh"],
            "affiliation_zh": record["affiliation_zh"],
        }
        missing = {k: v for k, v in fields.items() if v and not getattr(speaker, k)}
        if missing:
            Speaker.objects.filter(pk=speaker.pk).update(changed_at=timezone.now(), **missing)
            speaker.refresh_from_db()
    return speaker


def _role(role):
    if "主持" in role:
        return ParticipationRole.MODERATOR
    if "致辞" in role:
        return ParticipationRole.GUEST
    return ParticipationRole.SPEAKER
