"""Reading what a browser asks of the board: never trusted, and refused with a sentence."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.utils.translation import gettext as _

from forums.board.days import counts_of, moment
from forums.models import Forum, ForumPart
from waic.editions.models import Room

SHORTEST = 5  # minutes
LATEST = 30 * 60  # six in the morning after
MOST_BYTES = 10_000
MOST_NUMBER = 2**31


class NotThere(ValidationError):
    """What is asked for is not in this edition: somebody else's and nobody's look the same."""

    def __init__(self):
        super().__init__(_("This forum is not on this board any more. Reload the page."), code="gone")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A part (an unsaved one, for a forum that has no place yet), and where somebody wants it."""

    part: ForumPart
    version: int | None
    room: Room | None
    starts_at: datetime
    ends_at: datetime

    @property
    def target(self):
        return {"room": self.room, "starts_at": self.starts_at, "ends_at": self.ends_at}


def read_json(request):
    """The body of a request as a dictionary; ValidationError when it is anything else."""
    try:
        data = json.loads(request.body[:MOST_BYTES])
    except (ValueError, RecursionError, RequestDataTooBig) as error:
        raise _unreadable() from error
    if not isinstance(data, dict):
        raise _unreadable()
    return data


def read_place(edition, data):
    """The Place that is asked for; ValidationError says what is wrong with it."""
    part = read_part(edition, data)
    day = _day(edition, data)
    first, last = number(data, "from", LATEST), number(data, "to", LATEST)
    if first >= 24 * 60:
        raise ValidationError(_("A forum begins on the day that is shown."), code="day")
    if last - first < SHORTEST:
        raise ValidationError(_("A forum ends at least five minutes after it begins."), code="order")  # fmt: skip
    return Place(part, number(data, "version"), _room(edition, data), moment(day, first), moment(day, last))  # fmt: skip


def read_part(edition, data):
    """The part that is named, or an unsaved one of the forum that is."""
    if data.get("part") is None:
        forum = Forum.objects.of_edition(edition).filter(pk=number(data, "forum"))
        if not (forum := forum.filter(parts=None).select_related("edition").first()):
            raise NotThere
        return ForumPart(forum=forum)
    parts = ForumPart.objects.filter(forum__edition=edition, pk=number(data, "part"))
    if not (part := parts.select_related("forum__edition", "room__venue").first()):
        raise NotThere
    return part


def number(data, name, most=MOST_NUMBER):
    """A whole number from nought; ValidationError for everything else, true and 9.5 included."""
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise _unreadable()
    return value


def _room(edition, data):
    if data.get("room") is None:
        return None
    rooms = Room.objects.filter(venue__edition=edition, pk=number(data, "room"))
    if not (room := rooms.select_related("venue").first()):
        raise ValidationError(_("There is no such room. Choose one of the list."), code="room")
    return room


def _day(edition, data):
    try:
        day = date.fromisoformat(data.get("day", ""))
    except (ValueError, TypeError) as error:
        raise _unreadable() from error
    if day not in counts_of(edition):
        raise ValidationError(_("%(edition)s has no such day. Choose one of those above the board.") % {"edition": edition}, code="day")  # fmt: skip
    return day


def _unreadable():
    return ValidationError(
        _("The board sent something that cannot be read. Reload the page and try again."),
        code="unreadable",
    )
