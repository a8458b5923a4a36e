"""Rules of a forum's own shape, case by case: agenda, time, place, languages, themes; and wrong ones that the cases catch."""

from forums.models import ForumState
from tests.forums.ruling import (
    LARGE,
    POSTERS,
    SMALL,
    A,
    B,
    C,
    Case,
    D,
    Wrong,
    forum,
    part,
    programme,
    shaped,
    slot,
)

FIVE, SIX = ("slot", 5), ("slot", 6)
DRAFT = ForumState.DRAFT


def lying(starts, ends, *parts):
    """A session of a forum with a morning and an afternoon; another forum's parts are all day long."""
    return programme(*(parts or (part(1, A), part(2, A, "14:00", "16:00"))), part(3, B, "00:00", "23:00", SMALL), slot(5, A, starts, ends))  # fmt: skip


def side_by_side(starts, ends, *, room=LARGE, of=A):
    return programme(part(1, A, "08:00", "18:00"), part(2, B, "08:00", "18:00", POSTERS), slot(5, A, "10:00", "12:00"), slot(6, of, starts, ends, room))  # fmt: skip


def states(rule_breaker, **more):
    """A published forum and a draft that break a rule, and one that does not."""
    return programme(*more.get("items", ()), forums=[forum(A, **rule_breaker), forum(B, state=DRAFT, **rule_breaker), forum(C, **more.get("fine", {}))])  # fmt: skip


def spoken(language, interpretation=""):
    return programme(forums=[forum(A, language=language, interpretation=interpretation), forum(B)])


def themed(*items, theme="大模型"):
    """Forums of one theme, beside as many of none and of another."""
    forums = [forum(pk, theme=theme) for pk in (A, B, C, D)]
    forums += [forum(pk, theme="机器人" if pk % 2 else "") for pk in (5, 6, 7, 8)]
    others = [part(10 + pk, pk, room=None) for pk in (5, 6, 7, 8)]
    return programme(*items, *others, forums=forums)


CROWD = [part(pk, pk, room=None) for pk in (A, B, C)]

CASES = {
    "outside-forum": [
        Case("the whole of a part", lying("10:00", "12:00")),
        Case("a minute too early", lying("09:59", "11:00"), ((FIVE,),)),
        Case("a minute too late", lying("11:00", "12:01"), ((FIVE,),)),
        Case("in the other part", lying("15:00", "16:00")),
        Case("over the pause", lying("11:30", "14:30"), ((FIVE,),)),
        Case("in the pause", lying("12:00", "14:00"), ((FIVE,),)),
        Case("across two parts that touch", lying("11:00", "13:00", part(2, A, "12:00", "16:00"), part(1, A))),
        Case("longer than its forum", lying("09:00", "17:00"), ((FIVE,),)),
        Case("a forum without a time", programme(slot(5, A, "10:00", "11:00"))),
    ],
    "sessions-overlap": [
        *shaped(side_by_side, (FIVE, SIX)),
        Case("another room", side_by_side("10:00", "12:00", room=SMALL)),
        Case("another forum", side_by_side("10:00", "12:00", of=B)),
        Case("without a room: in that of its forum", side_by_side("10:00", "12:00", room=None), ((FIVE, SIX),)),
        Case(
            "a place for several",
            programme(part(1, A, room=POSTERS), slot(5, A, "10:00", "11:00", POSTERS), slot(6, A, "10:00", "11:00", None)),
        ),
        Case("no places at all", programme(slot(5, A, "10:00", "11:00", None), slot(6, A, "10:00", "11:00", None)), ((FIVE, SIX),)),
    ],
    "no-time": [
        Case("a forum without a time", states({}, items=[part(3, C)]), ((A,),)),
        Case("all have one", programme(part(1, A), part(2, B, room=None))),
        Case("an agenda alone is no time", programme(slot(5, A, "10:00", "11:00")), ((A,),)),
    ],
    "no-room": [
        Case("one has none", programme(part(1, A, room=None), part(2, B), forums=[forum(C)]), ((A,),)),
        Case("one part has none", programme(part(1, A), part(2, A, "14:00", "15:00", None)), ((A,),)),
        Case("online only", programme(part(1, A, room=None), forums=[forum(A, is_online=True)])),
        Case("a draft", programme(part(1, A, room=None), forums=[forum(A, state=DRAFT)])),
    ],
    "no-english": [Case("one has none", states({"has_english": False}), ((A,),))],
    "no-interpretation": [
        Case("Chinese", spoken("zh")),
        Case("nothing said", spoken("")),
        Case("English", spoken("en"), ((A,),)),
        Case("both", spoken("zh, en"), ((A,),)),
        Case("with a stroke", spoken("zh/fr"), ((A,),)),
        Case("interpreted", spoken("en", "zh-en")),
        Case("a draft as well", programme(forums=[forum(A, language="en", state=DRAFT)]), ((A,),)),
    ],
    "theme-parallel": [
        Case("three at once", themed(*CROWD)),
        Case("a fourth at once", themed(*CROWD, part(4, D, "11:59", "13:00", None)), (("大模型", (A, B, C, D)),)),
        Case("a fourth that touches", themed(*CROWD, part(4, D, "12:00", "13:00", None))),
        Case("a fourth within", themed(*CROWD, part(4, D, "11:00", "11:01", None)), (("大模型", (A, B, C, D)),)),
        Case("the edition's number", themed(*CROWD), (("大模型", (A, B, C)),), 2),
        Case("two parts of one forum count once", themed(*CROWD, part(4, A, room=SMALL))),
        Case("of another theme", themed(*CROWD, part(4, 5, room=None))),
        Case("without a theme", themed(*CROWD, theme="")),
        Case(
            "one long and pairs one after the other",
            themed(part(1, A, "09:00", "17:00"), part(2, B, "09:00", "10:00"), part(3, C, "10:00", "11:00")),
            (("大模型", (A, B)), ("大模型", (A, C)), ("机器人", (5, 7))),
            1,
        ),
    ],
}  # fmt: skip

WRONG = [
    Wrong("outside-forum", "rooms.covered", "since <= reached < until", "since < reached < until"),
    Wrong("outside-forum", "rooms.covered", "reached >= item.ends", "reached > item.ends"),
    Wrong("outside-forum", "content.outside_forum", "sorted(((part.starts, part.ends) for part in parts))", "[(part.starts, part.ends) for part in parts]"),
    Wrong("outside-forum", "content.outside_forum", "programme.items_by_forum.get(slot.forum, ())", "programme.parts"),
    Wrong("outside-forum", "content.outside_forum", "parts and (not", "(not"),
    Wrong("sessions-overlap", "rooms.overlapping", "other.ends > item.starts", "other.ends >= item.starts"),
    Wrong("sessions-overlap", "content.sessions_overlap", "together[slot.forum, room]", "together[slot.forum, 0]"),
    Wrong("sessions-overlap", "content.sessions_overlap", "together[slot.forum, room]", "together[min(programme.forums), room]"),
    Wrong("sessions-overlap", "content.sessions_overlap", "programme.room_of(slot)", "slot.room"),
    Wrong("sessions-overlap", "content.sessions_overlap", "not place or not place.allows_parallel", "place and (not place.allows_parallel)"),
    Wrong("no-time", "content.no_time", "programme.items_by_forum.get(facts.pk)", "[s for s in programme.slots if s.forum == facts.pk]"),
    Wrong("no-time", "content._published", "f.state == ForumState.PUBLISHED", "True"),
    Wrong("no-room", "content._published", "f.state == ForumState.PUBLISHED", "True"),
    Wrong("no-room", "content.no_room", "any(", "all("),
    Wrong("no-room", "content.no_room", "not facts.is_online and", ""),
    Wrong("no-english", "content._published", "f.state == ForumState.PUBLISHED", "f.state != ForumState.PUBLISHED"),
    Wrong("no-english", "content.no_english", "if not facts.has_english:", "if True:"),
    Wrong("no-interpretation", "content.no_interpretation", "{'', 'zh'}", "{''}"),
    Wrong("no-interpretation", "content.no_interpretation", "{'', 'zh'}", "{'zh'}"),
    Wrong("no-interpretation", "content.no_interpretation", "if spoken and (not facts.interpretation):", "if spoken:"),
    Wrong("theme-parallel", "content.theme_parallel", "other.ends > item.starts", "other.ends >= item.starts"),
    Wrong("theme-parallel", "content.theme_parallel", "other.ends > item.starts", "other.ends >= item.ends"),
    Wrong("theme-parallel", "content.theme_parallel", "len(forums) > most", "len(forums) >= most"),
    Wrong("theme-parallel", "content.theme_parallel", "len(forums) > most", "len(running) > most"),
    Wrong("theme-parallel", "content.theme_parallel", "by_theme[theme].append(item)", "by_theme[''].append(item)"),
    Wrong("theme-parallel", "content.theme_parallel", "len(forums) > most", "len(forums) > 3"),
]  # fmt: skip
