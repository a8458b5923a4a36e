"""Rules of a forum's own shape: agenda within its time, both languages, interpretation, themes side by side."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import ForumState, RuleLevel
from forums.rules.engine import FORUM, rule
from forums.rules.rooms import covered, overlapping, when


@rule(
    "outside-forum",
    gettext_lazy("Agenda outside its forum"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Change the times of the item, or give the forum more time."),
    mended_on=FORUM,
)
def outside_forum(programme, _number):
    """A session that begins before or ends after every part of its forum; it may run on from one into the next."""
    for slot in programme.slots:
        parts = programme.items_by_forum.get(slot.forum, ())
        if parts and not covered(slot, sorted((part.starts, part.ends) for part in parts)):
            yield (
                _("“%(session)s” (%(when)s) lies outside “%(forum)s”.")
                % {
                    "session": slot.title,
                    "when": when(slot),
                    "forum": programme.title(slot.forum),
                },
                (slot.key,),
                (slot.forum,),
                (),
            )


@rule(
    "sessions-overlap",
    gettext_lazy("Two items at the same time"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Give one of them another time or room."),
    mended_on=FORUM,
)
def sessions_overlap(programme, _number):
    """Two slots of one forum in one place at overlapping times."""
    together = defaultdict(list)
    for slot in sorted(programme.slots, key=lambda s: (s.starts, s.ends)):
        room = programme.room_of(slot)
        place = programme.places.get(room)
        if not place or not place.allows_parallel:
            together[slot.forum, room].append(slot)
    for (forum, _room), slots in together.items():
        for one, other in overlapping(slots):
            yield (
                _("“%(one)s” and “%(other)s” of “%(forum)s” are at the same time (%(when)s).")
                % {
                    "one": one.title,
                    "other": other.title,
                    "forum": programme.title(forum),
                    "when": when(other),
                },
                tuple(sorted((one.key, other.key))),
                (forum,),
                (),
            )


@rule(
    "no-time",
    gettext_lazy("Forum without a time"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Give it a time on the board."),
)
def no_time(programme, _number):
    """A published forum whose time nobody knows yet."""
    for facts in _published(programme):
        if not programme.items_by_forum.get(facts.pk):
            yield (
                _("“%(forum)s” has no time yet.") % {"forum": facts.title},
                (facts.pk,),
                (facts.pk,),
                (),
            )


@rule(
    "no-room",
    gettext_lazy("Forum without a room"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Give it a room, or mark it as online."),
)
def no_room(programme, _number):
    """A published forum with a part in no room, although it is not online only."""
    for facts in _published(programme):
        parts = programme.items_by_forum.get(facts.pk, ())
        if not facts.is_online and any(part.room is None for part in parts):
            yield (
                _("“%(forum)s” has no room yet.") % {"forum": facts.title},
                (facts.pk,),
                (facts.pk,),
                (),
            )


def _published(programme):
    return (f for f in programme.forums.values() if f.state == ForumState.PUBLISHED)


@rule(
    "no-english",
    gettext_lazy("English missing"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Write its English title."),
    mended_on=FORUM,
)
def no_english(programme, _number):
    """A published forum without an English title."""
    for facts in _published(programme):
        if not facts.has_english:
            yield (
                _("“%(forum)s” has no English title.") % {"forum": facts.title},
                (facts.pk,),
                (facts.pk,),
                (),
            )


@rule(
    "no-interpretation",
    gettext_lazy("Interpretation is not ordered"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Order interpretation, then enter its languages."),
    mended_on=FORUM,
)
def no_interpretation(programme, _number):
    """Spoken in more than Chinese, and nobody interprets."""
    for facts in programme.forums.values():
        spoken = {word.strip() for word in facts.language.replace("/", ",").split(",")} - {"", "zh"}
        if spoken and not facts.interpretation:
            yield (
                _("“%(forum)s” is spoken in %(languages)s; no interpretation is ordered.")
                % {"forum": facts.title, "languages": ", ".join(sorted(spoken))},
                (facts.pk,),
                (facts.pk,),
                (),
            )


@rule(
    "theme-parallel",
    gettext_lazy("Too many forums of one theme at once"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Move some of them to another time."),
    number=3,
    number_label=gettext_lazy("at most"),
)
def theme_parallel(programme, most):
    """More forums of one theme at one moment than the edition wants; said once for each crowd."""
    by_theme = defaultdict(list)
    for item in programme.parts:
        if theme := programme.forums[item.forum].theme:
            by_theme[theme].append(item)
    for theme, items in by_theme.items():
        said = set()
        running: list = []
        for item in sorted(items, key=lambda i: (i.starts, i.ends)):
            running = [other for other in running if other.ends > item.starts] + [item]
            forums = tuple(sorted({other.forum for other in running}))
            if len(forums) > most and forums not in said:
                said.add(forums)
                yield (
                    _("%(count)d forums on “%(theme)s” at once (%(when)s): %(forums)s.")
                    % {
                        "count": len(forums),
                        "theme": theme,
                        "when": when(item),
                        "forums": " / ".join(programme.title(f) for f in forums),
                    },
                    (theme, forums),
                    forums,
                    (),
                )
