"""Where and when an imported forum is: venues, rooms and the part of the forum that takes them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.models import ForumPart
from waic.editions.models import Room, Venue
from waic.lib import clock
from waic.lib.imports import cells

COLUMNS = ("date", "start", "end", "venue", "room")


class KnownPlaces:
    """Venues and rooms of an edition by name, in either language, and by code."""

    def __init__(self, edition):
        self.venues = list(Venue.objects.filter(edition=edition))
        self.rooms = list(Room.objects.filter(venue__edition=edition).select_related("venue"))
        self._venue_words = {
            cells.key(w): v for v in self.venues for w in (v.name_zh, v.name_en, v.code) if w
        }

    def venue_names(self):
        return [str(venue) for venue in self.venues]

    def room_names(self):
        return [str(room) for room in self.rooms]

    def venue_or_room(self, name):
        """What the venue column names: a venue, or venue and room in one word."""
        words = self._venue_words | {word: r for r in self.rooms for word in self._whole_names(r)}
        return cells.one_of(name, words)

    def room(self, name, venue):
        """The room of that name, in the venue where one is given. ValidationError: unknown, or several."""
        inside = [r for r in self.rooms if venue is None or r.venue_id == venue.pk]
        found = [r for r in inside if cells.key(name) in self._names(r)]
        if len(found) > 1:
            raise ValidationError(
                _("There are several rooms called %(name)s: %(rooms)s. Give the venue as well."),
                code="ambiguous", params={"name": name, "rooms": " / ".join(map(str, found))},
            )  # fmt: skip
        if not found:
            raise cells.unknown(name, {word: r for r in inside for word in self._names(r)})
        return found[0]

    def _names(self, room):
        own = {cells.key(room.name_zh), cells.key(room.name_en), cells.key(room.code)} - {""}
        return own | self._whole_names(room)

    @staticmethod
    def _whole_names(room):
        venue = room.venue
        pairs = ((venue.name_zh, room.name_zh), (venue.name_en, room.name_en))
        return {cells.key(a + b) for a, b in pairs if a and b}


def part_of(forum, row):
    """The part a row speaks of: the one it agrees with most, or the first; None when there is none."""
    parts = list(forum.parts.all())
    if len(parts) < 2 or row is None:
        return parts[0] if parts else None
    return max(
        parts, key=lambda part: sum(row.get(n) == value for n, value in described(part).items())
    )


def described(part):
    """A part in the columns of the file."""
    start, end = part.starts_at.astimezone(clock.ZONE), part.ends_at.astimezone(clock.ZONE)
    return {
        "date": start.date(), "start": start.time(), "end": end.time(), "room": part.room,
        "venue": part.room.venue if part.room else part.place_note,
    }  # fmt: skip


def changed_part(forum, row):
    """The forum's part as the row wants it, not saved; None when the times are not known. ValidationError by column."""
    part = part_of(forum, row) if forum.pk else None
    if forum.pk and len(forum.parts.all()) > 1:
        name = next(name for name in COLUMNS if name in row.values)
        raise ValidationError(
            {name: _("This forum has several parts. Change their times and rooms on its page.")}
        )
    known = (
        described(part)
        if part
        else {"date": forum.date, "start": None, "end": None, "room": None, "venue": ""}
    )
    wanted = {**known, **{name: row.values[name] for name in COLUMNS if name in row.values}}
    if not _is_timed(wanted, row):
        return None
    if "venue" in row.values and "room" not in row.values and known["venue"] != wanted["venue"]:
        wanted["room"] = None
    part = part or ForumPart()
    part.room = wanted["room"]
    part.place_note = "" if part.room else str(wanted["venue"] or "")
    part.starts_at, part.ends_at = (
        datetime.combine(wanted["date"], wanted[name], tzinfo=clock.ZONE)
        for name in ("start", "end")
    )
    return part


def _is_timed(wanted, row):
    """Whether a part can be made; ValidationError when half of its time is missing."""
    missing = [name for name in ("date", "start", "end") if not wanted[name]]
    if not missing:
        if wanted["end"] <= wanted["start"]:
            raise ValidationError({"end": _("A forum cannot end before it begins.")})
        return True
    if wanted["start"] or wanted["end"]:
        raise ValidationError(
            {missing[0]: _("Date, start and end belong together. Fill in the one that is missing.")}
        )
    if wanted["room"]:
        raise ValidationError(
            {"room": _("A room is held for a time. Give date, start and end as well.")}
        )
    return False
