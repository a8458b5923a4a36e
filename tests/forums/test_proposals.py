"""The call for forums: starting, saving, handing in in time, deciding once, and who reads what by mail."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from forums.models import Forum, ForumProposal, ProposalState
from forums.models.proposal import PROPOSAL
from forums.operations import proposal_deciding, proposals
from tests.forums.proposing import (
    CLOSES,
    COMPLETE,
    DURING,
    OPENS,
    CallFactory,
    ProposalFactory,
    at_once,
    handed_in,
    member_of,
    proposal_of,
)
from tests.lib.factories import OrganisationFactory, UserFactory
from waic.accounts.models import Membership
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


def refusal_of(operation, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        operation(*args, **kwargs)
    return {e.code for e in refusal.value.error_list}


# --- Starting -----------------------------------------------------------------------------------


def test_an_owner_begins_a_draft_and_a_double_click_finds_it():
    call, organisation, person = CallFactory(), OrganisationFactory(), UserFactory()
    Membership.objects.create(organisation=organisation, user=person, role="editor")
    first = proposals.start_proposal(call, organisation, by=person)
    assert proposals.start_proposal(call, organisation, by=person) == first
    assert (first.state, first.organisation, first.started_by) == ("draft", organisation, person)
    proposals.save_typed(first, {"theme": "制造"}, by=person)
    assert proposals.start_proposal(call, organisation, by=person) != first


@pytest.mark.parametrize("role", ["viewer", None])
def test_only_who_may_act_for_an_organisation_proposes(role):
    organisation, person = OrganisationFactory(), UserFactory()
    if role:
        Membership.objects.create(organisation=organisation, user=person, role=role)
    assert refusal_of(proposals.start_proposal, CallFactory(), organisation, by=person) == {"not_yours"}  # fmt: skip
    assert not ForumProposal.objects.exists()


def test_drafts_do_not_pile_up():
    person = UserFactory()
    first = proposal_of(person, version=2)
    for _n in range(proposals.MOST_DRAFTS - 1):
        ProposalFactory(organisation=first.organisation, started_by=person, version=2)
    assert refusal_of(proposals.start_proposal, first.call, first.organisation, by=person) == {"too_many"}  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "code"),
    [(OPENS - SECOND, "not_yet"), (OPENS, None), (CLOSES - SECOND, None), (CLOSES, "closed"), (CLOSES + SECOND, "closed")],
)  # fmt: skip
def test_the_deadline_is_exact(moment, code):
    person = UserFactory()
    draft = proposal_of(person)
    works = [
        lambda: proposals.start_proposal(draft.call, draft.organisation, by=person),
        lambda: proposals.save_typed(draft, {"theme": "新"}, by=person),
        lambda: proposals.submit_proposal(draft, by=person),
        lambda: proposals.take_back_proposal(draft, by=person),
    ]
    with clock.frozen_at(moment):
        for work in works:
            if code is None:
                work()
            else:
                assert refusal_of(work) <= {code, "not_allowed"}
    draft.refresh_from_db()
    assert draft.theme == ("制造" if code else "新")


# --- Saving -------------------------------------------------------------------------------------


def test_what_is_right_is_stored_and_what_is_wrong_is_kept_as_typed():
    person = UserFactory()
    draft = proposal_of(person, seats=None)
    proposals.save_typed(draft, {**COMPLETE, "seats": "two hundred 🤖"}, by=person)
    draft.refresh_from_db()
    assert (draft.title_zh, draft.budget, draft.seats) == ("示例智能制造论坛", Decimal("300000.50"), None)  # fmt: skip
    assert draft.typed == {"seats": "two hundred 🤖"}
    assert proposals.texts_of(draft)["seats"] == "two hundred 🤖"
    assert set(proposals.troubles(draft)) == {"seats"}
    proposals.save_typed(draft, {"seats": "300"}, by=person)
    draft.refresh_from_db()
    assert (draft.seats, draft.typed, proposals.troubles(draft)) == (300, {}, {})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title_zh", "示" * 301), ("theme", "x" * 81), ("outline", "x" * 5001), ("seats", "9"), ("seats", "1e9"), ("seats", "-5"),
        ("seats", "１２.5"), ("budget", "-1"), ("budget", "1.234"), ("budget", "NaN"), ("budget", "Infinity"), ("budget", "12345678901"),
        ("currency", "XXX"), ("budget", "1,5 万"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_a_sentence_and_stays_as_typed(field, text):
    person = UserFactory()
    draft = proposal_of(person)
    before = getattr(draft, field)
    proposals.save_typed(draft, {field: text}, by=person)
    draft.refresh_from_db()
    assert (draft.typed, str(getattr(draft, field))) == ({field: text}, str(before))
    assert proposals.troubles(draft)[field]
    assert refusal_of(proposals.submit_proposal, draft, by=person) == {"incomplete"}


def test_what_no_database_stores_is_left_out():
    person = UserFactory()
    draft = proposal_of(person)
    proposals.save_typed(draft, {"title_zh": "示\x00例", "seats": "2\x0000"}, by=person)
    draft.refresh_from_db()
    assert (draft.title_zh, draft.seats, draft.typed) == ("示例", 200, {})


def test_a_wrong_text_without_end_is_told_and_not_kept():
    person = UserFactory()
    draft = proposal_of(person)
    saved = proposals.save_typed(draft, {"theme": "x" * 20_001, "past": "2023"}, by=person)
    draft.refresh_from_db()
    assert (saved.too_long, draft.typed, draft.past) == ({"theme"}, {}, "2023")


def test_two_windows_keep_both_and_tell_what_both_changed():
    person = UserFactory()
    draft = proposal_of(person)
    shown = proposals.texts_of(draft)
    seen = proposals.is_seen(shown, draft)
    proposals.save_typed(draft, {**shown, "theme": "他人", "past": "他人"}, by=person, seen=seen)
    mine = {**shown, "theme": "我", "outline": "我"}
    saved = proposals.save_typed(draft, mine, by=person, seen=seen)
    draft.refresh_from_db()
    assert saved.clashes == {"theme"}
    assert (draft.theme, draft.past, draft.outline) == ("他人", "他人", "我")
    again = proposals.save_typed(draft, {"theme": "我"}, by=person, seen=proposals.is_seen(shown, draft))  # fmt: skip
    draft.refresh_from_db()
    assert (draft.theme, again.clashes) == ("我", set())


def test_a_viewer_reads_and_changes_nothing():
    person = UserFactory()
    draft = proposal_of(person, role="viewer")
    for work in (proposals.submit_proposal, proposals.take_back_proposal, proposals.withdraw_proposal):  # fmt: skip
        assert refusal_of(work, draft, by=person) == {"not_yours"}
    assert refusal_of(proposals.save_typed, draft, {"theme": "改"}, by=person) == {"not_yours"}


# --- Steps --------------------------------------------------------------------------------------


OPERATIONS = {
    "submit": proposals.submit_proposal, "take_back": proposals.take_back_proposal, "withdraw": proposals.withdraw_proposal,
    "accept": proposal_deciding.accept_proposal, "accept_with_changes": proposal_deciding.accept_with_changes, "decline": proposal_deciding.decline_proposal,
}  # fmt: skip
ALLOWED = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"take_back": "draft", "withdraw": "withdrawn", "accept": "accepted", "accept_with_changes": "changes", "decline": "declined"},
    "accepted": {}, "changes": {}, "declined": {}, "withdrawn": {},
}  # fmt: skip


def in_state(state, person):
    proposal = proposal_of(person)
    if state != "draft":
        proposals.submit_proposal(proposal, by=person)
    step = {"accepted": "accept", "changes": "accept_with_changes", "declined": "decline", "withdrawn": "withdraw"}.get(state)  # fmt: skip
    if step:
        by = person if step == "withdraw" else UserFactory()
        OPERATIONS[step](proposal, by=by, reason="示例原因")
    proposal.refresh_from_db()
    assert proposal.state == state
    return proposal


@pytest.mark.parametrize("state", ProposalState.values)
@pytest.mark.parametrize("step", OPERATIONS)
def test_every_step_from_every_state(state, step):
    person = UserFactory()
    proposal, forums = in_state(state, person), Forum.objects.count()
    by = person if PROPOSAL[step].side == "theirs" else UserFactory()
    given = {} if step == "submit" else {"reason": "示例原因"}
    if target := ALLOWED[state].get(step):
        assert OPERATIONS[step](proposal, by=by, **given).state == target
        assert StepRecord.objects.of(proposal).first().by == by
    else:
        assert refusal_of(OPERATIONS[step], proposal, by=by, **given) == {"not_allowed"}
        proposal.refresh_from_db()
        assert proposal.state == state
    made = int(ALLOWED[state].get(step) in ("accepted", "changes"))
    assert Forum.objects.count() == forums + made


@pytest.mark.parametrize("step", ["accept_with_changes", "decline"])
def test_the_desk_gives_its_reason(step):
    proposal = handed_in()
    assert refusal_of(OPERATIONS[step], proposal, by=UserFactory(), reason=" ") == {"reason"}
    assert not Forum.objects.exists()


def test_an_accepted_proposal_is_a_forum_of_its_proposer():
    proposal = handed_in(outline="English outline", title_en="")
    proposal_deciding.accept_with_changes(proposal, by=UserFactory(), reason="请缩短至半天")
    proposal.refresh_from_db()
    forum = Forum.objects.get()
    assert (forum.edition, forum.kind, forum.state, forum.seats) == (proposal.call.edition, proposal.call.kind, "draft", 200)  # fmt: skip
    assert (forum.title_zh, forum.title_en, forum.summary_zh, forum.summary_en) == (proposal.title_zh, "", "", "English outline")  # fmt: skip
    assert list(Forum.objects.hosted_by(proposal.started_by)) == [forum]
    behind = forum.forum_organisations.get()
    assert (behind.organisation, behind.role) == (proposal.organisation, "host")
    assert (proposal.forum, proposal.answer, proposal.decided_at) == (forum, "请缩短至半天", DURING)


def test_who_belongs_to_the_institution_does_not_decide():
    proposal = handed_in()
    for work in (proposal_deciding.accept_proposal, proposal_deciding.decline_proposal):
        assert refusal_of(work, proposal, by=proposal.started_by, reason="示例") == {"conflict"}
    assert not Forum.objects.exists()


def test_a_stale_page_decides_nothing():
    proposal = handed_in()
    assert refusal_of(proposal_deciding.accept_proposal, proposal, by=UserFactory(), version=proposal.version + 1) == {"stale"}  # fmt: skip
    assert not Forum.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "accepted", "submitted_at": DURING, "decided_at": DURING}, {"state": "submitted", "submitted_at": None},
        {"state": "declined", "submitted_at": DURING}, {"state": "draft", "decided_at": DURING}, {"currency": ""},
    ],
)  # fmt: skip
def test_the_database_keeps_the_rules(columns):
    proposal = ProposalFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ForumProposal.objects.filter(pk=proposal.pk).update(**columns)


# --- Mail ---------------------------------------------------------------------------------------


def test_each_step_is_told_in_the_readers_language():
    person = UserFactory(language="en")
    desk = member_of("programme")
    member_of("exhibition")
    proposal = proposal_of(person)
    proposals.submit_proposal(proposal, by=person)
    told = {m.address: m for m in Message.objects.all()}
    assert set(told) == {person.email, desk.email}
    assert told[person.email].subject == f"Your proposal has arrived: {proposal.title_en}"
    assert told[desk.email].subject == f"收到论坛方案：{proposal.title_zh}"
    assert f"/en/portal/stage/proposals/{proposal.code}/" in told[person.email].link
    assert "30 April" in told[person.email].text
    Message.objects.all().delete()
    proposal_deciding.accept_with_changes(proposal, by=desk, reason="Half a day, please")
    letter = Message.objects.get()
    assert (letter.address, letter.subject) == (person.email, f"Your proposal was accepted: {proposal.title_en}")  # fmt: skip
    assert "Half a day, please" in letter.text


def test_the_desk_hears_of_a_withdrawal_only_of_what_it_had():
    desk, person = member_of("programme"), UserFactory()
    proposals.withdraw_proposal(proposal_of(person), by=person)
    assert not Message.objects.exists()
    given_up = handed_in()
    proposals.withdraw_proposal(given_up, by=given_up.started_by)
    assert Message.objects.get().address == desk.email
    declined = handed_in()
    proposal_deciding.decline_proposal(declined, by=UserFactory(), reason="示例原因")
    assert "示例原因" in Message.objects.get(address=declined.started_by.email).text


# --- Two at once --------------------------------------------------------------------------------


def codes_of(work):
    try:
        work()
    except ValidationError as refusal:
        return refusal.code
    return "done"


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_make_one_forum():
    proposal, desks = handed_in(), [UserFactory() for _n in range(4)]

    def accept(n, start):
        with clock.frozen_at(DURING):
            start.wait()
            return codes_of(lambda: proposal_deciding.accept_proposal(proposal, by=desks[n]))

    assert sorted(at_once(4, accept)) == ["done", "not_allowed", "not_allowed", "not_allowed"]
    assert Forum.objects.get().proposal == proposal
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_makes_two_forums():
    """The wrong variant: look at the state, make the forum, write. The race above can fail."""
    proposal = handed_in()

    def naive(_n, start):
        row = ForumProposal.objects.select_related("call__edition", "call__kind", "organisation", "started_by").get(pk=proposal.pk)  # fmt: skip
        start.wait()
        if row.state == "submitted":
            proposal_deciding.make_forum(row)

    at_once(2, naive)
    assert Forum.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_begins_one_draft():
    call, organisation, person = CallFactory(), OrganisationFactory(), UserFactory()
    Membership.objects.create(organisation=organisation, user=person, role="owner")

    def begin(_n, start):
        with clock.frozen_at(DURING):
            start.wait()
            return proposals.start_proposal(call, organisation, by=person).pk

    assert len(set(at_once(4, begin))) == 1
    assert ForumProposal.objects.count() == 1
