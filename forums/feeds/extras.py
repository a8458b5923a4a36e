"""What exports add to an event: where it can be watched, and slides that anybody may download; three queries."""

from collections import defaultdict
from dataclasses import replace

from django.conf import settings
from django.urls import reverse

from forums.models import StreamKind, StreamLink
from forums.operations.slides import public_slides
from waic.lib import clock
from waic.lib.text import localized


def with_extras(edition, events):
    """The events with their links and attachments: the live stream, once it is over the replay instead."""
    links, slides, now = _links_of(edition), _slides_of(edition), clock.now()
    return [_with(event, _watchable(links[_place(event)], event, now), slides[_place(event)]) for event in events]  # fmt: skip


def with_live(edition, events):
    """The events with their live streams, as calendars have a place for them; whatever the hour, so that bytes stay. One query."""
    if not events:
        return []
    links = _links_of(edition)
    return [_with(event, tuple((link.url, str(link)) for link in links[_place(event)] if link.kind == StreamKind.LIVE), ()) for event in events]  # fmt: skip


def _with(event, links, slides):
    return replace(event, links=links, attachments=tuple(slides)) if links or slides else event


def _place(event):
    return event.forum.pk, event.session.pk if event.session else None


def _links_of(edition):
    found = defaultdict(list)
    for link in StreamLink.objects.filter(forum__edition=edition):
        found[link.forum_id, link.session_id].append(link)
    return found


def _watchable(links, event, now):
    kind = StreamKind.REPLAY if now >= event.ends_at else StreamKind.LIVE
    return tuple((link.url, str(link)) for link in links if link.kind == kind)


def _slides_of(edition):
    found = defaultdict(list)
    for row in public_slides(participation__forum__edition=edition):
        url = settings.SITE_URL + reverse("forums:slides", args=[edition.year, row.code])
        guest = row.participation
        found[guest.forum_id, guest.session_id].append((url, localized(guest.speaker, "name")))
    return found
