"""Room states as two existing apps read them: an array of {roomname, state}; 0 open, 1 full."""

import json

from forums.feeds.source import edition_of_feed, feed_response, open_feed
from forums.releases.shown import public_programme
from waic.editions.models import Room
from waic.lib import clock


@open_feed(ttl=30)
def rooms_json(request, year):
    """A room is full while the forum in it has no seat left."""
    edition = edition_of_feed(year)
    now = clock.now()
    full = {
        part.room_id
        for forum in public_programme(edition).forums()
        for part in forum.parts.all()
        if part.starts_at <= now < part.ends_at and forum.seats and not forum.seats_left
    }
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue")
    states = [{"roomname": str(room), "state": int(room.pk in full)} for room in rooms]
    return feed_response(json.dumps(states, ensure_ascii=False), "application/json")
