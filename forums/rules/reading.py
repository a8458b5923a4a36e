"""An edition's rows as the facts of the rules, one query each."""

from collections import defaultdict
from datetime import datetime

from forums.models import (
    Availability,
    Forum,
    ForumOrganisation,
    ForumPart,
    ForumState,
    OrganisationRole,
    Participation,
    ProtocolItem,
    Slot,
    SlotState,
    Speaker,
)
from forums.rules.facts import ForumFacts, Item, Place, Span
from waic.editions.models import HallWalk, OpeningHours, Room
from waic.lib import clock
from waic.lib.text import localized


def forums_of(edition):
    """{number: ForumFacts} of the forums that are not called off."""
    hosts = defaultdict(set)
    rows = ForumOrganisation.objects.filter(forum__edition=edition, role=OrganisationRole.HOST)
    for forum, organisation in rows.values_list("forum_id", "organisation_id"):
        hosts[forum].add(organisation)
    forums = Forum.objects.of_edition(edition).exclude(state=ForumState.CANCELLED)
    return {f.pk: facts_of(f, hosts[f.pk]) for f in forums}


def facts_of(forum, hosts=()):
    return ForumFacts(
        forum.pk or 0, forum.code, localized(forum, "title"), bool(forum.title_en), forum.state, forum.theme,
        forum.language, forum.interpretation, forum.seats, forum.seats_taken, forum.is_online, frozenset(hosts),
    )  # fmt: skip


def parts_of(edition):
    rows = ForumPart.objects.filter(forum__edition=edition).exclude(
        forum__state=ForumState.CANCELLED
    )
    columns = ("pk", "forum_id", "room_id", "starts_at", "ends_at")
    return tuple(Item("part", *row) for row in rows.order_by("pk").values_list(*columns))


def slots_of(edition):
    rows = Slot.objects.filter(session__forum__edition=edition).exclude(state=SlotState.CANCELLED)
    rows = rows.exclude(session__forum__state=ForumState.CANCELLED).select_related("session")
    return tuple(
        Item(
            "slot", s.pk, s.session.forum_id, s.room_id, s.starts_at, s.ends_at,
            localized(s.session, "title"), s.session_id,
        )
        for s in rows.order_by("pk")
    )  # fmt: skip


def places_of(edition):
    rooms = Room.objects.filter(venue__edition=edition).select_related("venue")
    return {
        r.pk: Place(r.pk, str(r), r.venue_id, r.hall_id, r.capacity, r.allows_parallel)
        for r in rooms
    }


def people_of(edition):
    found = defaultdict(set)
    rows = Participation.objects.expected().filter(forum__edition=edition, speaker__is_person=True)
    for forum, session, person in rows.values_list("forum_id", "session_id", "speaker_id"):
        found[forum, session].add(person)
    return dict(found)


def names_of(edition):
    return {s.pk: str(s) for s in Speaker.objects.of_edition(edition).only("name_zh", "name_en")}


def walks_of(edition):
    rows = HallWalk.objects.filter(start__venue__edition=edition)
    return {
        frozenset((start, end)): minutes
        for start, end, minutes in rows.values_list("start_id", "end_id", "minutes")
    }


def hours_of(edition):
    """(venue, date) -> [(opens, closes)], aware."""
    found = defaultdict(list)
    for row in OpeningHours.objects.filter(venue__edition=edition):
        span = (
            datetime.combine(row.date, row.opens, tzinfo=clock.ZONE),
            datetime.combine(row.date, row.closes, tzinfo=clock.ZONE),
        )
        found[row.venue_id, row.date].append(span)
    return dict(found)


def availability_of(edition):
    found = defaultdict(list)
    rows = Availability.objects.filter(speaker__edition=edition)
    for row in rows.order_by("starts_at"):
        found[row.speaker_id].append(Span(row.speaker_id, row.starts_at, row.ends_at))
    return dict(found)


def protocol_of(edition):
    rows = ProtocolItem.objects.filter(edition=edition).order_by("starts_at", "pk")
    return tuple(
        Span(person, row.starts_at, row.ends_at, localized(row, "title"), row.hall_id)
        for row in rows.prefetch_related("people")
        for person in sorted(p.pk for p in row.people.all())
    )
