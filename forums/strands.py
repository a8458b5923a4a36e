"""Where one forum lies in the river score: its own strands, and those of the others as one path a board."""

from functools import lru_cache

from forums.programme import ALL_DAY
from forums.releases.shown import is_draft_shown, public_programme
from forums.river import River, Strand, x_of
from waic.lib import clock
from waic.lib.pagecache import revision

_SHORTEST = 5  # minutes; what is over before it begins is still a strand

_kept: dict = {}  # {edition's number: (revision, what is drawn)}


def river_of(forum, edition):
    """What `_river.html` draws; None for a forum that has no place in it."""
    drawn = _drawn(edition)
    own = [(board, path) for pk, board, path in drawn["strands"] if pk == forum.pk]
    if not own:
        return None
    others: dict = {}
    for pk, board, path in drawn["strands"]:
        if pk != forum.pk:
            others[board] = others.get(board, "") + path
    return {**drawn, "own": own, "others": list(others.items()), "now_x": _now_x(edition.days)}


def days_of(forum, edition):
    """Days of the edition; those of the forum are marked."""
    own = {_day(part.starts_at) for part in forum.parts.all()}
    return [{"date": day, "is_here": day in own} for day in edition.days]


def _drawn(edition):
    """The river of an edition, which all its forums share until the programme changes. The draft's is nobody else's."""
    if is_draft_shown():
        return _draw(edition)
    current = revision()
    kept, drawn = _kept.get(edition.pk, (None, None))
    if drawn is None or current is None or kept != current:
        drawn = _draw(edition)
        _kept[edition.pk] = current, drawn
    return drawn


def _draw(edition):
    days = edition.days
    rows = [row for row in public_programme(edition).strands() if _is_strand(row, days)]
    width, water, paths = _paths(tuple(_strand(row, days) for row in rows), len(days))
    strands = [(forum, board, path) for (forum, board, *_rest), path in zip(rows, paths, strict=True)]  # fmt: skip
    return {"width": width, "water": water, "strands": strands}


@lru_cache(maxsize=4)
def _paths(strands, days):
    """(width, water, a path for each strand). Drawing is dear, and most changes of the programme move nothing in time."""
    river = River(strands, days)
    return river.width, river.water(), river.paths()


def _is_strand(row, days):
    *_forum, starts_at, ends_at = row
    return _day(starts_at) in days and ends_at - starts_at < ALL_DAY


def _strand(row, days):
    _pk, _board, is_main, starts_at, ends_at = row
    start = _minutes(starts_at)
    return Strand(
        days.index(_day(starts_at)), start, max(_minutes(ends_at), start + _SHORTEST), is_main
    )


def _now_x(days):
    now = clock.local_now()
    return round(x_of(days.index(now.date()), _minutes(now))) if now.date() in days else None


def _day(moment):
    return moment.astimezone(clock.ZONE).date()


def _minutes(moment):
    local = moment.astimezone(clock.ZONE)
    return local.hour * 60 + local.minute
