"""Rules of people: nobody in two places, everybody there in time, the protocol first."""

from datetime import timedelta
from itertools import combinations, pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import RuleLevel
from forums.rules.engine import rule
from forums.rules.rooms import overlapping, when


def _covered(item, spans):
    """True when the item lies within the spans (in time order), also across two that touch."""
    reached = item.starts
    for span in spans:
        if span.starts <= reached < span.ends:
            reached = span.ends
        if reached >= item.ends:
            return True
    return False


@rule("person-twice", gettext_lazy("One person in two places"), RuleLevel.WARN)
def person_twice(programme, _number):
    """Overlapping items of different forums; identical and nested count, touching does not."""
    for person, items in programme.presences.items():
        seen = set()
        for one, other in overlapping(items):
            pair = tuple(sorted((one.forum, other.forum)))
            if one.forum == other.forum or pair in seen:
                continue
            seen.add(pair)
            yield (
                _("%(name)s is in “%(one)s” and “%(other)s” at the same time (%(when)s).")
                % {
                    "name": programme.name(person),
                    "one": programme.title(one.forum),
                    "other": programme.title(other.forum),
                    "when": when(other),
                },
                (person, *pair),
                pair,
                (person,),
            )


@rule("person-away", gettext_lazy("A person is not available"), RuleLevel.WARN)
def person_away(programme, _number):
    """Outside the times a guest gave; who gave none is there all the time."""
    for person, spans in programme.available.items():
        for item in programme.presences.get(person, ()):
            if not _covered(item, spans):
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


@rule("walk", gettext_lazy("Too little time to walk"), RuleLevel.WARN)
def walk(programme, _number):
    """Less time between two items in different halls than the walk between them takes."""
    for person, items in programme.presences.items():
        for one, other in pairwise(items):
            gap = (other.starts - one.ends).total_seconds() / 60
            needed = programme.walk(programme.hall_of(one), programme.hall_of(other))
            if 0 <= gap < needed:
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


@rule("host-elsewhere", gettext_lazy("A host is needed elsewhere"), RuleLevel.WARN)
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
