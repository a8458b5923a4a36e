"""Bland tickets, gates and what belongs to them."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from tests.forums.factories import VenueFactory
from tests.lib.factories import EditionFactory, UserFactory
from waic.visitors import models

DAY, NEXT_DAY = date(2024, 7, 5), date(2024, 7, 6)


class TicketTypeFactory(DjangoModelFactory):
    class Meta:
        model = models.TicketType
        django_get_or_create = ["edition", "key"]

    edition = factory.SubFactory(EditionFactory)
    key = "public"
    name_zh = "示例票"
    name_en = "Sample ticket"
    price = 0


class DayQuotaFactory(DjangoModelFactory):
    class Meta:
        model = models.DayQuota

    edition = factory.SubFactory(EditionFactory)
    date = DAY
    capacity = 10


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = models.Registration

    edition = factory.SubFactory(EditionFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")
    email = factory.SelfAttribute("user.email")


class TicketFactory(DjangoModelFactory):
    class Meta:
        model = models.Ticket

    registration = factory.SubFactory(RegistrationFactory)
    ticket_type = factory.SubFactory(
        TicketTypeFactory, edition=factory.SelfAttribute("..registration.edition")
    )
    date = DAY


class GateFactory(DjangoModelFactory):
    class Meta:
        model = models.Gate

    venue = factory.SubFactory(VenueFactory)
    name_zh = factory.Sequence(lambda n: f"示例{n}号口")
    name_en = factory.Sequence(lambda n: f"Sample gate {n}")


class ScanFactory(DjangoModelFactory):
    class Meta:
        model = models.Scan

    gate = factory.SubFactory(GateFactory)
    ticket = factory.SubFactory(TicketFactory)
    verdict = "entered"
    day = DAY
    scanned_by = factory.SubFactory(UserFactory)
