"""Signs for the doors of rooms: a sheet for each room and day in both languages, with a code that leads on."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from forums.printed.source import agenda_of, day_of, forums_of, parts_of, span
from waic.lib.pdf import compile_pdf
from waic.lib.templatetags.dates import day, full_day, weekday

TEMPLATE = "forums/pdf/signs.typ"
PAPERS = ("a3", "a4")
MOST_SESSIONS = 24  # of one forum on a door; more nobody reads from where people stand


def signs_pdf(edition, *, date=None, venue=None, rooms=None, paper="a3"):
    """The bytes of the sheets of one day or all, one venue or some rooms (by code) or all; None when nothing is there."""
    sheets = sheets_of(edition, date=date, venue=venue, rooms=rooms)
    if not sheets:
        return None
    codes = {sheet["code"]: sheet.pop("address") for sheet in sheets}
    conference = [edition.name_zh, edition.name_en]
    return compile_pdf(
        TEMPLATE, {"paper": paper, "conference": conference, "sheets": sheets}, codes=codes
    )


def sheets_of(edition, *, date=None, venue=None, rooms=None):
    """[{room, venue, date, items, code, address}] by day, venue and room."""
    found: dict = {}
    for forum in forums_of(edition):
        for part in parts_of(forum):
            today = day_of(part.starts_at)
            if part.room and _is_wanted(part.room, venue, rooms) and date in (None, today):
                found.setdefault((today, part.room.pk), []).append((forum, part))
    sheets = [_sheet(edition, today, rows) for (today, _room), rows in found.items()]
    return sorted(sheets, key=lambda sheet: sheet.pop("order"))


def _is_wanted(room, venue, rooms):
    """What is online has no door."""
    if room.venue.is_online:
        return False
    return venue in (None, room.venue.code) and (rooms is None or room.code in rooms)


def _sheet(edition, today, rows):
    rows.sort(key=lambda row: (row[1].starts_at, row[0].pk))
    room = rows[0][1].room
    return {
        "room": _both(room, "name"), "venue": _both(room.venue, "name"), "date": [_dated("zh-hans", today), _dated("en", today)],
        "items": [_item(forum, part) for forum, part in rows],
        "code": f"{today:%m%d}-{room.code}", "address": _address(edition, today, room, rows),
        "order": (today, room.venue.order, room.venue_id or 0, room.order, room.pk or 0),
    }  # fmt: skip


def _both(obj, name):
    """Chinese and English; the second is empty where it would repeat the first."""
    zh, en = getattr(obj, f"{name}_zh"), getattr(obj, f"{name}_en")
    return [zh or en, en if zh and en != zh else ""]


def _dated(language, today):
    with translation.override(language):
        return f"{full_day(today)} {weekday(today)}" if language == "zh-hans" else f"{weekday(today)}, {day(today)} {today.year}"  # fmt: skip


def _address(edition, today, room, rows):
    """A room with one forum that day leads to its page, another one to the day's programme in its venue."""
    codes = {forum.code for forum, _part in rows}
    if len(codes) == 1:
        return settings.SITE_URL + reverse("forums:forum", args=[edition.year, codes.pop()])
    query = urlencode({"day": today.isoformat(), "hall": room.venue.code})
    return f"{settings.SITE_URL}{reverse('forums:programme', args=[edition.year])}?{query}"


def _item(forum, part):
    held = [
        (slot, session) for slot, session in agenda_of(forum)
        if part.starts_at <= slot.starts_at < part.ends_at and slot.room_id in (None, part.room_id)
    ]  # fmt: skip
    return {
        "time": span(part), "title": _both(forum, "title"), "board": forum.kind.board, "sample": forum.is_sample,
        "sessions": [{"time": span(slot), "title": _both(session, "title")} for slot, session in held[:MOST_SESSIONS]],
        "more": max(0, len(held) - MOST_SESSIONS),
    }  # fmt: skip
