"""Rules of rooms, case by case: taken, closed, too small, too quick a turnover; and wrong ones that the cases catch."""

from datetime import timedelta

from tests.forums.factories import DAY, at
from tests.forums.ruling import (
    NEXT_DOOR,
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

ONE, TWO, THREE = ("part", 1), ("part", 2), ("part", 3)
HOURS = {(11, DAY): [(at("13:00"), at("18:00")), (at("09:00"), at("12:00"))]}


def beside(starts, ends):
    """Two forums in one room, a third one next door at the same time."""
    return programme(
        part(1, A), part(2, B, starts, ends), part(3, C, starts, ends, SMALL), part(4, D, room=None)
    )


def seated(**facts):
    return programme(part(1, A, room=SMALL), part(2, B), forums=[forum(A, **facts), forum(B, seats=60)])  # fmt: skip


CASES = {
    "room-taken": [
        *shaped(beside, (ONE, TWO)),
        Case("several at once", programme(part(1, A, room=POSTERS), part(2, B, room=POSTERS))),
        Case("nowhere", programme(part(1, A, room=None), part(2, B, room=None))),
        Case("parts of one forum", programme(part(1, A), part(2, A, "11:00", "13:00"))),
        Case(
            "its own agenda sits in it",
            programme(part(1, A), slot(3, A, "10:30", "11:00"), part(2, B)),
            ((ONE, TWO),),
        ),
        Case(
            "a session in a room of its own",
            programme(part(1, A), part(2, B, room=SMALL), slot(3, B, "11:00", "11:30")),
            ((ONE, ("slot", 3)),),
        ),
        Case(
            "three at once are three pairs",
            programme(part(1, A), part(2, B), part(3, C)),
            ((ONE, TWO), (ONE, THREE), (TWO, THREE)),
        ),
        Case(
            "a long one and two short ones",
            programme(part(1, A, "09:00", "17:00"), part(2, B, "10:00", "11:00"), part(3, C, "15:00", "16:00")),
            ((ONE, TWO), (ONE, THREE)),
        ),
    ],
    "room-closed": [
        Case("all the morning", programme(part(1, A, "09:00", "12:00"), hours=HOURS)),
        Case("too early", programme(part(1, A, "08:59", "12:00"), hours=HOURS), ((ONE,),)),
        Case("too late", programme(part(1, A, "17:00", "18:01"), hours=HOURS), ((ONE,),)),
        Case("over the pause", programme(part(1, A, "11:30", "13:30"), hours=HOURS), ((ONE,),)),
        Case("in the pause", programme(part(1, A, "12:00", "13:00"), hours=HOURS), ((ONE,),)),
        Case("another venue, of which nothing is known", programme(part(1, A, "06:00", "07:00", NEXT_DOOR), hours=HOURS)),
        Case("no hours at all", programme(part(1, A, "06:00", "07:00"))),
        Case("nowhere", programme(part(1, A, "06:00", "07:00", None), hours=HOURS)),
        Case(
            "hours on other days only",
            programme(part(1, A), hours={(11, DAY + timedelta(days=1)): HOURS[11, DAY]}),
            ((ONE,),),
        ),
        Case(
            "across two opening times that touch",
            programme(part(1, A), hours={(11, DAY): [(at("09:00"), at("11:00")), (at("11:00"), at("18:00"))]}),
        ),
    ],
    "room-too-small": [
        Case("exactly full", seated(seats=50, seats_taken=50)),
        Case("one too many offered", seated(seats=51), ((A, SMALL),)),
        Case("one too many booked", seated(seats=10, seats_taken=51), ((A, SMALL),)),
        Case("no seats offered", seated()),
        Case("a room that says nothing", programme(part(1, A, room=POSTERS), forums=[forum(A, seats=999)])),
        Case(
            "once for a room, however many parts",
            programme(part(1, A, room=SMALL), part(2, A, "13:00", "14:00", SMALL), part(3, A, "15:00", "16:00"), forums=[forum(A, seats=60)]),
            ((A, SMALL),),
        ),
    ],
    "turnover": [
        Case("at once", programme(part(1, A), part(2, B, "12:00", "14:00")), ((ONE, TWO),)),
        Case("a minute short", programme(part(1, A), part(2, B, "12:14", "14:00")), ((ONE, TWO),)),
        Case("just enough", programme(part(1, A), part(2, B, "12:15", "14:00"))),
        Case("the edition's minutes", programme(part(1, A), part(2, B, "12:15", "14:00")), ((ONE, TWO),), 16),
        Case("no minutes wanted", programme(part(1, A), part(2, B, "12:00", "14:00")), (), 0),
        Case("overlapping, which is another rule's", programme(part(1, A), part(2, B, "11:00", "14:00"))),
        Case("another room", programme(part(1, A), part(2, B, "12:00", "14:00", SMALL))),
        Case("several at once", programme(part(1, A, room=POSTERS), part(2, B, "12:00", "14:00", POSTERS))),
        Case("parts of one forum", programme(part(1, A), part(2, A, "12:00", "13:00"))),
        Case(
            "after a short part within a long one",
            programme(part(1, A), part(3, A, "10:30", "11:00"), part(2, B, "12:05", "14:00")),
            ((ONE, TWO),),
        ),
        Case(
            "before and after a short visit",
            programme(part(1, A), part(2, B, "12:05", "12:10"), part(3, A, "12:15", "13:00")),
            ((ONE, TWO), (TWO, THREE)),
        ),
    ],
}  # fmt: skip

WRONG = [
    Wrong("room-taken", "rooms.overlapping", "other.ends > item.starts", "other.ends >= item.starts"),
    Wrong("room-taken", "rooms.overlapping", "other.ends > item.starts", "other.ends < item.ends"),  # not nested
    Wrong("room-taken", "rooms.overlapping", "yield (other, item)", "yield (open_items[-1], item)"),
    Wrong("room-taken", "rooms.room_taken", "if place.allows_parallel:", "if False:"),
    Wrong("room-taken", "rooms.room_taken", "if one.forum != other.forum:", "if True:"),
    Wrong("room-taken", "programme.Programme.items_by_room", "for item in self.slots:", "for item in ():"),
    Wrong("room-taken", "programme.Programme.items_by_room", "if (item.forum, item.room) not in own:", "if item.room:"),
    Wrong("room-closed", "rooms.covered", "since <= reached < until", "since < reached < until"),
    Wrong("room-closed", "rooms.covered", "reached >= item.ends", "reached > item.ends"),
    Wrong("room-closed", "rooms.covered", "reached = until", "return True"),
    Wrong("room-closed", "rooms.room_closed", "sorted(spans)", "spans[:1]"),
    Wrong("room-closed", "rooms.room_closed", "if place.venue not in venues:", "if not venues:"),
    Wrong("room-too-small", "rooms.room_too_small", "wanted > place.capacity", "wanted >= place.capacity"),
    Wrong("room-too-small", "rooms.room_too_small", "max(facts.seats, facts.seats_taken)", "facts.seats"),
    Wrong("room-too-small", "rooms.room_too_small", "dict.fromkeys((item.forum for item in items))", "[item.forum for item in items]"),
    Wrong("turnover", "rooms.turnover", "<= gap < timedelta(minutes=minutes)", "<= gap <= timedelta(minutes=minutes)"),
    Wrong("turnover", "rooms.turnover", "timedelta(0) <= gap", "timedelta(0) < gap"),
    Wrong("turnover", "rooms.turnover", "timedelta(0) <= gap <", "gap <"),
    Wrong("turnover", "rooms.turnover", "timedelta(minutes=minutes)", "timedelta(minutes=15)"),
    Wrong("turnover", "rooms._after_another_forum", "if forum != item.forum", "if True"),
    Wrong("turnover", "rooms._after_another_forum", "key=lambda i: i.ends", "key=lambda i: i.starts"),
]  # fmt: skip
