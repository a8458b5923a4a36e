"""The whole programme that the public sees, as rows to print from."""

from collections import defaultdict

from forums.models import ForumOrganisation, OrganisationRole
from forums.releases.shown import public_programme
from waic.lib import clock
from waic.lib.templatetags.dates import hour

HOSTING = (OrganisationRole.HOST, OrganisationRole.ORGANISER)


def forums_of(edition):
    """Forums that take place, each with parts, sessions, slots and people at hand; the same few queries for any size."""
    return list(public_programme(edition).whole())


def hosts_of(forums):
    """{number of a forum: [its hosts and organisers in order]}, one query."""
    numbers = [forum.pk for forum in forums]
    rows = ForumOrganisation.objects.filter(forum__in=numbers, role__in=HOSTING)
    found = defaultdict(list)
    for row in rows.select_related("organisation").order_by("-role", "order", "pk"):
        found[row.forum_id].append(row.organisation)
    return found


def guests_of(forum):
    """The people of a forum who are in none of its sessions by name."""
    if hasattr(forum, "guests"):  # a release keeps them apart
        return list(forum.guests)
    return [p.speaker for p in forum.participations.all() if p.speaker.is_person]


def agenda_of(forum):
    """[(slot, session)] of what takes place, in order of time."""
    rows = [(slot, session) for session in forum.sessions.all() for slot in session.slots.all()]
    held = [row for row in rows if row[0].state != "cancelled"]
    return sorted(held, key=lambda row: (row[0].starts_at, row[1].order, row[0].pk))


def parts_of(forum):
    """Parts that take place, in order of time."""
    parts = [p for p in forum.parts.all() if getattr(p, "state", "") != "cancelled"]
    return sorted(parts, key=lambda part: (part.starts_at, part.pk))


def day_of(moment):
    return moment.astimezone(clock.ZONE).date()


def span(row):
    """09:00–10:30"""
    return f"{hour(row.starts_at)}–{hour(row.ends_at)}"
