"""Calendars (RFC 5545): stable UID, stored SEQUENCE, cancelled items kept; unchanged data gives unchanged bytes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, TimezoneStandard
from icalendar import Event as CalendarEvent

from forums.feeds.extras import with_live
from forums.feeds.source import edition_of_feed, events_of, feed_response, open_feed
from forums.models import SlotState
from forums.releases.shown import public_programme
from waic.editions.models import Room
from waic.lib import clock
from waic.lib.text import localized


@open_feed(ttl=300)
def schedule_ics(request, year):
    """The whole programme."""
    edition = edition_of_feed(year)
    return _answer(edition, events_of(edition), localized(edition, "name"), request)


@open_feed(ttl=300)
def forum_ics(request, year, code):
    """One forum; 404 for one that was never announced."""
    edition = edition_of_feed(year)
    events = events_of(edition, code=code)
    # One without any time yet has a calendar, too.
    forums = [e.forum for e in events[:1]] or public_programme(edition).announced(code=code)
    if not forums:
        raise Http404
    return _answer(edition, events, localized(forums[0], "title"), request)


@open_feed(ttl=300)
def speaker_ics(request, year, code):
    """One guest's forums; of a forum whose agenda names them, the sessions that do. What was cancelled stays."""
    edition = edition_of_feed(year)
    speaker = public_programme(edition).heard().filter(code=code).first()
    if speaker is None:
        from forums.views.people import merged_elsewhere

        return merged_elsewhere(edition, code, "forums:speaker-ics")
    events = events_of(edition, speaker=speaker)
    return _answer(edition, theirs(events, speaker), localized(speaker, "name"), request)


def theirs(events, speaker):
    """The events one guest is needed for."""
    named_in = {e.forum.pk for e in events if speaker in e.people}
    return [e for e in events if speaker in e.people or e.forum.pk not in named_in]


@open_feed(ttl=300)
def room_ics(request, year, code):
    """What happens in one room."""
    edition = edition_of_feed(year)
    room = get_object_or_404(
        Room.objects.filter(venue__edition=edition).select_related("venue"), code=code
    )
    return _answer(edition, [e for e in events_of(edition) if e.room == room], str(room), request)


def _answer(edition, events, name, request):
    shown = [(edition, event) for event in with_live(edition, events)]
    response = feed_response(
        calendar(shown, name, settings.SITE_URL + request.path),
        "text/calendar; charset=utf-8",
        events,
    )
    response["Content-Disposition"] = f'inline; filename="waic{edition.year}.ics"'
    return response


def calendar(rows, name, source=""):
    """The bytes of a calendar of (edition, event); `source` is where it is read from, if that may be said."""
    cal = Calendar()
    cal.add("prodid", "-//WAIC//Programme//ZH")
    cal.add("version", "2.0")
    cal.add("calscale", "GREGORIAN")
    cal.add("method", "PUBLISH")
    cal.add("name", name)
    cal.add("x-wr-calname", name)
    cal.add("x-wr-timezone", settings.EDITION_TIME_ZONE)
    cal.add("refresh-interval", timedelta(minutes=30), parameters={"VALUE": "DURATION"})
    cal.add("x-published-ttl", "PT30M")
    if source:
        cal.add("source", source, parameters={"VALUE": "URI"})
    cal.add_component(_shanghai())
    for edition, event in rows:
        cal.add_component(_component(edition, event))
    return cal.to_ical()


def _shanghai():
    """China has one zone and no summer time: one STANDARD block, the id the events name."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", settings.EDITION_TIME_ZONE)
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _component(edition, event):
    item = CalendarEvent()
    # In words as well, because several clients ignore the status.
    cancelled = f"[{SlotState.CANCELLED.label.lower()}] "
    summary = f"{cancelled if event.is_cancelled else ''}{event.title}"
    item.add("uid", f"{event.guid}@{urlsplit(settings.SITE_URL).hostname}")
    item.add("dtstamp", event.changed_at.astimezone(UTC).replace(microsecond=0))
    item.add("last-modified", event.changed_at.astimezone(UTC).replace(microsecond=0))
    item.add("dtstart", event.starts_at.astimezone(clock.ZONE))
    item.add("dtend", event.ends_at.astimezone(clock.ZONE))
    item.add("sequence", event.sequence)
    item.add(
        "status", {"cancelled": "CANCELLED", "tentative": "TENTATIVE"}.get(event.state, "CONFIRMED")
    )
    item.add("summary", summary)
    # Some clients skip an entry without a place.
    item.add("location", str(event.room) if event.room else _("Room to be announced"))
    item.add(
        "description",
        "\n".join(
            filter(
                None,
                [
                    event.subtitle,
                    event.abstract,
                    ", ".join(localized(s, "name") for s in event.people),
                ],
            )
        ),
    )
    item.add("url", settings.SITE_URL + event.path(edition.year))
    if event.room and event.room.venue.latitude is not None:
        item.add("geo", (event.room.venue.latitude, event.room.venue.longitude))
    for url, title in event.links:
        # No quotation mark may stand in a parameter.
        words = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": title.replace('"', "'")}
        item.add("conference", url, parameters=words)
    item.add("categories", [localized(event.forum.kind, "name"), localized(event.forum, "title")])
    return item
