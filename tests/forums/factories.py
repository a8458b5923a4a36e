"""Bland rows of the programme. Names are samples."""

from datetime import datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from forums import models
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import Room, Venue
from waic.lib import clock

DAY = datetime(2024, 7, 5).date()  # the second day of the sample edition


def at(hours, day=DAY):
    """A moment of a day in Shanghai: at("13:30")."""
    return datetime.combine(day, time.fromisoformat(hours), tzinfo=clock.ZONE)


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue

    edition = factory.SubFactory(EditionFactory)
    name_zh = factory.Sequence(lambda n: f"示例中心{n}")
    name_en = factory.Sequence(lambda n: f"Sample Centre {n}")


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    venue = factory.SubFactory(VenueFactory)
    name_zh = factory.Sequence(lambda n: f"示例厅{n}")
    name_en = factory.Sequence(lambda n: f"Sample room {n}")


class ForumKindFactory(DjangoModelFactory):
    class Meta:
        model = models.ForumKind
        django_get_or_create = ["edition", "key"]

    edition = factory.SubFactory(EditionFactory)
    key = "industry"
    name_zh = "行业论坛"
    name_en = "Industry forum"


class ForumFactory(DjangoModelFactory):
    """A draft; `published=True` for one everybody sees."""

    class Meta:
        model = models.Forum

    class Params:
        published = factory.Trait(state="published", published_at=at("09:00"))

    edition = factory.SubFactory(EditionFactory)
    kind = factory.SubFactory(ForumKindFactory, edition=factory.SelfAttribute("..edition"))
    title_zh = factory.Sequence(lambda n: f"示例论坛{n}")
    title_en = factory.Sequence(lambda n: f"Sample forum {n}")


class PartFactory(DjangoModelFactory):
    class Meta:
        model = models.ForumPart

    forum = factory.SubFactory(ForumFactory, published=True)
    room = factory.SubFactory(RoomFactory, venue__edition=factory.SelfAttribute("...forum.edition"))
    starts_at = at("10:00")
    ends_at = at("12:00")


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = models.Session

    forum = factory.SubFactory(ForumFactory, published=True)
    title_zh = factory.Sequence(lambda n: f"示例演讲{n}")
    title_en = factory.Sequence(lambda n: f"Sample talk {n}")


class SlotFactory(DjangoModelFactory):
    class Meta:
        model = models.Slot

    session = factory.SubFactory(SessionFactory)
    room = None
    starts_at = at("10:00")
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(minutes=30))


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = models.Speaker

    edition = factory.SubFactory(EditionFactory)
    name_zh = factory.Sequence(lambda n: f"示例嘉宾{n}")
    name_en = factory.Sequence(lambda n: f"Sample Speaker {n}")
    affiliation_zh = "示例大学"
    affiliation_en = "Sample University"


class HonourFactory(DjangoModelFactory):
    class Meta:
        model = models.Honour

    speaker = factory.SubFactory(SpeakerFactory)
    kind = "turing"
    name_zh = "图灵奖"
    name_en = "Turing Award"


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = models.Participation

    forum = factory.SubFactory(ForumFactory, published=True)
    speaker = factory.SubFactory(SpeakerFactory, edition=factory.SelfAttribute("..forum.edition"))


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = models.Invitation

    forum = factory.SubFactory(ForumFactory)
    speaker = factory.SubFactory(
        SpeakerFactory,
        edition=factory.SelfAttribute("..forum.edition"),
        email=factory.Sequence(lambda n: f"speaker{n}@example.com"),
    )


def sent(invitation, **fields):
    """An invitation whose content a second person approved, and that went out; the invitation."""
    from forums.operations.invitations import approve_content, send_invitation

    approve_content(invitation, by=UserFactory())
    return send_invitation(invitation, **fields)


def placed(forum, room=None, starts="10:00", ends="12:00", day=DAY):
    """Give a forum a part and the times that follow from it; the forum."""
    from forums.operations.forums import keep_times

    models.ForumPart.objects.create(
        forum=forum, room=room, starts_at=at(starts, day), ends_at=at(ends, day)
    )
    keep_times(forum)
    return forum


def published_forum(room=None, starts="10:00", ends="12:00", day=DAY, **fields):
    """A published forum with one part."""
    return placed(ForumFactory(published=True, **fields), room, starts, ends, day)


def timed_session(forum, starts="10:00", minutes=30, room=None, day=DAY, **fields):
    """A session with one slot; the session."""
    session = SessionFactory(forum=forum, **fields)
    start = at(starts, day)
    SlotFactory(
        session=session, room=room, starts_at=start, ends_at=start + timedelta(minutes=minutes)
    )
    return session
