"""What somebody chose of an edition's programme, by codes: day by day in order of time, with what overlaps.

Read from the programme that the public sees, kept per process under the revision of the public pages.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from threading import Lock

from django.utils.translation import gettext as _

from forums.feeds.source import events_in
from forums.models import ForumState
from forums.models.star import MOST_STARS
from forums.programme import items_of
from forums.releases.shown import public_programme
from waic.lib import clock, pagecache
from waic.lib.codes import LENGTH, PATTERN

FORUM, SESSION = "forum", "session"
SEPARATOR = "-"
MOST_NAMED = 3  # overlaps of one entry that are told by name

_kept: dict = {}  # {edition's number: (revision, entries)}
_reading = Lock()  # of all who ask after a change, one reads


@dataclass(frozen=True)
class Entry:
    """A forum's part or a session's slot; one without a time yet has none. Texts are in both languages."""

    kind: str
    code: str
    forum_code: str
    board: str
    title_zh: str
    title_en: str
    above_zh: str = ""  # the forum of a session
    above_en: str = ""
    place_zh: str = ""
    place_en: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: date | None = None
    is_cancelled: bool = False

    @property
    def is_past(self):
        return bool(self.ends_at) and self.ends_at <= clock.now()

    @property
    def is_now(self):
        begun = bool(self.starts_at) and self.starts_at <= clock.now()
        return begun and not self.is_past and not self.is_cancelled

    def overlaps(self, other):
        """At the same time and not one inside the other's agenda; touching is fine."""
        if self.forum_code == other.forum_code or self.is_cancelled or other.is_cancelled:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Row:
    """An entry of a selection with the others that overlap with it."""

    entry: Entry
    overlaps: list = field(default_factory=list)

    @property
    def named(self):
        """Those that are named; nobody reads a list of twenty."""
        return self.overlaps[:MOST_NAMED]

    @property
    def more(self):
        return len(self.overlaps) - len(self.named)


@dataclass(frozen=True)
class Selection:
    """`days`: [(date, [Row])]; `untimed`: rows whose day is not known; `missing`: how many codes the programme has not."""

    days: list
    untimed: list
    missing: int
    codes: tuple

    @property
    def count(self):
        return len(self.codes)


# --- Codes in an address ------------------------------------------------------------------------


def read_codes(text):
    """The codes in the text of a link, each once and in a fixed order; what cannot be a code is left out.

    At most MOST_STARS, so that nobody can ask for more than one person may have.
    """
    pieces = text[: MOST_STARS * (LENGTH + 1)].upper().split(SEPARATOR)
    return tuple(sorted({piece for piece in pieces if PATTERN.match(piece)}))[:MOST_STARS]


def write_codes(codes):
    """Codes as they stand in a link."""
    return SEPARATOR.join(sorted(codes))


# --- The programme by code ----------------------------------------------------------------------


def entries_of(edition):
    """{code: [Entry]} of everything in the programme that the public sees."""
    with _reading:
        current = pagecache.revision()
        revision, entries = _kept.get(edition.pk, (None, None))
        if entries is None or current is None or revision != current:
            entries = _read(edition)
            _kept[edition.pk] = (current, entries)
    return entries


def _read(edition):
    entries: dict = {}
    for item in items_of(edition):
        entries.setdefault(item.forum.code, []).append(_of_forum(item.forum, item.part))
    programme = public_programme(edition)
    announced = programme.announced()
    untimed = {session.code: _without_time(session, forum) for forum in announced for session in forum.sessions.all() if not session.slots.all()}  # fmt: skip
    # Forums that were called off since are not in the list of forums, but calendars and people know them.
    for event in events_in(programme, announced):
        # One that lost its time is not the time it had, which calendars are told is cancelled.
        if event.session and event.session.code not in untimed:
            entries.setdefault(event.session.code, []).append(_of_session(event))
        if event.forum.state == ForumState.CANCELLED and event.forum.code not in entries:
            parts = [_of_forum(event.forum, part, True) for part in event.forum.parts.all()]
            entries[event.forum.code] = parts
    return entries | {code: [entry] for code, entry in untimed.items()}


def _of_forum(forum, part, is_cancelled=False):
    room = part.room if part else None
    starts_at = part.starts_at if part else forum.starts_at
    return Entry(
        FORUM, forum.code, forum.code, forum.kind.board, forum.title_zh, forum.title_en, **_place(room),
        starts_at=starts_at, ends_at=part.ends_at if part else forum.ends_at,
        day=_day(starts_at) or forum.date, is_cancelled=is_cancelled,
    )  # fmt: skip


def _of_session(event):
    session, forum = event.session, event.forum
    return Entry(
        SESSION, session.code, forum.code, forum.kind.board, session.title_zh, session.title_en,
        forum.title_zh, forum.title_en, **_place(event.room), starts_at=event.starts_at, ends_at=event.ends_at,
        day=_day(event.starts_at), is_cancelled=event.is_cancelled,
    )  # fmt: skip


def _without_time(session, forum):
    """A session whose time is not fixed yet; its day is known where the forum has only one."""
    days = {_day(part.starts_at) for part in forum.parts.all()} or {forum.date}
    return Entry(
        SESSION, session.code, forum.code, forum.kind.board, session.title_zh, session.title_en, forum.title_zh, forum.title_en,
        day=days.pop() if len(days) == 1 else None, is_cancelled=forum.state != ForumState.PUBLISHED,
    )  # fmt: skip


def _place(room):
    if room is None:
        return {}
    zh = f"{room.venue.name_zh} {room.name_zh}"
    en = f"{room.venue.name_en or room.venue.name_zh} {room.name_en or room.name_zh}"
    return {"place_zh": zh, "place_en": en}


def _day(moment):
    return moment.astimezone(clock.ZONE).date() if moment else None


# --- Choosing -----------------------------------------------------------------------------------


def selection_of(edition, codes):
    """The Selection of these codes."""
    known = entries_of(edition)
    found = [entry for code in codes for entry in known.get(code, ())]
    timed = sorted(
        (e for e in found if e.starts_at), key=lambda e: (e.starts_at, e.ends_at, e.kind, e.code)
    )
    rows = _with_overlaps(timed)
    return Selection(
        days=[(day, list(group)) for day, group in groupby(rows, key=lambda row: row.entry.day)],
        untimed=[Row(e) for e in found if not e.starts_at],
        missing=sum(code not in known for code in codes),
        codes=tuple(code for code in codes if code in known),
    )


def _with_overlaps(entries):
    """Rows of entries in order of time."""
    rows = [Row(entry) for entry in entries]
    for n, row in enumerate(rows):
        for other in rows[n + 1 :]:
            if other.entry.starts_at >= row.entry.ends_at:
                break
            if row.entry.overlaps(other.entry):
                row.overlaps.append(other.entry)
                other.overlaps.append(row.entry)
    return rows


def not_there(codes):
    """The sentence about codes the programme has not."""
    return _("Not in the programme of this edition: %(codes)s.") % {"codes": ", ".join(codes)}
