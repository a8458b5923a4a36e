"""Rules of people: nobody in two places, everybody there in time, the protocol first."""

from datetime import timedelta
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import RuleLevel
from forums.rules.engine import rule
from forums.rules.rooms import covered, overlapping, when


@rule(
    "person-twice",
    gettext_lazy("One person in two places"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Move one of them, or ask somebody else."),
)
def person_twice(programme, _number):
    """Overlapping items of different forums, or sessions in different rooms of one; identical and nested count,
    touching does not. Two forums are named once, however often they clash."""
    for person, items in programme.presences.items():
        seen = set()
        for one, other in overlapping(items):
            pair = tuple(sorted((one.forum, other.forum)))
            about = pair
            if one.forum == other.forum:
                if not _are_apart(programme, one, other):
                    continue
                pair, about = (one.forum,), tuple(sorted((one.key, other.key)))
            if about in seen:
                continue
            seen.add(about)
            yield (
                _("%(name)s is in “%(one)s” and “%(other)s” at the same time (%(when)s).")
                % {
                    "name": programme.name(person),
                    "one": _called(programme, one, other),
                    "other": _called(programme, other, one),
                    "when": when(other),
                },
                (person, *about),
                pair,
                (person,),
            )


def _are_apart(programme, one, other):
    """Two sessions of one forum in two rooms; who is on the forum's list alone may be in either of its rooms."""
    is_agenda = one.kind == other.kind == "slot"
    return is_agenda and programme.room_of(one) != programme.room_of(other)


def _called(programme, item, other):
    """The forum's title, or the session's beside another of the same forum."""
    return item.title if item.forum == other.forum else programme.title(item.forum)


@rule(
    "person-away",
    gettext_lazy("A person is not available"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Move it to a time the guest gave, or correct the guest's times."),
)
def person_away(programme, _number):
    """Outside the times a guest gave; who gave none is there all the time."""
    for person, spans in programme.available.items():
        for item in programme.presences.get(person, ()):
            if not covered(item, [(span.starts, span.ends) for span in spans]):
                yield (
                    _("%(name)s is not there at the time of “%(forum)s” (%(when)s).")
                    % {
                        "name": programme.name(person),
                        "forum": programme.title(item.forum),
                        "when": when(item),
                    },
                    (person, item.key),
                    (item.forum,),
                    (person,),
                )


@rule(
    "walk",
    gettext_lazy("Too little time to walk"),
    RuleLevel.WARN,
    remedy=gettext_lazy(
        "Bring them nearer together or further apart in time, or ask somebody else."
    ),
)
def walk(programme, _number):
    """Less time between two items in different halls than the walk between them takes; what has no hall is no stop."""
    longest = timedelta(minutes=max(programme.walks.values(), default=0))
    for person, items in programme.presences.items():
        for one, other in _soon_after(items, longest):
            gap = (other.starts - one.ends).total_seconds() / 60
            needed = programme.walk(programme.hall_of(one), programme.hall_of(other))
            if gap < needed:
                yield (
                    _(
                        "%(name)s has %(gap)d minutes from “%(one)s” to “%(other)s”; the walk takes %(needed)d (%(when)s)."
                    )
                    % {
                        "name": programme.name(person),
                        "gap": gap,
                        "needed": needed,
                        "one": programme.title(one.forum),
                        "other": programme.title(other.forum),
                        "when": when(other),
                    },
                    (person, one.key, other.key),
                    (one.forum, other.forum),
                    (person,),
                )


def _soon_after(items, longest):
    """Pairs of items, the second beginning less than `longest` after the first has ended; in time order."""
    for n, other in enumerate(items):
        for one in items[:n]:
            if timedelta(0) <= other.starts - one.ends < longest:
                yield one, other


@rule(
    "host-elsewhere",
    gettext_lazy("A host is needed elsewhere"),
    RuleLevel.WARN,
    remedy=gettext_lazy("Move one of them, or agree with the host on who stands in."),
)
def host_elsewhere(programme, _number):
    """One institution hosts two forums at overlapping times."""
    hosted = {}
    for facts in programme.forums.values():
        for organisation in facts.hosts:
            hosted.setdefault(organisation, []).append(facts.pk)
    for organisation, forums in hosted.items():
        for one, other in combinations(sorted(forums), 2):
            if clash := _first_overlap(programme, one, other):
                yield (
                    _("The host of “%(one)s” is also needed at “%(other)s” (%(when)s).")
                    % {
                        "one": programme.title(one),
                        "other": programme.title(other),
                        "when": when(clash),
                    },
                    (organisation, one, other),
                    (one, other),
                    (),
                )


def _first_overlap(programme, one, other):
    for a in programme.items_by_forum.get(one, ()):
        for b in programme.items_by_forum.get(other, ()):
            if a.overlaps(b):
                return b
    return None


@rule(
    "protocol",
    gettext_lazy("Somebody on the protocol list is elsewhere"),
    RuleLevel.BLOCK_RELEASE,
    remedy=gettext_lazy("Move the forum away from the appointment, or correct the protocol list."),
    number=0,
    number_label=gettext_lazy("minutes before and after"),
)
def protocol(programme, minutes):
    """Who is expected at an opening or on a tour is not on a stage then, nor on the way."""
    margin = timedelta(minutes=minutes)
    for span in programme.protocol:
        for item in programme.presences.get(span.person, ()):
            way = timedelta(minutes=programme.walk(span.hall, programme.hall_of(item)))
            spare = max(margin, way)
            if item.starts < span.ends + spare and span.starts - spare < item.ends:
                yield (
                    _(
                        "%(name)s is expected at “%(protocol)s” and on stage in “%(forum)s” (%(when)s)."
                    )
                    % {
                        "name": programme.name(span.person),
                        "protocol": span.title,
                        "forum": programme.title(item.forum),
                        "when": when(item),
                    },
                    (span.person, span.starts, item.key),
                    (item.forum,),
                    (span.person,),
                )
