"""Starting, submitting and withdrawing an application."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError

from exhibitors import completeness
from exhibitors.models import Allocation, Application
from exhibitors.operations.applying import (
    attach,
    detach,
    start_application,
    submit_application,
    withdraw_application,
)
from tests.exhibitors.factories import (
    CLOSES,
    DURING,
    OPENS,
    AllocationFactory,
    ApplicationFactory,
    CallFactory,
    FirstLaunchFactory,
    MembershipFactory,
    UserFactory,
    complete_draft,
)
from tests.exhibitors.uploads import pdf, png
from waic.accounts.models import Organisation, Role
from waic.lib import clock
from waic.lib.models import StepRecord, StoredFile
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

COMPANY = {
    "name_zh": "示例机器人有限公司", "name_en": "Sample Robotics Ltd",
    "credit_code": "91310000MA1FL4B75Q", "country": "CN", "city": "上海",
}  # fmt: skip


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


# --- Start --------------------------------------------------------------------------------------


def test_a_new_company_is_made_on_the_way():
    person = UserFactory(name="示例甲", phone="138")
    application = start_application(CallFactory(), by=person, company=COMPANY)
    organisation = Organisation.objects.get()
    assert {name: getattr(organisation, name) for name in COMPANY} == COMPANY
    assert organisation.memberships.get().user == person
    assert organisation.memberships.get().role == Role.OWNER
    assert (application.state, application.organisation, application.name_zh) == (
        "draft", organisation, "示例机器人有限公司",
    )  # fmt: skip
    assert (application.contact_name, application.contact_email) == ("示例甲", person.email)


def test_a_wrong_credit_code_makes_neither_company_nor_draft():
    with pytest.raises(ValidationError) as refusal:
        start_application(
            CallFactory(), by=UserFactory(), company={**COMPANY, "credit_code": "1" * 18}
        )
    assert "credit_code" in refusal.value.message_dict
    assert (Organisation.objects.count(), Application.objects.count()) == (0, 0)


def test_the_same_key_answers_the_same_draft():
    call, person, key = CallFactory(), UserFactory(), uuid4()
    first = start_application(call, by=person, company=COMPANY, entry_key=key)
    again = start_application(call, by=person, company=COMPANY, entry_key=key)
    assert (again, Organisation.objects.count()) == (first, 1)


def test_an_organisation_applies_once_per_edition():
    call, membership = CallFactory(), MembershipFactory()
    start_application(call, by=membership.user, organisation=membership.organisation)
    with pytest.raises(ValidationError):
        start_application(call, by=membership.user, organisation=membership.organisation)


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_only_who_may_act_for_an_organisation_applies_for_it(role):
    membership, person = MembershipFactory(), UserFactory()
    if role:
        MembershipFactory(user=person, organisation=membership.organisation, role=role)
    with pytest.raises(PermissionDenied):
        start_application(CallFactory(), by=person, organisation=membership.organisation)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (OPENS - timedelta(seconds=1), False),
        (OPENS, True),
        (CLOSES - timedelta(seconds=1), True),
        (CLOSES, False),
        (CLOSES + timedelta(seconds=1), False),
    ],
)
def test_one_applies_while_the_call_is_open(moment, is_open):
    call, person = CallFactory(), UserFactory()
    with clock.frozen_at(moment):
        if is_open:
            start_application(call, by=person, company=COMPANY)
        else:
            with pytest.raises(ValidationError) as refusal:
                start_application(call, by=person, company=COMPANY)
            assert refusal.value.code == "closed"
    assert Application.objects.count() == int(is_open)


# --- Submit -------------------------------------------------------------------------------------


def test_a_complete_draft_is_submitted():
    application, person = complete_draft()
    submit_application(application, by=person, version=1)
    application.refresh_from_db()
    assert (application.state, application.submitted_at, application.version) == (
        "submitted", DURING, 2,
    )  # fmt: skip
    record = StepRecord.objects.of(application).get()
    assert (record.step, record.before, record.after, record.by) == (
        "submit", "draft", "submitted", person,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (CLOSES - timedelta(seconds=1), "submitted"),
        (CLOSES, "draft"),
        (CLOSES + timedelta(seconds=1), "draft"),
    ],
)
def test_the_deadline_is_exact(moment, state):
    application, person = complete_draft()
    with clock.frozen_at(moment):
        try:
            submit_application(application, by=person)
        except ValidationError as refusal:
            assert refusal.code == "closed"  # noqa: PT017
    application.refresh_from_db()
    assert application.state == state
    assert Message.objects.exists() == (state == "submitted")


def test_what_the_desk_sent_back_returns_after_the_deadline():
    application, person = complete_draft(state="changes", submitted_at=DURING)
    with clock.frozen_at(CLOSES + timedelta(days=1)):
        submit_application(application, by=person)
    application.refresh_from_db()
    assert application.state == "submitted"


def test_without_a_call_nothing_is_submitted():
    application, person = complete_draft()
    application.edition.exhibition_call.delete()
    with pytest.raises(ValidationError) as refusal:
        submit_application(application, by=person)
    assert refusal.value.code == "closed"


def test_twice_submitted_is_submitted_once():
    application, person = complete_draft()
    submit_application(application, by=person)
    with pytest.raises(ValidationError) as refusal:
        submit_application(application, by=person)
    assert refusal.value.code == "not_allowed"
    assert StepRecord.objects.of(application).count() == 1


def test_what_changed_since_it_was_looked_at_is_not_submitted():
    application, person = complete_draft()
    Application.objects.update(version=2)
    with pytest.raises(ValidationError) as refusal:
        submit_application(application, by=person, version=1)
    application.refresh_from_db()
    assert (refusal.value.code, application.state) == ("stale", "draft")


LACKS = {
    "name_zh": {"name_zh": ""},
    "country": {"country": ""},
    "city": {"city": ""},
    "block": {"block": None},
    "contact_name": {"contact_name": ""},
    "contact_email": {"contact_email": ""},
    "contact_phone": {"contact_phone": ""},
    "licence": {"licence": None},
    "profile_zh": {"profile_zh": ""},
    "website": {"typed": {"website": "x"}},
}


@pytest.mark.parametrize("lacking", LACKS)
def test_an_incomplete_draft_says_what_is_missing(lacking):
    application, person = complete_draft()
    assert completeness.gaps(application) == []
    for name, value in LACKS[lacking].items():
        setattr(application, name, value)
    application.save()
    # A Chinese company without a country is asked for its English name, too, until that is known.
    assert lacking in [gap.field for gap in completeness.gaps(application)]
    with pytest.raises(ValidationError) as refusal:
        submit_application(application, by=person)
    application.refresh_from_db()
    assert (refusal.value.error_list[0].code, application.state) == ("incomplete", "draft")


def test_exhibits_their_evidence_and_the_credit_code_are_asked_for():
    application, _person = complete_draft()
    launch = FirstLaunchFactory(exhibit=application.exhibits.get(), evidence="")
    application.organisation.credit_code = ""
    assert [gap.field for gap in completeness.gaps(application)] == ["credit_code", "exhibits"]
    launch.exhibit.delete()
    assert [gap.field for gap in completeness.gaps(application)] == ["credit_code", "exhibits"]


def test_a_company_from_abroad_needs_an_english_name_and_no_credit_code():
    application, _person = complete_draft(country="DE", city="Berlin", name_zh="", name_en="")
    application.organisation.credit_code = ""
    assert [gap.field for gap in completeness.gaps(application)] == ["name_en"]


def test_a_viewer_does_not_submit():
    application, _person = complete_draft()
    viewer = MembershipFactory(organisation=application.organisation, role=Role.VIEWER).user
    with pytest.raises(PermissionDenied):
        submit_application(application, by=viewer)


# --- Withdraw -----------------------------------------------------------------------------------


def test_withdrawing_gives_booths_back_and_allows_to_begin_anew():
    application, person = complete_draft(state="submitted", submitted_at=DURING)
    allocation = AllocationFactory(application=application)
    withdraw_application(application, by=person, reason="示例原因")
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert not Allocation.objects.current().filter(pk=allocation.pk).exists()
    call = application.edition.exhibition_call
    assert start_application(call, by=person, organisation=application.organisation).pk


def test_an_exhibitor_does_not_withdraw_alone():
    application, person = complete_draft()
    Application.objects.update(state="approved", submitted_at=DURING, decided_at=DURING)
    with pytest.raises(ValidationError) as refusal:
        withdraw_application(application, by=person)
    assert refusal.value.code == "not_allowed"


# --- Files --------------------------------------------------------------------------------------


def blobs():
    """Every file below the media folder."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_licence_is_kept_privately_and_replaces_the_one_before():
    application, person = complete_draft()
    before = application.licence
    attach(application, "licence", pdf("营业执照.pdf"), by=person)
    application.refresh_from_db()
    assert (application.licence.name, application.licence.media_type) == (
        "营业执照.pdf", "application/pdf",
    )  # fmt: skip
    assert (application.licence.is_public, application.licence.uploaded_by) == (False, person)
    assert not StoredFile.objects.filter(pk=before.pk).exists()


def test_a_refused_file_leaves_nothing_behind():
    application = ApplicationFactory(submitted=True)
    person = MembershipFactory(organisation=application.organisation).user
    before = blobs()
    with pytest.raises(ValidationError) as refusal:
        attach(application, "licence", png(), by=person)
    assert refusal.value.code == "not_editable"
    assert not StoredFile.objects.exists()
    assert blobs() == before


def test_detaching_twice_is_harmless():
    application, person = complete_draft()
    detach(application, "licence", by=person)
    detach(application, "licence", by=person)
    application.refresh_from_db()
    assert application.licence is None
    assert not StoredFile.objects.exists()
