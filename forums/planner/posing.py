"""The programme as a problem: talks, rooms and halves of days, and what each place of them costs."""

from collections import defaultdict

from forums.models import ForumState
from forums.planner.calendar import SLOT
from forums.planner.problem import Problem, Room, Stay, Talk, Track
from waic.lib.text import localized

# A forum that visitors know of is moved for a good reason only.
OTHER_DAY, OTHER_HALF, OTHER_ROOM, KNOWN = 4, 2, 1, 5
# Kinds of forums that everybody's days are built around, and what moving one is worth that has no room yet.
FRAME, FRAMING = ("opening", "closing"), 50


def problem_of(programme):
    """The Problem of a `programme` of the planner."""
    talks, conditions = tuple(_talks(programme)), programme.conditions
    shut, missed = conditions.hours_of_people(talks)
    times, begun = changes_of_time(programme), conditions.halves_begun()
    moments = sorted({*times, *missed, *begun})
    return Problem(
        talks=talks,
        tracks=tuple(_tracks(programme)),
        blocks=tuple(programme.blocks),
        rooms=tuple(Room(str(room), zone_of(room)) for room in programme.rooms),
        prices=conditions.prices,
        block_room=conditions.rooms_and_blocks(_taken_by_staying(programme)),
        track_room=conditions.forums_and_rooms(),
        talk_block={key: sum(costs.get(key, 0) for costs in (times, missed, begun)) for key in moments},
        talk_room=changes_of_room(programme),
        similar=conditions.similar(),
        away=_people_at_what_stays(programme),
        shut=shut,
        walks=conditions.walks(),
        stays=tuple(_stays(programme)),
    )  # fmt: skip


def weight_of(forum):
    if forum.kind.key in FRAME:
        return FRAMING
    return KNOWN if forum.state == ForumState.PUBLISHED else 1


def zone_of(room):
    return f"hall {room.hall_id}" if room.hall_id else f"venue {room.venue_id}"


def _tracks(programme):
    for forum in programme.forums:
        hosts = programme.facts.forums[forum.pk].hosts
        yield Track(localized(forum, "title"), frozenset(f"o{host}" for host in hosts))


def _talks(programme):
    seen = defaultdict(int)
    for i, (forum, part) in enumerate(programme.items):
        seen[forum.pk] += 1
        label = part and localized(part, "label")
        yield Talk(
            name=" · ".join(filter(None, [localized(forum, "title"), label])),
            track=programme.track_of[forum.pk],
            length=programme.length(i),
            order=seen[forum.pk],
            people=programme.presence.of(forum, part),
            pause=_pause(programme, i),
        )


def _pause(programme, i):
    """Whole slots after its last one until the room is ready for another forum; a part may end within its last."""
    needed = programme.conditions.turnover
    if not needed:
        return 0
    return max(0, -(-(programme.lasts(i) + needed) // SLOT) - programme.length(i))


# --- What stays ---------------------------------------------------------------------------------


def _taken_by_staying(programme):
    taken = set()
    for part in programme.staying:
        if part.room_id in programme.room_number:
            begin, end = programme.slots_of(part)
            for b, block in enumerate(programme.blocks):
                if begin < block.end and block.start < end:
                    taken.add((b, programme.room_number[part.room_id]))
    return taken


def _stays(programme):
    """Parts that stay in rooms of ours, for the turnover before and after them."""
    needed = programme.conditions.turnover
    for part in programme.staying if needed else ():
        if part.room_id in programme.room_number:
            room, track = programme.room_number[part.room_id], programme.track_of[part.forum_id]
            begins = programme.calendar.down(part.starts_at)
            yield Stay(room, begins, programme.calendar.up(part.ends_at + needed), track)


def _people_at_what_stays(programme):
    away = defaultdict(tuple)
    for part in programme.staying if programme.conditions.prices.people_slot else ():
        for person in programme.presence.of(part.forum, part):
            away[person] += (programme.slots_of(part),)
    return dict(away)


# --- What moving costs --------------------------------------------------------------------------


def changes_of_time(programme):
    """(talk, block) → what leaving its half of a day costs."""
    costs = {}
    for i, (forum, part) in enumerate(programme.items):
        if part and (place := programme.place(part)):
            for b, day in enumerate(programme.days):
                if b != place.block:
                    is_same_day = day == programme.days[place.block]
                    costs[i, b] = weight_of(forum) * (OTHER_HALF if is_same_day else OTHER_DAY)
    return costs


def changes_of_room(programme):
    """(talk, room) → what leaving its room costs."""
    return {
        (i, r): weight_of(forum) * OTHER_ROOM
        for i, (forum, part) in enumerate(programme.items)
        if part and part.room_id
        for r, room in enumerate(programme.rooms)
        if room.pk != part.room_id
    }
