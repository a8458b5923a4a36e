"""Every rule over plain facts: what breaks it, what just does not, and that it can be switched off."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.forms import SplitDateTimeField
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forums.models import (
    Availability,
    ForumPart,
    ForumState,
    ProtocolItem,
    RuleLevel,
    RuleSetting,
)
from forums.operations.forums import place_part
from forums.rules import Programme, check, compare, settings_of
from forums.rules.engine import Setting, refuse_saving, rules
from forums.rules.facts import ForumFacts, Item, Place, Span
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    RoomFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.lib.factories import EditionFactory, UserFactory

A, B, C, D = 1, 2, 3, 4  # forums
HALL_1, HALL_2 = 21, 22
SMALL, LARGE, POSTERS = 31, 32, 33
ANNA, BO = 41, 42


def forum(pk, **facts):
    usual = {
        "code": f"F{pk}", "title": f"Forum {pk}", "has_english": True, "state": ForumState.PUBLISHED, "theme": "",
        "language": "zh", "interpretation": "", "seats": 0, "seats_taken": 0, "is_online": False,
    }  # fmt: skip
    return ForumFacts(pk, **{**usual, **facts})


def part(pk, forum, starts, ends, room=LARGE):
    return Item("part", pk, forum, room, at(starts), at(ends))


def slot(pk, forum, starts, ends, room=LARGE, session=None):
    return Item("slot", pk, forum, room, at(starts), at(ends), f"Session {pk}", session or pk)


def programme(*items, forums=(), **facts):
    known = {pk: forum(pk) for pk in (A, B, C, D)}
    known.update({f.pk: f for f in forums})
    used = {i.forum for i in items} | {f.pk for f in forums}
    return Programme(
        edition=None,
        forums={pk: f for pk, f in known.items() if pk in used},
        parts=tuple(i for i in items if i.kind == "part"),
        slots=tuple(i for i in items if i.kind == "slot"),
        places={
            SMALL: Place(SMALL, "Small room", 11, HALL_1, 50, False),
            LARGE: Place(LARGE, "Large room", 11, HALL_2, 500, False),
            POSTERS: Place(POSTERS, "Posters", 11, HALL_1, None, True),
        },
        people_of=facts.pop("people_of", {}),
        names={ANNA: "Anna Sample", BO: "Bo Sample"},
        **facts,
    )


def usual():
    return {key: Setting(known.level, known.number) for key, known in rules().items()}


def found(plan, rule, number=None):
    """What one rule says about a programme: the ids and the forums."""
    setting = usual()[rule]
    if number is not None:
        setting = replace(setting, number=number)
    return [(f.about[1:], f.forums) for f in check(plan, {rule: setting})]


# --- Rooms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [
        ("10:00", "12:00", True),  # identical
        ("10:30", "11:00", True),  # nested
        ("11:59", "13:00", True),  # by a minute
        ("12:00", "13:00", False),  # touching
        ("08:00", "10:00", False),
    ],
)
def test_a_room_holds_one_forum_at_a_time(starts, ends, clashes):
    plan = programme(part(1, A, "10:00", "12:00"), part(2, B, starts, ends))
    expected = [((("part", 1), ("part", 2)), {A, B})] if clashes else []
    assert [(about, set(forums)) for about, forums in found(plan, "room-taken")] == expected


def test_places_for_several_and_other_rooms_hold_many():
    plan = programme(
        part(1, A, "10:00", "12:00", POSTERS),
        part(2, B, "10:00", "12:00", POSTERS),
        part(3, C, "10:00", "12:00", SMALL),
        part(4, D, "10:00", "12:00", None),
    )
    assert found(plan, "room-taken") == []


def test_a_session_in_a_room_of_its_own_takes_that_room():
    plan = programme(
        part(1, A, "10:00", "12:00"), part(2, B, "10:00", "12:00", SMALL), slot(3, B, "11:00", "11:30")
    )  # fmt: skip
    assert found(plan, "room-taken") == [((("part", 1), ("slot", 3)), (A, B))]


def test_three_in_one_room_are_three_pairs():
    items = (part(n, f, "10:00", "12:00") for n, f in ((1, A), (2, B), (3, C)))
    assert len(found(programme(*items), "room-taken")) == 3


def test_a_venue_is_open_when_it_says_so():
    day = at("10:00").date()
    hours = {(11, day): [(at("09:00"), at("12:00")), (at("13:00"), at("18:00"))]}
    plan = programme(
        part(1, A, "09:00", "12:00"), part(2, B, "11:30", "13:30"), part(3, C, "17:30", "18:00", SMALL), hours=hours
    )  # fmt: skip
    assert found(plan, "room-closed") == [((("part", 2),), (B,))]
    assert found(replace(plan, hours={}), "room-closed") == []


def test_a_day_without_hours_is_closed_when_other_days_have_some():
    hours = {(11, at("10:00").date() + timedelta(days=1)): [(at("09:00"), at("18:00"))]}
    assert len(found(programme(part(1, A, "10:00", "12:00"), hours=hours), "room-closed")) == 1


@pytest.mark.parametrize(
    ("seats", "taken", "too_small"), [(50, 0, False), (51, 0, True), (10, 51, True), (0, 0, False)]
)
def test_a_room_seats_those_who_book(seats, taken, too_small):
    plan = programme(
        part(1, A, "10:00", "12:00", SMALL), forums=[forum(A, seats=seats, seats_taken=taken)]
    )
    assert bool(found(plan, "room-too-small")) is too_small


@pytest.mark.parametrize(("starts", "too_soon"), [("12:00", True), ("12:14", True), ("12:15", False)])  # fmt: skip
def test_the_next_forum_leaves_time_to_change_over(starts, too_soon):
    plan = programme(part(1, A, "10:00", "12:00"), part(2, B, starts, "14:00"))
    assert bool(found(plan, "turnover")) is too_soon


def test_turnover_counts_the_minutes_of_the_edition_and_not_within_one_forum():
    plan = programme(
        part(1, A, "10:00", "12:00"), part(2, A, "12:00", "13:00"), part(3, B, "13:20", "14:00")
    )
    assert found(plan, "turnover") == []
    assert len(found(plan, "turnover", number=30)) == 1


# --- People -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [("10:00", "12:00", True), ("10:30", "11:00", True), ("12:00", "13:00", False)],
)
def test_nobody_is_in_two_places(starts, ends, clashes):
    plan = programme(
        part(1, A, "10:00", "12:00"), part(2, B, starts, ends, SMALL),
        people_of={(A, None): {ANNA, BO}, (B, None): {ANNA}},
    )  # fmt: skip
    assert found(plan, "person-twice") == ([((ANNA, A, B), (A, B))] if clashes else [])


def test_who_is_named_for_a_session_is_free_in_the_rest_of_the_forum():
    people = {(A, None): {ANNA}, (A, 3): {ANNA}, (B, None): {ANNA}}
    items = (part(1, A, "10:00", "12:00"), part(2, B, "11:00", "12:00", SMALL))
    early = programme(*items, slot(3, A, "10:00", "10:30"), people_of=people)
    late = programme(*items, slot(3, A, "11:30", "12:00"), people_of=people)
    assert found(early, "person-twice") == []
    assert found(late, "person-twice") == [((ANNA, A, B), (A, B))]


def test_a_clash_of_two_forums_is_said_once_however_long_they_are():
    plan = programme(
        part(1, A, "09:00", "10:00"), part(2, A, "10:00", "11:00"), part(3, B, "09:00", "11:00", SMALL),
        people_of={(A, None): {ANNA}, (B, None): {ANNA}},
    )  # fmt: skip
    assert found(plan, "person-twice") == [((ANNA, A, B), (A, B))]


@pytest.mark.parametrize(
    ("spans", "away"),
    [
        ([("09:00", "13:00")], False),
        ([("10:00", "11:00"), ("11:00", "12:00")], False),  # two that touch
        ([("10:00", "11:00"), ("11:30", "12:00")], True),
        ([("10:30", "13:00")], True),
        ([], False),  # said nothing: there all the time
    ],
)
def test_a_guest_is_there_when_available(spans, away):
    available = {ANNA: [Span(ANNA, at(a), at(b)) for a, b in spans]} if spans else {}
    plan = programme(
        part(1, A, "10:00", "12:00"), people_of={(A, None): {ANNA}}, available=available
    )
    assert found(plan, "person-away") == ([((ANNA, ("part", 1)), (A,))] if away else [])


@pytest.mark.parametrize(("starts", "too_far"), [("12:05", True), ("12:09", True), ("12:10", False)])  # fmt: skip
def test_the_walk_between_halls_takes_its_minutes(starts, too_far):
    plan = programme(
        part(1, A, "10:00", "12:00", SMALL), part(2, B, starts, "14:00", LARGE),
        people_of={(A, None): {ANNA}, (B, None): {ANNA}}, walks={frozenset((HALL_1, HALL_2)): 10},
    )  # fmt: skip
    assert bool(found(plan, "walk")) is too_far
    assert found(replace(plan, walks={}), "walk") == []


def test_one_institution_hosts_one_forum_at_a_time():
    hosted = [forum(A, hosts=frozenset({7})), forum(B, hosts=frozenset({7})), forum(C, hosts=frozenset({8}))]  # fmt: skip
    plan = programme(
        part(1, A, "10:00", "12:00"), part(2, B, "11:00", "13:00", SMALL), part(3, C, "10:00", "12:00", None),
        forums=hosted,
    )  # fmt: skip
    assert found(plan, "host-elsewhere") == [((7, A, B), (A, B))]


@pytest.mark.parametrize(
    ("starts", "margin", "clashes"),
    [("11:00", 0, True), ("12:00", 0, False), ("12:00", 15, True), ("12:15", 15, False)],
)
def test_the_protocol_comes_first(starts, margin, clashes):
    span = Span(ANNA, at("09:00"), at("12:00"), "Opening")
    plan = programme(
        part(1, A, starts, "14:00"), people_of={(A, None): {ANNA, BO}}, protocol=(span,)
    )
    assert bool(found(plan, "protocol", number=margin)) is clashes


def test_the_way_from_the_opening_counts():
    span = Span(ANNA, at("09:00"), at("12:00"), "Opening", HALL_1)
    plan = programme(
        part(1, A, "12:05", "14:00"), people_of={(A, None): {ANNA}}, protocol=(span,),
        walks={frozenset((HALL_1, HALL_2)): 10},
    )  # fmt: skip
    assert found(plan, "protocol") == [((ANNA, span.starts, ("part", 1)), (A,))]


# --- Shape --------------------------------------------------------------------------------------


def test_an_agenda_stays_within_its_forum():
    inside, over = slot(3, A, "11:00", "12:00"), slot(4, A, "11:30", "12:10")
    plan = programme(part(1, A, "10:00", "12:00"), part(2, A, "14:00", "16:00"), inside, over)
    assert found(plan, "outside-forum") == [((("slot", 4),), (A,))]


def test_two_sessions_of_a_forum_at_once_are_told_unless_the_place_is_for_several():
    here = slot(1, A, "10:00", "11:00"), slot(2, A, "10:30", "11:30")
    there = slot(3, B, "10:00", "11:00", POSTERS), slot(4, B, "10:00", "11:00", POSTERS)
    assert found(programme(*here, *there), "sessions-overlap") == [
        ((("slot", 1), ("slot", 2)), (A,))
    ]


def test_a_published_forum_needs_a_time_and_a_place():
    plan = programme(
        part(1, A, "10:00", "12:00"), part(2, B, "10:00", "12:00", None),
        forums=[forum(A), forum(B), forum(C), forum(D, state=ForumState.DRAFT)],
    )  # fmt: skip
    assert found(plan, "no-room") == [((B,), (B,))]
    assert found(plan, "no-time") == [((C,), (C,))]
    online = replace(plan, forums={**plan.forums, B: forum(B, is_online=True)})
    assert found(online, "no-room") == []


def test_english_and_interpretation_are_missed():
    plan = programme(
        forums=[
            forum(A, has_english=False), forum(B, language="zh,en"), forum(C, language="en", interpretation="zh-en"),
            forum(D, has_english=False, state=ForumState.DRAFT),
        ]
    )  # fmt: skip
    assert found(plan, "no-english") == [((A,), (A,))]
    assert found(plan, "no-interpretation") == [((B,), (B,))]


def test_a_theme_is_not_crowded_at_one_moment():
    themed = [forum(pk, theme="大模型") for pk in (A, B, C, D)]
    at_once = [part(n, n, "10:00", "12:00", None) for n in (A, B, C)]
    later = part(4, D, "12:00", "13:00", None)
    plan = programme(*at_once, later, forums=themed)
    assert found(plan, "theme-parallel") == []
    assert found(plan, "theme-parallel", number=2) == [(("大模型", (A, B, C)), (A, B, C))]


# --- Levels, moves ------------------------------------------------------------------------------


@pytest.fixture
def clashing():
    return programme(part(1, A, "10:00", "12:00"), part(2, B, "11:00", "13:00"))


def test_a_rule_that_is_off_says_nothing(clashing):
    settings = usual()
    assert [f.rule for f in check(clashing, settings)] == ["room-taken"]
    settings["room-taken"] = Setting(RuleLevel.OFF, None)
    assert check(clashing, settings) == []


def test_the_weightiest_findings_come_first(clashing):
    plan = replace(clashing, forums={A: forum(A, has_english=False), B: forum(B)})
    assert [f.level for f in check(plan, usual())] == [RuleLevel.BLOCK_SAVE, RuleLevel.WARN]


def test_a_move_says_what_it_causes_and_mends_before_it_is_saved(clashing):
    moved = clashing.moved(part(2, B, "12:00", "13:00", SMALL))
    assert [i.room for i in clashing.parts] == [LARGE, LARGE]  # the plan itself is as it was
    difference = compare(clashing, moved, usual())
    assert ([f.rule for f in difference.mended], difference.caused) == (["room-taken"], ())
    back = compare(moved, clashing, usual())
    assert [f.rule for f in back.caused] == ["room-taken"]


def test_a_finding_keeps_its_identity_when_times_change(clashing):
    later = clashing.moved(part(2, B, "11:30", "13:30"))
    assert compare(clashing, later, usual()).caused == ()


def test_only_what_blocks_saving_refuses(clashing):
    free = clashing.moved(part(2, B, "12:00", "13:00"))
    with pytest.raises(ValidationError) as refusal:
        refuse_saving(compare(free, clashing, usual()))
    assert [e.code for e in refusal.value.error_list] == ["room-taken"]
    refuse_saving(compare(clashing, free, usual()))  # a turnover of no minutes only warns


def test_a_new_item_joins_the_plan():
    plan = programme(part(1, A, "10:00", "12:00"), forums=[forum(B)])
    moved = plan.moved(part(0, B, "10:00", "12:00"), slot(0, B, "10:00", "10:30"))
    assert (len(moved.parts), len(moved.slots)) == (2, 1)
    assert [f.rule for f in check(moved, usual())] == ["room-taken"]


def test_sentences_are_in_the_readers_language(clashing):
    with translation.override("zh-hans"):
        chinese = check(clashing, usual())[0].sentence
    with translation.override("en"):
        english = check(clashing, usual())[0].sentence
    assert "need the same room" in english
    assert "同一会议室" in chinese


# --- From the database --------------------------------------------------------------------------


def grown(count):
    edition = EditionFactory()
    for n in range(count):
        room = RoomFactory(venue__edition=edition)
        one = published_forum(room, f"{9 + n:02}:00", f"{9 + n:02}:50", edition=edition)
        session = timed_session(one, f"{9 + n:02}:00", room=room)
        ParticipationFactory(forum=one, session=session)
        ParticipationFactory(forum=one)
    return edition


@pytest.mark.django_db
def test_the_whole_programme_takes_a_fixed_number_of_queries():
    asked = []
    for count in (1, 3):
        edition = grown(count)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            check(Programme.of(edition), settings_of(edition))
        asked.append(len(captured))
    assert asked == [12, 12]


@pytest.mark.django_db
def test_what_is_read_is_what_the_database_holds():
    edition = EditionFactory()
    room = RoomFactory(venue__edition=edition, capacity=80)
    one = published_forum(room, "10:00", "12:00", edition=edition)
    other = published_forum(None, "11:00", "13:00", edition=edition)
    session = timed_session(other, "11:00", room=room)
    guest = SpeakerFactory(edition=edition)
    ParticipationFactory(forum=one, speaker=guest)
    ParticipationFactory(forum=other, session=session, speaker=guest)
    Availability.objects.create(speaker=guest, starts_at=at("11:00"), ends_at=at("14:00"))
    ProtocolItem.objects.create(edition=edition, title_zh="示例巡馆", starts_at=at("11:00"), ends_at=at("11:30")).people.add(guest)  # fmt: skip
    ForumFactory(edition=edition, state=ForumState.CANCELLED)
    published_forum(None, edition=EditionFactory(year=2023))  # another edition's
    broken = {f.rule for f in check(Programme.of(edition), settings_of(edition))}
    assert broken == {"room-taken", "person-twice", "person-away", "protocol", "no-room"}


@pytest.mark.django_db
def test_an_edition_has_its_own_levels_and_numbers():
    edition = EditionFactory()
    RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.BLOCK_RELEASE, number=40)  # fmt: skip
    RuleSetting.objects.create(edition=EditionFactory(year=2023), rule="walk", level=RuleLevel.OFF)
    settings = settings_of(edition)
    assert settings["turnover"] == Setting(RuleLevel.BLOCK_RELEASE, 40)
    assert settings["walk"] == Setting(RuleLevel.WARN, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.OFF)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Availability, ProtocolItem])
def test_a_time_that_ends_before_it_begins_is_refused(model):
    edition = EditionFactory()
    owner = (
        {"speaker": SpeakerFactory(edition=edition)}
        if model is Availability
        else {"edition": edition, "title_zh": "示例"}
    )
    row = model(starts_at=at("11:00"), ends_at=at("11:00"), **owner)
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- Saving under the rules ---------------------------------------------------------------------


@pytest.fixture
def strict():
    """An edition that refuses to save a turnover of less than 20 minutes."""
    edition = EditionFactory()
    RuleSetting.objects.create(edition=edition, rule="turnover", level=RuleLevel.BLOCK_SAVE, number=20)  # fmt: skip
    return edition


@pytest.mark.django_db
@pytest.mark.parametrize(("starts", "refused"), [("12:10", True), ("12:20", False)])
def test_what_blocks_saving_is_refused_by_the_operation(strict, starts, refused):
    room = RoomFactory(venue__edition=strict)
    published_forum(room, "10:00", "12:00", edition=strict)
    new = ForumPart(forum=ForumFactory(edition=strict), room=room, starts_at=at(starts), ends_at=at("14:00"))  # fmt: skip
    if not refused:
        assert place_part(new).pk
        return
    with pytest.raises(ValidationError) as refusal:
        place_part(new)
    assert [e.code for e in refusal.value.error_list] == ["turnover"]
    assert not new.pk


@pytest.mark.django_db
def test_what_was_broken_before_does_not_stop_another_change(strict):
    room = RoomFactory(venue__edition=strict)
    one = published_forum(room, "10:00", "12:00", edition=strict)
    published_forum(room, "12:05", "14:00", edition=strict)  # placed before the rule was set
    part = one.parts.get()
    part.starts_at = at("09:30")
    assert place_part(part).starts_at == at("09:30")


@pytest.mark.django_db
def test_the_form_refuses_above_the_parts_and_keeps_what_was_typed(client, strict):
    room = RoomFactory(venue__edition=strict)
    published_forum(room, "10:00", "12:00", edition=strict)
    forum = published_forum(None, "12:05", "14:00", edition=strict)
    desk = UserFactory(is_staff=True, is_superuser=True, language="en")
    client.force_login(desk)
    address = f"/en/admin/forums/forum/{forum.pk}/change/"
    data = form_data(client.get(address))
    data["parts-0-room"] = room.pk
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "begins 5 minutes after" in answer.text
    assert forum.parts.get().room is None
    assert f'value="{room.pk}" selected' in answer.text


@pytest.mark.django_db
def test_what_a_saved_change_broke_is_told_once(client):
    edition = EditionFactory()
    room = RoomFactory(venue__edition=edition)
    published_forum(room, "10:00", "12:00", edition=edition)
    forum = published_forum(None, "12:05", "14:00", edition=edition)
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    address = f"/en/admin/forums/forum/{forum.pk}/change/"
    data = form_data(client.get(address))
    data["parts-0-room"] = room.pk
    assert "begins 5 minutes after" in client.post(address, data, follow=True).text
    again = form_data(client.get(address))
    assert "begins 5 minutes after" not in client.post(address, again, follow=True).text


def form_data(page):
    """What a browser would send for the admin form as it stands."""
    data = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, SplitDateTimeField):
                first, second = bound.field.widget.decompress(value) if value else ("", "")
                data[f"{bound.html_name}_0"], data[f"{bound.html_name}_1"] = (
                    first or "",
                    second or "",
                )
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return data
