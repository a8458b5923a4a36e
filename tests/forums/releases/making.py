"""Making a release, moving its forum, reading a page as the public does."""

from forums.operations.forums import place_part
from forums.operations.releasing import release_programme
from tests.forums.factories import (
    at,
)
from waic.editions.models import Edition
from waic.lib import pagecache


def release(edition, **more):
    edition = Edition.objects.get(pk=edition.pk)
    newest = edition.releases.first()
    expects = newest.number + 1 if newest else 1
    return release_programme(edition, **{"by": None, "expects": expects, **more})


def move(forum, starts, ends, room=None):
    part = forum.parts.get()
    part.starts_at, part.ends_at = at(starts), at(ends)
    part.room = room or part.room
    return place_part(part)


def page(client, address):
    pagecache._bump_now()
    return client.get(address)
