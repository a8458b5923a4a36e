"""Sample guests in sample forums: real forums keep the guests they had."""

from datetime import timedelta
from itertools import cycle

from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from forums.models import (
    Forum,
    ForumPart,
    ForumState,
    Honour,
    Participation,
    ParticipationRole,
    Session,
    Slot,
    Speaker,
)
from waic.demo.load.facts import at
from waic.demo.load.scale.wanted import number_after
from waic.editions.models import Room
from waic.lib.codes import new_codes
from waic.lib.text import pinyin_key

GUESTS_PER_FORUM = 32
TALK = timedelta(minutes=30)
HONOURS = {"turing": ("图灵奖（示例）", "Turing Award (sample)"), "academician": ("院士（示例）", "Academician (sample)")}  # fmt: skip


def add_guests(edition, guests, laureates, academicians):
    """`guests` people, the first of them laureates, the next academicians, in as many forums as they fill."""
    count = max(guests, laureates + academicians)
    if not count:
        return
    speakers = _speakers(edition, count)
    honours = ["turing"] * laureates + ["academician"] * academicians
    Honour.objects.bulk_create(
        Honour(speaker=speaker, kind=kind, name_zh=HONOURS[kind][0], name_en=HONOURS[kind][1], source="示例 / Sample")
        for speaker, kind in zip(speakers, honours, strict=False)
    )  # fmt: skip
    forums = _forums(edition, -(-count // GUESTS_PER_FORUM))
    sessions = _agenda(forums)
    Participation.objects.bulk_create(
        Participation(forum=session.forum, session=session, speaker=speaker, role=ParticipationRole.SPEAKER, order=n,
                      title_zh=speaker.title_zh, affiliation_zh=speaker.affiliation_zh)
        for n, (speaker, session) in enumerate(zip(speakers, cycle(sessions), strict=False))
    )  # fmt: skip


def _speakers(edition, count):
    start = number_after(Speaker.objects.filter(edition=edition, name_zh__startswith="示例嘉宾 "), "name_zh")  # fmt: skip
    codes = new_codes(count, Speaker.objects.values_list("code", flat=True))
    return Speaker.objects.bulk_create(
        Speaker(
            edition=edition, code=code, name_zh=f"示例嘉宾 {n:04}", name_en=f"Sample guest {n:04}", sort_key=pinyin_key(f"示例嘉宾 {n:04}"),
            title_zh="示例职务", title_en="Sample title", affiliation_zh="示例机构", affiliation_en="Sample organisation", is_sample=True,
        )
        for n, code in enumerate(codes, start)
    )  # fmt: skip


def _forums(edition, count):
    """Published half-day forums in rooms of their own, mornings and afternoons of all days."""
    start = number_after(edition.forums.filter(title_zh__startswith="示例论坛 "), "title_zh")
    kind = edition.forum_kinds.get(key="industry")
    halves = [at(str(day), clock) for day in edition.days for clock in ("09:00", "14:00")]
    rooms = _rooms(edition, -(-(start - 1 + count) // len(halves)))
    codes = new_codes(count, Forum.objects.values_list("code", flat=True))
    places = [(room, begins) for room in rooms for begins in halves][start - 1 :]
    forums = Forum.objects.bulk_create(
        Forum(
            edition=edition, kind=kind, code=code, title_zh=f"示例论坛 {n:04}", title_en=f"Sample forum {n:04}", state=ForumState.PUBLISHED,
            published_at=at("2024-07-01", "09:00"), seats=200, starts_at=begins, ends_at=begins + 6 * TALK, is_sample=True,
            times=TimestamptzMultirange([TimestamptzRange(begins, begins + 6 * TALK)]),
        )
        for n, (code, (_room, begins)) in enumerate(zip(codes, places, strict=False), start)
    )  # fmt: skip
    ForumPart.objects.bulk_create(
        ForumPart(forum=forum, room=room, starts_at=forum.starts_at, ends_at=forum.ends_at)
        for forum, (room, _begins) in zip(forums, places, strict=False)
    )
    for forum, (room, _begins) in zip(forums, places, strict=False):
        forum.sample_room = room
    return forums


def _rooms(edition, count):
    venue = edition.venues.get(name_zh="世博中心")
    hall = venue.halls.first()
    return [
        Room.objects.get_or_create(
            venue=venue, name_zh=f"示例会议室 {n:02}", defaults={"name_en": f"Sample room {n:02}", "hall": hall, "capacity": 200},
        )[0]
        for n in range(1, count + 1)
    ]  # fmt: skip


def _agenda(forums):
    """Six talks of half an hour each."""
    codes = iter(new_codes(6 * len(forums), Session.objects.values_list("code", flat=True)))
    sessions = Session.objects.bulk_create(
        Session(forum=forum, code=next(codes), title_zh=f"示例演讲 {n}", title_en=f"Sample talk {n}", order=n)
        for forum in forums
        for n in range(1, 7)
    )  # fmt: skip
    Slot.objects.bulk_create(
        Slot(
            session=s, room=s.forum.sample_room, starts_at=s.forum.starts_at + (s.order - 1) * TALK, ends_at=s.forum.starts_at + s.order * TALK
        )
        for s in sessions
    )  # fmt: skip
    return sessions
