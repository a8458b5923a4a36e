"""The steps of an application: each possible pair, once each, one mail each in the applicant's language."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection

from exhibitors.models import APPLICATION, Allocation, ApplicationState, ClaimState
from exhibitors.operations import applying, deciding
from exhibitors.operations.booths import allocate_booth, release_booth
from tests.exhibitors.factories import (
    DURING,
    AllocationFactory,
    ApplicationFactory,
    BoothFactory,
    FirstLaunchFactory,
    HallFactory,
    UserFactory,
    complete_draft,
)
from waic.accounts.models import Language
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

OPERATIONS = {
    "submit": applying.submit_application, "withdraw": applying.withdraw_application, "approve": deciding.approve_application,
    "ask_for_changes": deciding.ask_for_changes, "decline": deciding.decline_application, "reopen": deciding.reopen_application,
}  # fmt: skip
# (state, step) → state after it; every other pair is refused.
TABLE = {
    ("draft", "submit"): "submitted", ("changes", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn", ("submitted", "withdraw"): "withdrawn", ("changes", "withdraw"): "withdrawn",
    ("submitted", "approve"): "approved", ("submitted", "ask_for_changes"): "changes", ("submitted", "decline"): "declined",
    ("approved", "reopen"): "changes", ("declined", "reopen"): "changes",
}  # fmt: skip
TEMPLATES = {
    "submit": "submitted", "withdraw": "withdrawn", "approve": "approved", "ask_for_changes": "changes",
    "decline": "declined", "reopen": "reopened",
}  # fmt: skip
REASON = "请补充<b>示例</b> & “材料”"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def in_state(state, **fields):
    """A complete application in a state, and the person it belongs to."""
    return complete_draft(state=state, submitted_at=DURING, decided_at=DURING, **fields)


def take(application, step, person):
    """Take a step as whoever takes it: the applicant, or somebody of the desk."""
    by = person if APPLICATION[step].side == "theirs" else UserFactory()
    given = {} if step == "submit" else {"reason": REASON}
    return OPERATIONS[step](application, by=by, **given)


def test_every_step_is_in_the_table():
    allowed = {
        (source, step.name): step.target for step in APPLICATION.steps for source in step.sources
    }
    assert allowed == TABLE
    assert set(OPERATIONS) == {step.name for step in APPLICATION.steps}


@pytest.mark.parametrize("step", OPERATIONS)
@pytest.mark.parametrize("state", ApplicationState.values)
def test_every_pair_of_state_and_step(state, step):
    application, person = in_state(state)
    after = TABLE.get((state, step))
    if after is None:
        with pytest.raises(ValidationError) as refusal:
            take(application, step, person)
        assert refusal.value.code == "not_allowed"
    else:
        take(application, step, person)
    application.refresh_from_db()
    assert application.state == (after or state)
    assert StepRecord.objects.of(application).count() == Message.objects.filter(address=person.email).count() == bool(after)  # fmt: skip


# --- Mail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [Language.ZH, Language.EN])
@pytest.mark.parametrize(("state", "step"), TABLE)
def test_a_step_sends_one_mail_in_the_applicants_language(state, step, language):
    person = UserFactory(language=language)
    application, _person = in_state(
        state,
        user=person,
        contact_email=person.email.upper(),
        name_zh="示例<甲>",
        name_en="Sample <A>",
    )
    take(application, step, person)
    message = Message.objects.get()
    prefix = "/en" if language == Language.EN else ""
    assert (message.address, message.template, message.language) == (
        person.email, f"exhibitors/{TEMPLATES[step]}", "en" if prefix else "zh-hans",
    )  # fmt: skip
    assert message.link.endswith(f"{prefix}/portal/exhibitors/{application.code}/")
    assert "2024" in message.subject
    assert ("Sample <A>" if prefix else "示例<甲>") in message.subject
    # The other language's words, and what is not filled in, stay out.
    assert not any(
        word in message.text for word in ("{{", "{%", "None", "您好" if prefix else "Hello")
    )
    assert (REASON in message.text) == (step != "submit")
    assert "<甲>" not in message.html
    assert "<b>示例" not in message.html
    assert message.html.count(f'href="{message.link}"') == 2
    assert f'lang="{"en" if prefix else "zh-Hans"}"' in message.html


def test_the_contact_hears_of_it_too_in_the_same_language():
    person = UserFactory(language=Language.EN)
    application, _person = in_state("submitted", user=person)
    take(application, "approve", person)
    sent = Message.objects.order_by("address").values_list("address", "language", "recipient")
    assert list(sent) == [("contact@example.com", "en", None), (person.email, "en", person.pk)]


def test_the_desk_hears_of_what_comes_in_each_in_their_language():
    for language in (Language.ZH, Language.EN):
        member = UserFactory(is_staff=True, language=language)
        member.groups.add(Group.objects.get(name="exhibition"))
    outsider = UserFactory(is_staff=True)
    outsider.groups.add(Group.objects.get(name="awards"))
    application, person = in_state("draft")
    take(application, "submit", person)
    told = Message.objects.filter(template="exhibitors/desk_submitted")
    assert sorted(told.values_list("language", flat=True)) == ["en", "zh-hans"]
    assert all(f"/admin/exhibitors/application/{application.pk}/change/" in m.link for m in told)
    take(application, "withdraw", person)
    assert Message.objects.filter(template="exhibitors/desk_withdrawn").count() == 2
    assert not Message.objects.filter(address=outsider.email).exists()


def test_a_second_round_sends_a_second_mail():
    application, person = in_state("submitted")
    for step in ("ask_for_changes", "submit", "ask_for_changes", "submit", "approve"):
        take(application, step, person)
    sent = Message.objects.filter(address=person.email).order_by("pk")
    assert list(sent.values_list("template", flat=True)) == [
        f"exhibitors/{name}"
        for name in ("changes", "submitted", "changes", "submitted", "approved")
    ]


@pytest.mark.parametrize("step", ["ask_for_changes", "decline", "reopen"])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_against_the_applicant_has_a_reason(step, reason):
    application, _person = in_state("approved" if step == "reopen" else "submitted")
    with pytest.raises(ValidationError) as refusal:
        OPERATIONS[step](application, by=UserFactory(), reason=reason)
    assert (refusal.value.code, Message.objects.count()) == ("reason", 0)


# --- What the public sees -----------------------------------------------------------------------


def test_approving_shows_and_reopening_hides():
    application, person = in_state("submitted")
    take(application, "approve", person)
    codes = {application.code, application.exhibits.get().code}
    assert set(SearchEntry.objects.values_list("code", flat=True)) == codes
    take(application, "reopen", person)
    assert not SearchEntry.objects.exists()


def test_reopening_a_declined_one_is_refused_when_another_was_begun():
    application, person = in_state("declined")
    applying.start_application(application.edition.exhibition_call, by=person, organisation=application.organisation)  # fmt: skip
    with pytest.raises(ValidationError) as refusal:
        take(application, "reopen", person)
    application.refresh_from_db()
    assert (refusal.value.code, application.state) == ("not_allowed", "declined")
    assert not StepRecord.objects.exists()


def test_declining_gives_booths_back():
    application, person = in_state("submitted")
    held = AllocationFactory(application=application)
    other = AllocationFactory()
    take(application, "decline", person)
    assert list(Allocation.objects.current()) == [other]
    held.refresh_from_db()
    assert held.released_at == DURING


def test_a_claim_is_confirmed_once_and_refused_with_a_reason():
    launch = FirstLaunchFactory(exhibit__application=ApplicationFactory(approved=True))
    assert deciding.decide_launch(launch, state=ClaimState.CONFIRMED)
    assert not deciding.decide_launch(launch, state=ClaimState.CONFIRMED)
    with pytest.raises(ValidationError) as refusal:
        deciding.decide_launch(launch, state=ClaimState.REFUSED, remark=" ")
    launch.refresh_from_db()
    assert refusal.value.error_dict["remark"][0].code == "reason"
    assert launch.state == "confirmed"
    assert deciding.decide_launch(launch, state=ClaimState.REFUSED, remark="示例原因")


# --- Booths (R1) --------------------------------------------------------------------------------


def test_a_booth_is_given_taken_back_and_given_again():
    booth, (first, _person) = BoothFactory(), in_state("approved")
    second = ApplicationFactory(approved=True)
    given = allocate_booth(first, booth)
    assert allocate_booth(first, booth) == given
    assert Message.objects.filter(template="exhibitors/booth").count() == 2
    with pytest.raises(ValidationError) as refusal:
        allocate_booth(second, booth)
    assert refusal.value.code == "taken"
    assert release_booth(given)
    assert not release_booth(given)
    assert allocate_booth(second, booth).application == second


@pytest.mark.parametrize("state", ["draft", "declined", "withdrawn"])
def test_who_has_not_applied_has_no_booth(state):
    application, _person = in_state(state)
    with pytest.raises(ValidationError) as refusal:
        allocate_booth(application, BoothFactory())
    assert (refusal.value.code, Allocation.objects.count()) == ("not_allowed", 0)


def test_a_booth_of_another_edition_is_refused():
    booth = BoothFactory(hall=HallFactory(venue__edition__year=2023))
    with pytest.raises(ValidationError) as refusal:
        allocate_booth(ApplicationFactory(approved=True), booth)
    assert refusal.value.code == "other_edition"


def at_once(calls):
    """Run every call in its own thread and connection; their answers, a refusal as its code."""
    gate, answers = threading.Barrier(len(calls)), []

    def run(call):
        with clock.frozen_at(DURING):
            gate.wait()
            try:
                call()
                answers.append("done")
            except ValidationError as refusal:
                answers.append(refusal.code)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_of_eight_exhibitors_one_gets_the_booth():
    booth = BoothFactory()
    rivals = [ApplicationFactory(approved=True) for _n in range(8)]
    answers = at_once([lambda r=rival: allocate_booth(r, booth) for rival in rivals])
    assert answers == ["done", *["taken"] * 7]
    assert Allocation.objects.current().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_succeeds():
    application, person = in_state("submitted")
    copies = [type(application).objects.get(pk=application.pk) for _n in range(4)]
    deciders = [UserFactory() for _copy in copies]
    answers = at_once(
        [lambda c=c, d=d: deciding.approve_application(c, by=d, version=1) for c, d in zip(copies, deciders, strict=True)]
    )  # fmt: skip
    assert answers[0] == "done"
    assert set(answers[1:]) == {"stale"}
    assert StepRecord.objects.of(application).count() == 1
    assert Message.objects.filter(address=person.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once():
    application, person = in_state("draft")
    answers = at_once([lambda: applying.submit_application(application, by=person)] * 4)
    assert answers == ["done", *["not_allowed"] * 3]
    assert Message.objects.filter(address=person.email).count() == 1
