"""Bland people, editions and files for the ground's tests."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from waic.accounts.models import Organisation, User
from waic.editions.models import Edition


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"someone{n}@example.com")
    name = factory.Sequence(lambda n: f"示例 {n}")


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = Edition
        django_get_or_create = ["year"]

    year = 2024
    name_zh = "示例大会"
    name_en = "Sample Conference"
    starts_on = factory.LazyAttribute(lambda o: date(o.year, 7, 4))
    ends_on = factory.LazyAttribute(lambda o: date(o.year, 7, 6))
    is_current = factory.LazyAttribute(lambda o: o.year == 2024)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name_zh = factory.Sequence(lambda n: f"示例单位 {n}")
    name_en = factory.Sequence(lambda n: f"Sample organisation {n}")
    country = "CN"
    city = "上海"
