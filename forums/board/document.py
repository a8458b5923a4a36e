"""One day of a programme as plain values: what the board draws, and the list that stands there without a script.

Times are minutes since the day's midnight. A fixed number of queries, whatever the size.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import groupby

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from forums.board.days import FIRST, LAST, counts_of, midnight, minutes, parts_of
from forums.board.revision import revision_of
from forums.models import Forum, ForumKind, ForumState
from forums.operations.relocating import agendas_of
from forums.rules import Programme, check, settings_of
from waic.editions.models import OpeningHours, Room
from waic.lib.templatetags.dates import day as day_in_words
from waic.lib.templatetags.dates import weekday
from waic.lib.text import localized

RECENT = timedelta(minutes=10)


def document_of(edition, day, *, reader):
    """The board of a day as a dictionary for JSON; `reader` hears who else moved something lately."""
    # Read first: what changes while the rest is read is fetched again, never missed.
    revision = revision_of(edition)
    kinds = list(ForumKind.objects.filter(edition=edition))
    parts = _parts(edition, day)
    findings, marks = _findings(edition, parts)
    agendas = agendas_of(parts)
    order = {kind.pk: n for n, kind in enumerate(kinds)}
    return {
        "revision": revision,
        "edition": str(edition),
        "day": day.isoformat(),
        "days": [_day(date, count) for date, count in counts_of(edition).items()],
        **_span(parts, day),
        # The address of forum 0 stands for all of them; making one for each takes a tenth of the time.
        "page": reverse("admin:forums_forum_change", args=[0]),
        "move_page": reverse("admin:forums_forum_move", args=[0]),
        "kinds": [{"name": str(kind), "board": kind.board} for kind in kinds],
        "halls": _halls(edition, day),
        "parts": [_part(part, day, order, marks[part.pk], agendas[part.pk]) for part in parts],
        "waiting": [_waiting(forum, order) for forum in _unscheduled(edition)],
        "findings": findings,
        "recent": _recent(edition, reader),
    }


def _day(date, count):
    return {
        "date": date.isoformat(), "name": day_in_words(date), "weekday": weekday(date), "count": count,
    }  # fmt: skip


def _parts(edition, day):
    """Parts that begin on the day."""
    first = midnight(day)
    rows = parts_of(edition).filter(starts_at__gte=first, starts_at__lt=first + timedelta(days=1))
    return list(rows.select_related("forum").order_by("starts_at", "pk"))


def _span(parts, day):
    """From and to which minute the board is drawn, in whole hours."""
    first = min((minutes(part.starts_at, day) for part in parts), default=FIRST)
    last = max((minutes(part.ends_at, day) for part in parts), default=LAST)
    return {"from": min(FIRST, first) // 60 * 60, "to": -(-max(LAST, last) // 60) * 60}


def _part(part, day, order, marks, agenda):
    return {
        **_forum(part.forum, order),
        "id": part.pk,
        "room": part.room_id,
        "from": minutes(part.starts_at, day),
        "to": minutes(part.ends_at, day),
        "label": localized(part, "label"),
        "note": part.place_note,
        "marks": marks,
        "agenda": [
            [minutes(slot.starts_at, day), minutes(slot.ends_at, day), localized(slot.session, "title")]
            for slot in sorted(agenda, key=lambda slot: slot.starts_at)
        ],
    }  # fmt: skip


def _forum(forum, order):
    return {
        "forum": forum.pk,
        "code": forum.code,
        "title": localized(forum, "title"),
        "kind": order[forum.kind_id],
        "version": forum.version,
        "state": forum.get_state_display(),
        "published": forum.state == ForumState.PUBLISHED,
    }


def _unscheduled(edition):
    """Forums without any place in time."""
    rows = Forum.objects.of_edition(edition).exclude(state=ForumState.CANCELLED)
    return rows.filter(parts=None).order_by("kind__order", "pk")


def _waiting(forum, order):
    wish = day_in_words(forum.date) if forum.date else ""
    return {**_forum(forum, order), "wish": wish}


def _halls(edition, day):
    """Rooms by hall (or by venue, where a room is in none), with the hours their venue is open on the day."""
    hours = defaultdict(list)
    for row in OpeningHours.objects.filter(venue__edition=edition, date=day):
        hours[row.venue_id].append([_minute(row.opens), _minute(row.closes)])
    venues = set(OpeningHours.objects.filter(venue__edition=edition).values_list("venue", flat=True))  # fmt: skip
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue", "hall")
    ordered = rooms.order_by("venue__order", "venue", "hall__order", "hall", "order", "pk")
    return [
        {
            "name": name,
            "rooms": [
                _room(room, hours[room.venue_id] if room.venue_id in venues else None)
                for room in group
            ],
        }
        for name, group in groupby(ordered, key=_hall_name)
    ]


def _hall_name(room):
    """A hall's name after its venue's, unless one says the other already."""
    venue, hall = localized(room.venue, "name"), str(room.hall or "")
    if hall in venue or venue in hall:
        return max(venue, hall, key=len)
    return f"{venue} {hall}"


def _room(room, hours):
    """`open` is null where the venue has no hours at all: it is open always."""
    return {
        "id": room.pk, "name": room.name, "full": str(room), "seats": room.capacity,
        "several": room.allows_parallel, "open": hours,
    }  # fmt: skip


def _minute(time):
    return time.hour * 60 + time.minute


def _findings(edition, parts):
    """What the rules say about these parts: the findings, and {part: numbers of its findings}."""
    of_forum = defaultdict(list)
    for part in parts:
        of_forum[part.forum_id].append(part.pk)
    found, marks = [], {part.pk: [] for part in parts}
    for finding in check(Programme.of(edition), settings_of(edition)):
        named = {key[1] for key in finding.about if isinstance(key, tuple) and key[0] == "part"}
        touched = [pk for forum in dict.fromkeys(finding.forums) for pk in of_forum[forum]]
        touched = [pk for pk in touched if pk in named] if named else touched
        for pk in touched:
            marks[pk].append(len(found))
        if touched:
            stops = finding.blocks_saving or finding.blocks_release
            found.append({"sentence": finding.sentence, "stops": stops})
    return found, marks


def _recent(edition, reader):
    """{forum: who changed it last}, of the last minutes and by others."""
    kind = ContentType.objects.get_for_model(Forum)
    rows = LogEntry.objects.filter(content_type=kind, action_time__gte=timezone.now() - RECENT)
    last = {row.object_id: row for row in rows.select_related("user").order_by("action_time")}
    return {pk: str(row.user) for pk, row in last.items() if row.user_id != reader.pk}
