"""Rules of people, case by case: two places, away, walks, hosts, the protocol; and wrong ones that the cases catch."""

from dataclasses import replace

from tests.forums.factories import at
from tests.forums.ruling import (
    ANNA,
    BO,
    HALL_1,
    LARGE,
    POSTERS,
    SMALL,
    WALKS,
    A,
    B,
    C,
    Case,
    Wrong,
    forum,
    on_lists,
    part,
    programme,
    shaped,
    slot,
    span,
)

ONE, TWO, THREE = ("part", 1), ("part", 2), ("part", 3)
FIVE, SIX = ("slot", 5), ("slot", 6)


def on_two_lists(starts, ends):
    """Anna on the lists of two forums, Bo on that of the first and of a third at another time."""
    people = {(A, None): {ANNA, BO}, (B, None): {ANNA}, (C, None): {BO}}
    return programme(
        part(1, A), part(2, B, starts, ends, SMALL), part(3, C, "16:00", "17:00"), people_of=people
    )


def in_sessions(starts, ends, *, room=SMALL):
    """One forum with a session in its own room and one in another; Anna in both, Bo in one."""
    return programme(
        part(1, A, "08:00", "18:00"), slot(5, A, "10:00", "12:00"), slot(6, A, starts, ends, room),
        people_of={(A, 5): {ANNA, BO}, (A, 6): {ANNA}},
    )  # fmt: skip


def named(*items, **people):
    """Anna on both forums' lists, and for one session of the first."""
    return programme(part(1, A), part(2, B, "11:00", "12:00", SMALL), *items, people_of={**on_lists(A, B), (A, 5): {ANNA}})  # fmt: skip


def with_times(*spans):
    """Anna gave these times, Bo others."""
    available = {ANNA: [span(*times) for times in spans]} if spans else {}
    available[BO] = [span("06:00", "07:00", BO)]
    return programme(part(1, A), part(2, B, "16:00", "17:00"), people_of=on_lists(A), available=available)  # fmt: skip


def walking(*items, walks=WALKS, people=None):
    return programme(*items, people_of=on_lists(A, B, C) if people is None else people, walks=walks)


def hosted(starts, ends):
    """Two forums of one institution, a third of another at the same time."""
    seven, eight = frozenset({7}), frozenset({8})
    return programme(
        part(1, A), part(2, B, starts, ends, SMALL), part(3, C, starts, ends, None),
        forums=[forum(A, hosts=seven), forum(B, hosts=seven), forum(C, hosts=eight)],
    )  # fmt: skip


OPENING = span("10:00", "12:00", title="Opening")


def expected_there(starts, ends, protocol=OPENING, **more):
    """Anna is expected at the opening; both are on the list of a forum."""
    people = {(A, None): {ANNA, BO}}
    return programme(part(1, A, starts, ends), people_of=people, protocol=(protocol,), **more)


AT_OPENING = (ANNA, at("10:00"), ONE)
TO_THE_OPENING = replace(OPENING, hall=HALL_1)

CASES = {
    "person-twice": [
        *shaped(on_two_lists, (ANNA, A, B)),
        *(case._replace(name=f"sessions {case.name}") for case in shaped(in_sessions, (ANNA, FIVE, SIX))),
        Case("sessions in one room, which is another rule's", in_sessions("10:00", "12:00", room=LARGE)),
        Case("a session without a room is in that of its forum", in_sessions("10:00", "12:00", room=None)),
        Case("free in the rest of the forum", named(slot(5, A, "10:00", "11:00"))),
        Case("needed at the time of the session", named(slot(5, A, "11:30", "12:00")), ((ANNA, A, B),)),
        Case("a session without a time: needed all the time", named(), ((ANNA, A, B),)),
        Case(
            "said once for two forums",
            programme(part(1, A, "10:00", "11:00"), part(2, A, "11:00", "12:00"), part(3, B, room=SMALL), people_of=on_lists(A, B)),
            ((ANNA, A, B),),
        ),
        Case("rooms of one forum side by side", programme(part(1, A), part(2, A, room=SMALL), people_of=on_lists(A))),
        Case("places for several are two places", programme(part(1, A, room=POSTERS), part(2, B, room=POSTERS), people_of=on_lists(A, B)), ((ANNA, A, B),)),
        Case(
            "a long one and two short ones",
            programme(part(1, A, "09:00", "17:00"), part(2, B, "10:00", "11:00", SMALL), part(3, C, "15:00", "16:00", SMALL), people_of=on_lists(A, B, C)),
            ((ANNA, A, B), (ANNA, A, C)),
        ),
    ],
    "person-away": [
        Case("there all the time", with_times(("10:00", "12:00"))),
        Case("said nothing", with_times()),
        Case("two times that touch", with_times(("10:00", "11:00"), ("11:00", "12:00"))),
        Case("one time within another", with_times(("09:00", "13:00"), ("10:30", "11:00"))),
        Case("an earlier time as well", with_times(("06:00", "07:00"), ("10:00", "12:00"))),
        Case("away in between", with_times(("10:00", "11:00"), ("11:01", "12:00")), ((ANNA, ONE),)),
        Case("comes late", with_times(("10:01", "13:00")), ((ANNA, ONE),)),
        Case("leaves early", with_times(("09:00", "11:59")), ((ANNA, ONE),)),
        Case("another part of the day", with_times(("12:00", "18:00")), ((ANNA, ONE),)),
    ],
    "walk": [
        Case("a minute short", walking(part(1, A, room=SMALL), part(2, B, "12:09", "13:00")), ((ANNA, ONE, TWO),)),
        Case("touching", walking(part(1, A, room=SMALL), part(2, B, "12:00", "13:00")), ((ANNA, ONE, TWO),)),
        Case("just enough", walking(part(1, A, room=SMALL), part(2, B, "12:10", "13:00"))),
        Case("and back", walking(part(1, A), part(2, B, "12:09", "13:00", SMALL)), ((ANNA, ONE, TWO),)),
        Case("one hall", walking(part(1, A, room=SMALL), part(2, B, "12:00", "13:00", POSTERS))),
        Case("no walk known", walking(part(1, A, room=SMALL), part(2, B, "12:00", "13:00"), walks={})),
        Case("at once, which is another rule's", walking(part(1, A, room=SMALL), part(2, B, "11:00", "13:00"))),
        Case("two people", walking(part(1, A, room=SMALL), part(2, B, "12:00", "13:00"), people={**on_lists(A), **on_lists(B, person=BO)})),
        Case(
            "after a short one within a long one",
            walking(part(1, A, room=SMALL), part(3, C, "10:30", "11:00"), part(2, B, "12:05", "13:00")),
            ((ANNA, ONE, TWO),),
        ),
        Case(
            "a stop without a hall",
            walking(part(1, A, room=SMALL), part(3, C, "12:00", "12:02", None), part(2, B, "12:05", "13:00")),
            ((ANNA, ONE, TWO),),
        ),
        Case(
            "from a session without a room of its own",
            walking(part(1, A, room=SMALL), slot(5, A, "11:30", "12:00", None), part(2, B, "12:05", "13:00"), people={(A, 5): {ANNA}, **on_lists(B)}),
            ((ANNA, FIVE, TWO),),
        ),
    ],
    "host-elsewhere": [
        *shaped(hosted, (7, A, B)),
        Case("without a time", programme(part(1, A), forums=[forum(A, hosts=frozenset({7})), forum(B, hosts=frozenset({7}))])),
        Case(
            "in the second part",
            programme(part(1, A, "08:00", "09:00"), part(2, A), part(3, B, "11:00", "13:00"), forums=[forum(A, hosts=frozenset({7})), forum(B, hosts=frozenset({7, 8}))]),
            ((7, A, B),),
        ),
    ],
    "protocol": [
        *shaped(expected_there, AT_OPENING),
        Case("within the margin after", expected_there("12:14", "13:00"), (AT_OPENING,), 15),
        Case("the margin after is over", expected_there("12:15", "13:00"), (), 15),
        Case("within the margin before", expected_there("09:00", "09:46"), (AT_OPENING,), 15),
        Case("before the margin", expected_there("09:00", "09:45"), (), 15),
        Case("on the way", expected_there("12:09", "13:00", TO_THE_OPENING, walks=WALKS), (AT_OPENING,)),
        Case("there just in time", expected_there("12:10", "13:00", TO_THE_OPENING, walks=WALKS)),
        Case("the longer of way and margin", expected_there("12:10", "13:00", TO_THE_OPENING, walks=WALKS), (AT_OPENING,), 11),
        Case("not the sum of both", expected_there("12:15", "13:00", TO_THE_OPENING, walks=WALKS), (), 11),
        Case("somebody else's", expected_there("10:00", "12:00", replace(OPENING, person=99))),
    ],
}  # fmt: skip

WRONG = [
    Wrong("person-twice", "rooms.overlapping", "other.ends > item.starts", "other.ends >= item.starts"),
    Wrong("person-twice", "rooms.overlapping", "open_items.append(item)", "open_items = [item]"),  # not nested
    Wrong("person-twice", "people.person_twice", "if about in seen:", "if False:"),
    Wrong("person-twice", "people.person_twice", "if not _are_apart(programme, one, other):", "if True:"),
    Wrong("person-twice", "people._are_apart", "one.kind == other.kind == 'slot'", "True"),
    Wrong("person-twice", "people._are_apart", "programme.room_of(one) != programme.room_of(other)", "one.room != other.room"),
    Wrong("person-twice", "people._are_apart", "is_agenda and", "is_agenda or"),
    Wrong("person-twice", "programme.Programme.presences", "and (forum, person) not in placed", ""),
    Wrong("person-twice", "programme.Programme.presences", "placed.add((forum, person))", "pass"),
    Wrong("person-away", "rooms.covered", "since <= reached < until", "since < reached < until"),
    Wrong("person-away", "rooms.covered", "since <= reached < until", "since <= reached"),
    Wrong("person-away", "rooms.covered", "reached >= item.ends", "reached > item.starts"),
    Wrong("person-away", "people.person_away", "covered(item, [(span.starts, span.ends) for span in spans])", "any((s.starts <= item.starts and item.ends <= s.ends for s in spans))"),
    Wrong("person-away", "people.person_away", "in programme.available.items()", "in ((p, programme.available.get(p, [])) for p in programme.presences)"),
    Wrong("walk", "people.walk", "gap < needed", "gap <= needed"),
    Wrong("walk", "people._soon_after", "timedelta(0) <=", "timedelta(0) <"),
    Wrong("walk", "people._soon_after", "timedelta(0) <=", "timedelta(-1) <="),
    Wrong("walk", "people._soon_after", "items[:n]", "items[n - 1:n]"),  # the one before alone
    Wrong("walk", "programme.Programme.walk", "frozenset((one, other))", "(one, other)"),
    Wrong("walk", "programme.Programme.hall_of", "self.room_of(item)", "item.room"),
    Wrong("walk", "people.walk", "programme.walk(programme.hall_of(one), programme.hall_of(other))", "10"),
    Wrong("host-elsewhere", "facts.Item.overlaps", "self.starts < other.ends", "self.starts <= other.ends"),
    Wrong("host-elsewhere", "facts.Item.overlaps", "other.starts < self.ends", "self.starts <= other.starts"),
    Wrong("host-elsewhere", "people._first_overlap", "programme.items_by_forum.get(one, ())", "programme.items_by_forum.get(one, ())[:1]"),
    Wrong("host-elsewhere", "people.host_elsewhere", "hosted.setdefault(organisation, [])", "hosted.setdefault(7, [])"),
    Wrong("protocol", "people.protocol", "item.starts < span.ends + spare", "item.starts <= span.ends + spare"),
    Wrong("protocol", "people.protocol", "span.starts - spare < item.ends", "span.starts < item.ends"),
    Wrong("protocol", "people.protocol", "span.ends + spare", "span.ends"),
    Wrong("protocol", "people.protocol", "max(margin, way)", "margin"),
    Wrong("protocol", "people.protocol", "max(margin, way)", "way"),
    Wrong("protocol", "people.protocol", "max(margin, way)", "margin + way"),
    Wrong("protocol", "people.protocol", "programme.presences.get(span.person, ())", "sum(programme.presences.values(), [])"),
]  # fmt: skip
