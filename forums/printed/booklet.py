"""The booklet of an edition's programme in one language: days, forums by place and time, an index of people."""

from operator import itemgetter

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from forums.printed.source import agenda_of, day_of, forums_of, guests_of, hosts_of, parts_of, span
from waic.lib import clock
from waic.lib.pdf import compile_pdf
from waic.lib.templatetags.dates import day, days_range, full_day, weekday
from waic.lib.text import language_column, localized, pinyin_key

LANGUAGES = {"zh": "zh-hans", "en": "en"}
TEMPLATE = "forums/pdf/booklet.typ"
MOST_SUMMARY = 600  # characters of a forum's summary


def booklet_pdf(edition, column, *, release=0):
    """The bytes of the booklet in "zh" or "en"; `release` is the number it says it was made of."""
    return booklet_and_people(edition, column, release=release)[0]


def booklet_and_people(edition, column, *, release=0):
    """(its bytes, the numbers of everybody it names)."""
    with translation.override(LANGUAGES[column]):
        data = booklet_data(edition, release)
        return compile_pdf(TEMPLATE, data, qr=_address(edition)), data["numbers"]


def booklet_data(edition, release=0):
    """JSON-able values in the language at hand."""
    forums = forums_of(edition)
    hosts, entries = hosts_of(forums), []
    for forum in forums:
        entries += _entries(forum, hosts[forum.pk])
    entries.sort(key=itemgetter("order"))
    named = _named(forums, {entry["code"] for entry in entries})
    return {
        "lang": language_column(), "title": localized(edition, "name"), "theme": localized(edition, "theme"),
        "short": f"WAIC {edition.year}", "place": localized(edition, "city"),
        "dates": f"{edition.year}年{days_range(edition.starts_on, edition.last_day)}" if language_column() == "zh" else f"{days_range(edition.starts_on, edition.last_day)} {edition.year}",
        "made": _made(release), "address": _address(edition), "words": _words(),
        "days": _by_day(entries), "people": _index(named), "numbers": sorted(named),
    }  # fmt: skip


def _made(release):
    today = full_day(clock.today())
    if not release:
        return _("As of %(day)s") % {"day": today}
    return _("Release %(number)d, as of %(day)s") % {"number": release, "day": today}


def _words():
    return {
        "programme": _("Programme"), "contents": _("At a glance"), "people": _("Index of guests"),
        "hosts": _("Hosts"), "guests": _("Guests"), "sample": _("Sample"), "online": _("The programme of the hour: scan or open"),
        "untimed": _("Time to be announced"), "empty": _("Nothing of the programme is public yet."),
    }  # fmt: skip


def _address(edition):
    return settings.SITE_URL + reverse("forums:programme", args=[edition.year])


# --- Forums -------------------------------------------------------------------------------------


def _entries(forum, hosts):
    """An entry for each day of a forum; one without a time has the day it names, or none."""
    parts = parts_of(forum)
    days = list(dict.fromkeys(day_of(part.starts_at) for part in parts)) or [forum.date]
    return [_entry(forum, date, parts, hosts, is_first=not n) for n, date in enumerate(days)]


def _entry(forum, date, parts, hosts, *, is_first):
    today = [part for part in parts if day_of(part.starts_at) == date]
    room = next((part.room for part in today if part.room), None)
    venue = localized(room.venue, "name") if room else _("Room to be announced")
    agenda = [row for row in agenda_of(forum) if day_of(row[0].starts_at) == date]
    place = (not room, room.venue.order if room else 0, room.venue_id or 0 if room else 0)
    start = today[0].starts_at.timestamp() if today else 0
    return {
        "code": forum.code, "is_first": is_first, "title": localized(forum, "title"), "kind": localized(forum.kind, "name"),
        "board": forum.kind.board, "sample": forum.is_sample, "date": date.isoformat() if date else "", "venue": venue,
        "times": [[span(part), _place(part)] for part in today], "summary": _shortened(localized(forum, "summary")) if is_first else "",
        "hosts": "、".join(map(str, hosts)) if language_column() == "zh" else "; ".join(map(str, hosts)),
        "agenda": [_item(slot, session) for slot, session in agenda], "guests": [_person(s) for s in guests_of(forum)] if is_first else [],
        "order": (date is None, date.isoformat() if date else "", *place, not today, start, room.order if room else 0, forum.pk),
    }  # fmt: skip


def _place(part):
    return localized(part.room, "name") if part.room else part.place_note or _("Room to be announced")  # fmt: skip


def _shortened(text):
    return text if len(text) <= MOST_SUMMARY else text[:MOST_SUMMARY].rstrip() + "…"


def _item(slot, session):
    people = [p.speaker for p in session.participations.all() if p.speaker.is_person]
    return {
        "time": span(slot), "title": localized(session, "title"), "kind": session.get_kind_display(),
        "people": [_person(speaker) for speaker in people],
    }  # fmt: skip


def _person(speaker):
    return [localized(speaker, "name"), localized(speaker, "affiliation")]


def _by_day(entries):
    """[{day, venues: [{name, forums}]}] of entries in order."""
    days: dict = {}
    for entry in entries:
        venues = days.setdefault(entry["date"], {})
        venues.setdefault(entry["venue"], []).append(entry)
    return [
        {"day": _day_name(date), "venues": [{"name": n, "forums": f} for n, f in venues.items()]}
        for date, venues in days.items()
    ]


def _day_name(date):
    if not date:
        return _("Time to be announced")
    from datetime import date as Date

    found = Date.fromisoformat(date)
    return f"{day(found)} {weekday(found)}"


# --- Index --------------------------------------------------------------------------------------


def _named(forums, printed):
    """{number: (speaker, codes of their forums)} of everybody in the forums that are printed."""
    found: dict = {}
    for forum in forums:
        if forum.code not in printed:
            continue
        people = guests_of(forum) + [
            p.speaker for _slot, s in agenda_of(forum) for p in s.participations.all()
        ]
        for speaker in people:
            if speaker.is_person:
                found.setdefault(speaker.pk, (speaker, {}))[1].setdefault(forum.code)
    return found


def _index(named):
    """[{letter, people: [[name, affiliation, codes of their forums]]}] in the order of the alphabet; Chinese by pinyin."""
    rows = [(*_sorted_under(s), *_person(s), list(codes)) for s, codes in named.values()]
    letters: dict = {}
    for letter, _key, *row in sorted(rows, key=itemgetter(0, 1, 2)):
        letters.setdefault(letter, []).append(row)
    return [{"letter": letter, "people": people} for letter, people in letters.items()]


def _sorted_under(speaker):
    """(letter, key) of a name."""
    key = pinyin_key(localized(speaker, "name"))
    letter = key[:1].upper()
    return (letter if "A" <= letter <= "Z" else "#", key)
