"""Room states as two existing apps read them: an array of {roomname, state}; 0 open, 1 full."""

import json

from forums.feeds.source import feed_response
from forums.models import ForumPart
from waic.editions.models import Room
from waic.editions.pages import edition_or_404
from waic.lib import clock
from waic.lib.pagecache import public_page


@public_page(ttl=30)
def rooms_json(request, year):
    """A room is full while the forum in it has no seat left."""
    edition = edition_or_404(year)
    now = clock.now()
    running = ForumPart.objects.filter(
        forum__edition=edition, forum__state="published", starts_at__lte=now, ends_at__gt=now
    )
    full = {
        p.room_id
        for p in running.select_related("forum")
        if p.forum.seats and not p.forum.seats_left
    }
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue")
    states = [{"roomname": str(room), "state": int(room.pk in full)} for room in rooms]
    return feed_response(json.dumps(states, ensure_ascii=False), "application/json")
