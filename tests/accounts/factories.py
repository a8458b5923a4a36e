"""Bland people and organisations. Names and addresses are samples."""

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from waic.accounts.models import Membership, Organisation, Role, User

PASSWORD = "a-long-sample-password"


class UserFactory(DjangoModelFactory):
    """Somebody with a confirmed address who can sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"示例人员{n}")

    @factory.post_generation
    def password(self, _create, extracted, **_kwargs):
        self.set_password(extracted or PASSWORD)
        self.save()

    @factory.post_generation
    def address(self, _create, extracted, **_kwargs):
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name_zh = factory.Sequence(lambda n: f"示例单位{n}")
    name_en = factory.Sequence(lambda n: f"Sample organisation {n}")
    country = "CN"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER
