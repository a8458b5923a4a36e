"""What the database keeps of people, organisations, memberships and invitations."""

import pytest
from django.db import IntegrityError, transaction

from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from waic.accounts.models import ApiToken, Organisation, TeamInvitation, User
from waic.accounts.operations import make_token

pytestmark = pytest.mark.django_db

CODE = "91350100M000100Y43"


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_addresses_are_kept_in_lower_case_and_once():
    person = User.objects.create_user("Some.Body@Example.COM", "x")
    assert person.email == "some.body@example.com"
    with refused("accounts_user_email_in_lower_case"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(email="Some.Body@example.com")
    with refused("email"), transaction.atomic():
        User.objects.create_user("SOME.body@example.com", "x")
    assert User.objects.get_by_natural_key("SOME.BODY@example.com") == person


def test_a_credit_code_belongs_to_one_organisation_but_many_have_none():
    OrganisationFactory.create_batch(2, credit_code="")
    OrganisationFactory(credit_code=CODE.lower())
    with refused("accounts_organisation_one_per_credit_code"), transaction.atomic():
        OrganisationFactory(credit_code=CODE)
    assert sorted(Organisation.objects.values_list("credit_code", flat=True)) == ["", "", CODE]


def test_an_organisation_has_a_name_in_one_language():
    assert str(OrganisationFactory(name_zh="", name_en="Only English")) == "Only English"
    with refused("accounts_organisation_has_a_name"), transaction.atomic():
        OrganisationFactory(name_zh="", name_en="")


def test_a_person_works_for_an_organisation_once():
    member = MembershipFactory()
    with refused("accounts_membership_once_per_person"), transaction.atomic():
        MembershipFactory(organisation=member.organisation, user=member.user)


def test_an_address_has_one_open_invitation_per_organisation():
    organisation = OrganisationFactory()
    TeamInvitation.objects.create(organisation=organisation, email="a@example.com", digest="1")
    TeamInvitation.objects.create(organisation=OrganisationFactory(), email="a@example.com", digest="2")  # fmt: skip
    with refused("accounts_teaminvitation_one_open_per_address"), transaction.atomic():
        TeamInvitation.objects.create(organisation=organisation, email="A@example.com", digest="3")


def test_of_a_token_only_the_digest_is_stored():
    token, secret = make_token(UserFactory(), "sample", can_write=False, days=30)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret.startswith("waic_")
    assert all(secret not in str(value) for value in row.values())


def test_people_are_called_by_name_or_else_by_address():
    assert [str(UserFactory(name="甲")), str(UserFactory(name="", email="b@example.com"))] == ["甲", "b@example.com"]  # fmt: skip
