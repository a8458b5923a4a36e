"""Saving drafts: nothing typed is lost, and two people do not overwrite each other (R9)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from exhibitors import drafts
from exhibitors.operations.applying import save_draft
from tests.exhibitors.factories import (
    ApplicationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from waic.accounts.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return ApplicationFactory(city="上海", profile_zh="旧简介")


@pytest.fixture
def member(draft):
    return MembershipFactory(organisation=draft.organisation).user


def save(draft, by, texts, values=None, seen=None):
    """Save as a form does: values are what of the texts is right."""
    values = values if values is not None else texts
    return save_draft(draft, by=by, values=values, texts=texts, seen=seen)


def test_a_part_is_saved_and_the_rest_stays(draft, member):
    save(draft, member, {"city": "杭州"})
    draft.refresh_from_db()
    assert (draft.city, draft.profile_zh, draft.version, draft.changed_by) == (
        "杭州", "旧简介", 2, member,
    )  # fmt: skip


def test_what_is_wrong_is_kept_as_typed_until_it_is_right(draft, member):
    save(draft, member, {"website": "not an address", "city": "杭州"}, {"city": "杭州"})
    draft.refresh_from_db()
    assert (draft.website, draft.typed, draft.city) == ("", {"website": "not an address"}, "杭州")
    assert drafts.application_texts(draft)["website"] == "not an address"

    save(draft, member, {"website": "https://example.com"})
    draft.refresh_from_db()
    assert (draft.website, draft.typed) == ("https://example.com", {})


def test_a_wrong_text_without_end_is_told_and_not_kept(draft, member):
    saved = save(draft, member, {"website": "x" * 20_001}, {})
    draft.refresh_from_db()
    assert saved.too_long == {"website"}
    assert (draft.typed, draft.version) == ({}, 1)


def test_saving_nothing_new_changes_nothing(draft, member):
    save(draft, member, {"city": "上海"})
    draft.refresh_from_db()
    assert (draft.version, draft.changed_by) == (1, None)


@pytest.fixture
def colleague(draft):
    return MembershipFactory(organisation=draft.organisation, role=Role.EDITOR).user


def test_two_people_in_different_fields_keep_both(draft, member, colleague):
    seen = drafts.digests(drafts.application_texts(draft))
    save(draft, colleague, {"city": "杭州", "profile_zh": "旧简介"}, seen=seen)
    mine = {"city": "上海", "profile_zh": "新简介"}
    second = save(draft, member, mine, seen=seen)
    draft.refresh_from_db()
    assert (draft.city, draft.profile_zh, second.conflicts) == ("杭州", "新简介", {})

    # The form still shows the old city; saving it again must not bring that back.
    save(draft, member, {**mine, "profile_zh": "更新的简介"}, seen=second.seen)
    draft.refresh_from_db()
    assert (draft.city, draft.profile_zh) == ("杭州", "更新的简介")


def test_two_people_in_one_field_the_second_is_told(draft, member, colleague):
    seen = drafts.digests(drafts.application_texts(draft))
    save(draft, colleague, {"city": "杭州"}, seen=seen)
    second = save(draft, member, {"city": "苏州"}, seen=seen)
    draft.refresh_from_db()
    assert (draft.city, second.conflicts) == ("杭州", {"city": "杭州"})

    again = save(draft, member, {"city": "苏州"}, seen=second.seen)
    draft.refresh_from_db()
    assert (draft.city, again.conflicts) == ("苏州", {})


def test_one_person_has_no_conflict_with_an_earlier_save(draft, member):
    seen = drafts.digests(drafts.application_texts(draft))
    save(draft, member, {"city": "杭"}, seen=seen)
    late = save(draft, member, {"city": "杭州"}, seen=seen)
    draft.refresh_from_db()
    assert (draft.city, late.conflicts) == ("杭州", {})


def test_emoji_and_line_ends_are_kept(draft, member):
    save(draft, member, {"profile_zh": "机器人🤖\r\n第二行"})
    draft.refresh_from_db()
    assert draft.profile_zh == "机器人🤖\n第二行"


def test_credit_code_goes_to_the_organisation(draft, member):
    save(draft, member, {"credit_code": "91310000MA1FL4B75Q"})
    draft.organisation.refresh_from_db()
    assert draft.organisation.credit_code == "91310000MA1FL4B75Q"


def test_credit_code_of_somebody_else_is_kept_as_typed(draft, member):
    OrganisationFactory(credit_code="91310000MA1FL4B75Q")
    save(draft, member, {"credit_code": "91310000MA1FL4B75Q"})
    draft.refresh_from_db()
    draft.organisation.refresh_from_db()
    assert draft.typed == {"credit_code": "91310000MA1FL4B75Q"}
    assert draft.organisation.credit_code == ""


def test_credit_code_of_an_exhibitor_is_settled(draft, member):
    draft.organisation.credit_code = "91310000MA1FL4B75Q"
    draft.organisation.save()
    ApplicationFactory(organisation=draft.organisation, edition__year=2023, approved=True)
    save(draft, member, {"credit_code": ""})
    draft.organisation.refresh_from_db()
    assert draft.organisation.credit_code == "91310000MA1FL4B75Q"


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_who_may_not_act_for_the_organisation_saves_nothing(draft, role):
    person = UserFactory()
    if role:
        MembershipFactory(user=person, organisation=draft.organisation, role=role)
    with pytest.raises(PermissionDenied):
        save(draft, person, {"city": "杭州"})
    draft.refresh_from_db()
    assert draft.city == "上海"


def test_an_application_with_the_desk_is_not_changed():
    application = ApplicationFactory(submitted=True)
    member = MembershipFactory(organisation=application.organisation).user
    with pytest.raises(ValidationError) as refusal:
        save(application, member, {"city": "杭州"})
    assert refusal.value.code == "not_editable"


def test_whole_values_are_checked_against_their_version(draft, member):
    save_draft(draft, by=member, values={"city": "杭州"}, version=1)
    with pytest.raises(ValidationError) as refusal:
        save_draft(draft, by=member, values={"city": "苏州"}, version=1)
    draft.refresh_from_db()
    assert (refusal.value.code, draft.city) == ("stale", "杭州")
