"""Organisations on the portal: founded once, joined by invitation, owned by somebody at any time, closed to others."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from waic.accounts.models import Membership, Organisation, Role, TeamInvitation
from waic.accounts.operations import invite_teammate
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

CODE = "91310000MA1FL0RR7H"  # made up, with a right checksum; see test_credit_code
NEW = {"name_zh": "示例科技", "name_en": "", "credit_code": "", "country": "DE", "city": "Berlin"}


def page_of(organisation):
    return reverse("accounts:organisation", args=[organisation.code])


@pytest.fixture
def own(client):
    """An organisation with one owner, who is signed in; somebody else's is there too."""
    MembershipFactory()
    member = MembershipFactory()
    client.force_login(member.user)
    return member.organisation


def told(template):
    return Message.objects.filter(template=template)


def roles(organisation):
    return sorted(organisation.memberships.values_list("role", flat=True))


def test_who_founds_one_owns_it(client):
    user = UserFactory()
    client.force_login(user)
    answer = client.post(reverse("accounts:organisations"), NEW)
    made = Organisation.objects.get(name_zh="示例科技")
    assert (answer.status_code, answer.url) == (302, page_of(made))
    assert list(made.memberships.values_list("user", "role")) == [(user.pk, Role.OWNER)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_zh": ""}, "name_zh"), ({"country": "CN", "credit_code": "123"}, "credit_code"), ({"name_zh": "x" * 500}, "name_zh"), ({"country": "ZZ"}, "country"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_founds_nothing(client, typed, field):
    client.force_login(UserFactory())
    answer = client.post(reverse("accounts:organisations"), NEW | {"city": "示例城"} | typed)
    errors = answer.context["form"].errors
    assert (answer.status_code, Organisation.objects.count()) == (400, 0)
    assert list(errors) == [field]
    assert "示例城" in answer.text


def test_a_known_credit_code_leads_to_its_owners_and_names_none(client):
    known = OrganisationFactory(credit_code=CODE)
    owner = MembershipFactory(organisation=known).user
    person = UserFactory()
    client.force_login(person)
    typed = NEW | {"country": "CN", "credit_code": CODE.lower()}
    answer = client.post(reverse("accounts:organisations"), typed)
    assert (answer.status_code, answer.context["known"]) == (400, known)
    assert owner.email not in answer.text
    assert not told("accounts/join_request")
    for _twice in range(2):
        client.post(reverse("accounts:organisations"), typed | {"step": "ask"})
    assert list(told("accounts/join_request").values_list("address", flat=True)) == [owner.email]
    assert not person.memberships.exists()


def test_a_teammate_is_invited_by_mail_and_joins_with_that_address_only(client, own):
    answer = client.post(
        page_of(own), {"step": "invite", "email": "New@Example.com", "role": Role.EDITOR}
    )
    assert (answer.status_code, roles(own)) == (302, [Role.OWNER])
    message = told("accounts/team_invitation").get()
    link = re.sub(r"^https?://[^/]+", "", message.link)
    assert message.address == "new@example.com"
    client.force_login(UserFactory())
    refused = client.post(link)
    assert (refused.status_code, roles(own)) == (403, [Role.OWNER])
    client.force_login(UserFactory(email="new@example.com"))
    assert [client.get(link).status_code, client.post(link).url] == [200, page_of(own)]
    assert roles(own) == [Role.EDITOR, Role.OWNER]
    assert client.get(link).status_code == 404, "used links look like made-up ones"


@pytest.mark.parametrize(
    "typed", ["not an address", "", "x" * 300 + "@example.com", "a@example.com, b@example.com"]
)
def test_a_wrong_address_is_not_invited(client, own, typed):
    answer = client.post(page_of(own), {"step": "invite", "email": typed, "role": Role.EDITOR})
    assert (answer.status_code, TeamInvitation.objects.count()) == (400, 0)
    assert answer.context["invite"].errors["email"]


def test_an_address_is_invited_once_and_again_after_the_first_has_ended(client, own):
    typed = {"step": "invite", "email": "new@example.com", "role": Role.VIEWER}
    codes = [client.post(page_of(own), typed).status_code for _twice in range(2)]
    TeamInvitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert [*codes, client.post(page_of(own), typed).status_code] == [302, 409, 302]
    assert TeamInvitation.objects.filter(withdrawn_at=None).count() == 1


def test_a_withdrawn_invitation_opens_nothing(client, own):
    invitation = invite_teammate(own, "new@example.com", Role.EDITOR, by=own.memberships.get().user)
    link = re.sub(r"^https?://[^/]+", "", told("accounts/team_invitation").get().link)
    client.post(page_of(own), {"step": "withdraw", "invitation": invitation.pk})
    client.force_login(UserFactory(email="new@example.com"))
    assert client.get(link).status_code == 404


def test_the_last_owner_stays_one(client, own):
    me = own.memberships.get()
    for step in ({"step": "remove"}, {"step": "role", "role": Role.VIEWER}):
        assert client.post(page_of(own), step | {"member": me.pk}).status_code == 409
    assert roles(own) == [Role.OWNER]
    MembershipFactory(organisation=own)
    assert client.post(page_of(own), {"step": "remove", "member": me.pk}).url == reverse(
        "accounts:organisations"
    )
    assert roles(own) == [Role.OWNER]


@pytest.mark.parametrize(
    ("role", "step", "status"),
    [
        (Role.VIEWER, {"step": "save"}, 409), (Role.VIEWER, {"step": "invite", "email": "x@example.com", "role": "editor"}, 409),
        (Role.EDITOR, {"step": "save", "name_zh": "示例新名", "country": "DE", "city": "Berlin"}, 302), (Role.EDITOR, {"step": "role", "role": "viewer"}, 409),
        (Role.EDITOR, {"step": "remove"}, 409), (Role.OWNER, {"step": "role", "role": "king"}, 409), (Role.OWNER, {"step": "nonsense"}, 404),
    ],
)  # fmt: skip
def test_owners_change_people_and_editors_data(client, own, role, step, status):
    owner = own.memberships.get()
    me = MembershipFactory(organisation=own, role=role)
    client.force_login(me.user)
    answer = client.post(page_of(own), step | {"member": owner.pk})
    assert (
        answer.status_code,
        Membership.objects.filter(pk=owner.pk, role=Role.OWNER).exists(),
    ) == (status, True)
    own.refresh_from_db()
    assert (own.name_zh == "示例新名") == (status == 302)


@pytest.mark.parametrize("raw", ["", "x", "²", "9" * 40, "0"])
def test_members_of_other_organisations_are_not_there(client, own, raw):
    foreign = Membership.objects.exclude(organisation=own).get()
    for member in (raw, foreign.pk):
        assert client.post(page_of(own), {"step": "remove", "member": member}).status_code == 404
    assert client.get(page_of(foreign.organisation)).status_code == 404
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_takes_the_same_queries(client, own, count, django_assert_max_num_queries):
    MembershipFactory.create_batch(count, organisation=own, role=Role.EDITOR)
    client.get(page_of(own))
    with django_assert_max_num_queries(8):
        assert client.get(page_of(own)).text.count("@example.com") >= count
