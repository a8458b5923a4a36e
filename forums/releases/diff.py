"""What two documents of a programme differ in, forum by forum."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

ADDED, REMOVED, CANCELLED, MOVED, RETITLED, PEOPLE = (
    "added", "removed", "cancelled", "moved", "retitled", "people",
)  # fmt: skip


@dataclass(frozen=True)
class Where:
    """A place and time; `room` is its name in both languages, or None."""

    starts: str
    ends: str
    room: tuple | None


@dataclass(frozen=True)
class Change:
    """One difference. `title` is (zh, en) as it is now; `of` says whether a forum or a session changed."""

    kind: str
    of: str
    title: tuple
    before: object = None
    after: object = None
    people: frozenset = frozenset()  # everybody concerned, by number
    came: tuple = ()
    left: tuple = ()
    session: int | None = field(
        default=None, compare=False
    )  # the number of the session that changed


@dataclass
class ForumChanges:
    pk: int
    code: str
    title: tuple
    changes: list = field(default_factory=list)


def difference(before, after):
    """[ForumChanges] in order of time, between two documents; either may be empty."""
    old, new = _by_pk(before.get("forums", ())), _by_pk(after.get("forums", ()))
    rooms = {"before": before.get("rooms", {}), "after": after.get("rooms", {})}
    found = []
    for pk in sorted({*old, *new}, key=lambda n: (start_of(new.get(n) or old[n]), n)):
        shown = new.get(pk) or old[pk]
        changes = list(_of_forum(old.get(pk), new.get(pk), rooms))
        if changes:
            found.append(ForumChanges(pk, shown["code"], _title(shown), changes))
    return found


def count(forums):
    """How many changes, by kind."""
    counts: dict = defaultdict(int)
    for forum in forums:
        for change in forum.changes:
            counts[change.kind] += 1
    return dict(counts)


def _by_pk(rows):
    return {row["pk"]: row for row in rows}


def start_of(doc):
    """When the first part of a forum's document starts; after everything else without one."""
    return min((part["starts"] for part in doc["parts"]), default="~")


def _title(doc):
    return doc["zh"], doc["en"]


def _everybody(doc):
    return frozenset(s for owner in (doc, *doc["sessions"]) for _pk, s, _role in owner["people"])


def _own(doc):
    return frozenset(speaker for _pk, speaker, _role in doc["people"])


def _is_called_off(doc):
    return doc is None or doc["state"] == "cancelled"


def _of_forum(old, new, rooms):
    if _is_called_off(new):
        if not _is_called_off(old):
            kind = CANCELLED if new else REMOVED
            yield Change(kind, "forum", _title(old), before=_first(old["parts"], rooms["before"]), people=_everybody(old))  # fmt: skip
        return
    if _is_called_off(old):
        yield Change(ADDED, "forum", _title(new), after=_first(new["parts"], rooms["after"]), people=_everybody(new))  # fmt: skip
        return
    yield from _of_one("forum", old, new, "parts", rooms, _everybody(old) | _everybody(new))
    before, after = _by_pk(old["sessions"]), _by_pk(new["sessions"])
    for pk in [*after, *(pk for pk in before if pk not in after)]:
        for change in _of_session(before.get(pk), after.get(pk), rooms):
            yield replace(change, session=pk)


def _of_session(old, new, rooms):
    if new is None:
        yield Change(REMOVED, "session", _title(old), before=_first(old["slots"], rooms["before"]), people=_own(old))  # fmt: skip
    elif old is None:
        yield Change(ADDED, "session", _title(new), after=_first(new["slots"], rooms["after"]), people=_own(new))  # fmt: skip
    else:
        yield from _of_one("session", old, new, "slots", rooms, _own(old) | _own(new))


def _of_one(of, old, new, places, rooms, people):
    """What changed of a forum or session that is in both."""
    if _title(old) != _title(new):
        yield Change(RETITLED, of, _title(new), before=_title(old), after=_title(new), people=people)  # fmt: skip
    yield from _moves(of, old, new, places, rooms, people)
    came, left = _own(new) - _own(old), _own(old) - _own(new)
    if came or left:
        yield Change(PEOPLE, of, _title(new), people=came | left, came=tuple(sorted(came)), left=tuple(sorted(left)))  # fmt: skip


def _moves(of, old, new, places, rooms, people):
    before, after = _by_pk(old[places]), _by_pk(new[places])
    for pk in [*after, *(pk for pk in before if pk not in after)]:
        was, will = _held(before.get(pk)), _held(after.get(pk))
        if _place(was) == _place(will):
            continue
        kind = MOVED if was and will else ADDED if will else CANCELLED if after.get(pk) else REMOVED
        yield Change(kind, of, _title(new), was and _where(was, rooms["before"]), will and _where(will, rooms["after"]), people)  # fmt: skip


def _held(entry):
    """The entry, or None where there is none or it is cancelled."""
    return entry if entry and entry["state"] != "cancelled" else None


def _place(entry):
    return entry and (entry["starts"], entry["ends"], entry["room"])


def _first(entries, rooms):
    entries = [entry for entry in entries if _held(entry)] or entries
    return _where(min(entries, key=lambda e: e["starts"]), rooms) if entries else None


def _where(entry, rooms):
    room = rooms.get(str(entry["room"]))
    name = room and (f"{room['venue_zh']} {room['zh']}", f"{room['venue_en'] or room['venue_zh']} {room['en'] or room['zh']}")  # fmt: skip
    return Where(entry["starts"], entry["ends"], name)
