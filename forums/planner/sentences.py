"""A sentence for each broken wish, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from forums.planner.wishes import Wish

SENTENCES = {
    Wish.UNPLACED: gettext_noop("No place was found for “%(talk)s”."),
    Wish.AWAY: gettext_noop("“%(talk)s” is at a time when %(people)s cannot be there (%(block)s)."),
    Wish.WALK: gettext_noop("%(people)s cannot walk from “%(talk)s” to “%(other_talk)s” in time."),
    Wish.TRACK_BLOCK: gettext_noop("%(block)s does not suit “%(track)s”."),
    Wish.TRACK_ROOM: gettext_noop("%(room)s does not suit “%(track)s” (%(block)s)."),
    Wish.BLOCK_ROOM: gettext_noop("%(room)s should stay free: %(block)s (“%(track)s”)."),
    Wish.TALK_BLOCK: gettext_noop("%(block)s does not suit “%(talk)s”."),
    Wish.TALK_ROOM: gettext_noop("%(room)s does not suit “%(talk)s”."),
    Wish.SIMILAR: gettext_noop("“%(track)s” and “%(other_track)s” are of one theme and at once (%(block)s)."),
    Wish.CHAIRS: gettext_noop("“%(track)s” and “%(other_track)s” have one host and are at once (%(block)s)."),
    Wish.EXTRA_ROOM: gettext_noop("“%(track)s” has to change rooms."),
    Wish.PARALLEL: gettext_noop("“%(track)s” runs in several rooms at once (%(block)s)."),
    Wish.GAP: gettext_noop("The parts of “%(track)s” do not follow one another."),
    Wish.ORDER: gettext_noop("“%(talk)s” is not at its wished place in the order of “%(track)s”."),
    Wish.PEOPLE_BLOCK: gettext_noop("%(people)s would have “%(talk)s” and “%(other_talk)s” in one stretch, in two rooms (%(block)s)."),
    Wish.PEOPLE_SLOT: gettext_noop("%(people)s would be in two places: “%(talk)s” and “%(other_talk)s” (%(block)s)."),
    Wish.AUDIENCE_BLOCK: gettext_noop("The same people want to hear “%(talk)s” and “%(other_talk)s”, which are in two rooms (%(block)s)."),
    Wish.AUDIENCE_SLOT: gettext_noop("The same people want to hear “%(talk)s” and “%(other_talk)s”, which are at once (%(block)s)."),
}  # fmt: skip


def sentence(problem, broken):
    """What the plan breaks here, and for whom."""
    return _(SENTENCES[broken.wish]) % {
        **_names(problem, broken),
        "people": ", ".join(people_of(problem, broken)) or _("Somebody"),
    }


def _names(problem, broken):
    tracks = broken.tracks or tuple(problem.talks[i].track for i in broken.talks)
    names = {"block": problem.blocks[broken.block].name if broken.block is not None else ""}
    names["room"] = problem.rooms[broken.room].name if broken.room is not None else ""
    for key, numbers, things in (
        ("track", tracks, problem.tracks),
        ("talk", broken.talks, problem.talks),
    ):
        for name, number in zip((key, f"other_{key}"), numbers, strict=False):
            names[name] = things[number].name
    return names


def people_of(problem, broken):
    """Who is meant, by name: the one with no time, or whoever two talks share."""
    talks = [problem.talks[i] for i in broken.talks]
    if len(talks) == 1:
        return sorted(person for person in talks[0].people if person in problem.away)
    if len(talks) == 2:
        one, other = ({*t.people, *problem.tracks[t.track].chairs} for t in talks)
        return sorted(one & other)
    return []
