"""An edition with a kind and two rooms, somebody of the programme desk, and a forum on two mornings."""

import pytest
from django.contrib.auth.models import Group

from forums.models import ForumKind
from tests.forums.factories import ForumFactory, PartFactory
from tests.forums.imports.agendas import at, gold
from tests.lib.factories import EditionFactory, UserFactory
from waic.editions.models import Room, Venue


@pytest.fixture
def edition():
    edition = EditionFactory()
    ForumKind.objects.create(
        edition=edition, key="industry", name_zh="行业论坛", name_en="Industry forum"
    )
    venue = Venue.objects.create(edition=edition, name_zh="示例中心", name_en="Sample Centre")
    for name, english in (("金厅", "Gold Hall"), ("银厅", "Silver Hall")):
        Room.objects.create(venue=venue, name_zh=name, name_en=english)
    return edition


@pytest.fixture
def desk(client, edition):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name="programme"))
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def forum(edition):
    """A forum on two mornings in the gold hall; another edition has one of the same name."""
    ForumFactory(edition=EditionFactory(year=2023), title_zh="示例论坛")
    forum = ForumFactory(
        edition=edition, kind=ForumKind.objects.get(edition=edition), title_zh="示例论坛"
    )
    for day in (4, 5):
        PartFactory(forum=forum, room=gold(), starts_at=at(day, 9), ends_at=at(day, 12))
    return forum
