"""One person's calendar behind a secret link: what they speak in, host, have a seat in or starred."""

import hashlib

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forums.feeds.calendar import calendar, theirs
from forums.feeds.extras import with_live
from forums.feeds.source import events_of
from forums.models import Forum, Speaker
from forums.models.booking import HOLDING
from forums.operations.feeds import find_feed
from waic.editions.models import Edition


@require_safe
def personal_ics(request, secret):
    """The calendar of whoever made the secret; 404 for every other text. No session is asked for."""
    feed = find_feed(secret)
    if feed is None:
        return _dead_link()
    with translation.override(feed.user.language):
        # The address is not repeated inside: a calendar that is passed on must not pass on its secret.
        body = calendar(_own_events(feed.user), _("My WAIC"))
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if etag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="waic.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _dead_link():
    """Made up, mistyped or revoked: nobody is told which, and everybody what to do."""
    sentences = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            page = settings.SITE_URL + reverse("forums:calendar-link")
            words = _("This calendar link does not work: it was mistyped, revoked or replaced. Make a new one at %(page)s")  # fmt: skip
            sentences.append(words % {"page": page})
    response = HttpResponse("\n".join(sentences) + "\n", "text/plain; charset=utf-8", 404)
    response["Cache-Control"] = "private, no-store"
    return response


def _own_events(user):
    """[(edition, event)] of the published editions the person has something in."""
    speakers = {s.edition_id: s for s in Speaker.objects.filter(user=user, is_person=True)}
    forums = set(user.forum_bookings.filter(state__in=HOLDING).values_list("forum", flat=True))  # fmt: skip
    forums |= set(Forum.objects.hosted_by(user).values_list("pk", flat=True))
    forums |= set(user.stars.filter(session=None).values_list("forum", flat=True))
    starred = dict(user.stars.filter(forum=None).values_list("session", "session__forum"))
    editions = _editions(speakers, forums | set(starred.values()))
    own = Edition.objects.published().filter(pk__in=editions)
    return [
        (edition, event)
        for edition in own.order_by("year")
        for event in with_live(edition, _events(edition, speakers.get(edition.pk), forums, starred))
    ]


def _editions(speakers, forums):
    of_forums = Forum.objects.filter(pk__in=forums).order_by().values_list("edition", flat=True)
    return {*speakers, *of_forums}


def _events(edition, speaker, forums, starred):
    """`starred`: {number of a session: number of its forum}; of such a forum the session alone is theirs."""
    read = forums | set(starred.values())
    found = events_of(edition, forums=read) if read else []
    own = [e for e in found if e.forum.pk in forums or (e.session and e.session.pk in starred)]
    heard = theirs(events_of(edition, speaker=speaker), speaker) if speaker else []
    events = {event.id: event for event in [*own, *heard]}
    return sorted(events.values(), key=lambda event: (event.starts_at, event.id))
