"""Scoring proposals at the desk: a rubric, one review each, conflicts of interest, nobody looks before they score."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import Forum, ForumProposal, ProposalReview
from forums.operations import proposal_deciding, reviews
from tests.forums.proposing import (
    DURING,
    CallFactory,
    ProposalFactory,
    at_once,
    handed_in,
    member_of,
    with_rubric,
)
from tests.lib.factories import UserFactory
from waic.accounts.models import Membership
from waic.lib import clock

pytestmark = pytest.mark.django_db

DESK_LIST = "/admin/forums/forumproposal/"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def proposal():
    return handed_in(call=with_rubric(CallFactory()))


@pytest.fixture
def desk(client):
    person = member_of("programme")
    client.force_login(person)
    return person


def score(proposal, by, theme=10, guests=5, **more):
    return reviews.review_proposal(proposal, by=by, scores={"theme": theme, "guests": guests}, **more)  # fmt: skip


def code_of(work):
    with pytest.raises(ValidationError) as refusal:
        work()
    return refusal.value.code


def change(proposal):
    return reverse("admin:forums_forumproposal_change", args=[proposal.pk])


def review_page(proposal):
    return reverse("admin:forums_forumproposal_review", args=[proposal.pk])


# --- Rules --------------------------------------------------------------------------------------


def test_weights_and_scales_make_the_total(proposal):
    person = UserFactory()
    review = score(proposal, person, theme=5, guests=4)
    assert review.total == Decimal("72.50")  # (1 × 5/10 + 3 × 4/5) / 4
    again = score(proposal, person, theme=10, guests=5, version=review.version)
    assert (again.pk, again.total, again.version) == (review.pk, Decimal("100.00"), 2)


@pytest.mark.parametrize("wrong", [0, 6, -1, 2.5, "3", None, True])
def test_a_score_lies_on_its_scale(proposal, wrong):
    assert code_of(lambda: score(proposal, UserFactory(), guests=wrong)) == "score"
    assert not ProposalReview.objects.exists()


def test_only_what_is_under_review_is_scored(proposal):
    person = UserFactory()
    draft = ProposalFactory(call=proposal.call)
    assert code_of(lambda: score(draft, person)) == "not_allowed"
    score(proposal, person)
    proposal_deciding.accept_proposal(proposal, by=person)
    assert code_of(lambda: score(proposal, person)) == "not_allowed"
    assert code_of(lambda: reviews.declare_conflict(proposal, by=person)) == "not_allowed"
    bare = handed_in(call=CallFactory(edition__year=2026))
    assert code_of(lambda: score(bare, person)) == "no_rubric"


def test_a_conflict_ends_ones_part(proposal):
    person = UserFactory()
    score(proposal, person)
    reviews.declare_conflict(proposal, by=person, reason="示例：曾合作")
    row = ProposalReview.objects.get()
    assert (row.has_conflict, row.total, row.scores, row.comment) == (
        True,
        None,
        {},
        "示例：曾合作",
    )
    assert code_of(lambda: score(proposal, person)) == "conflict"
    assert code_of(lambda: proposal_deciding.accept_proposal(proposal, by=person)) == "conflict"
    member = UserFactory()
    Membership.objects.create(organisation=proposal.organisation, user=member, role="viewer")
    assert code_of(lambda: score(proposal, member)) == "conflict"


def test_a_stale_window_writes_nothing(proposal):
    person = UserFactory()
    score(proposal, person, version=0)
    assert code_of(lambda: score(proposal, person, theme=1, version=0)) == "stale"
    assert ProposalReview.objects.get().total == 100


def test_others_scores_show_after_ones_own(proposal):
    mine, other, third = UserFactory(), UserFactory(), UserFactory()
    score(proposal, other)
    reviews.declare_conflict(proposal, by=third)

    def seen():
        row = reviews.with_scores(ForumProposal.objects.filter(pk=proposal.pk), mine).get()
        count = reviews.reviews_seen_by(proposal, mine).count()
        return row.votes, row.mean, row.spread, count

    assert seen() == (1, None, None, 0)
    score(proposal, mine, theme=10, guests=1)  # 40
    assert seen() == (2, pytest.approx(70.0), pytest.approx(30.0), 3)
    assert list(reviews.reviews_seen_by(proposal, third).values_list("reviewer", flat=True)) == [third.pk]  # fmt: skip


@pytest.mark.parametrize("columns", [{"total": None}, {"has_conflict": True}, {"total": 101}, {"total": -1}])  # fmt: skip
def test_the_database_keeps_scores_or_a_conflict(proposal, columns):
    review = score(proposal, UserFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalReview.objects.filter(pk=review.pk).update(**columns)


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_reviewer_make_one_review():
    proposal, person = handed_in(call=with_rubric(CallFactory())), UserFactory()

    def save(_n, start):
        with clock.frozen_at(DURING):
            start.wait()
            try:
                return score(proposal, person, version=0).version
            except ValidationError as refusal:
                return refusal.code

    assert sorted(map(str, at_once(3, save))) == ["1", "stale", "stale"]
    assert ProposalReview.objects.count() == 1


# --- The desk's pages ---------------------------------------------------------------------------


def test_the_list_is_in_order_of_what_one_may_know(client, desk, proposal):
    good, bad, unscored = (handed_in(call=proposal.call) for _n in range(3))
    ProposalFactory(call=proposal.call, title_zh="示例别人的草稿")
    score(bad, desk, guests=1)
    score(good, desk)
    score(unscored, UserFactory())  # the best mean, but not this person's to know
    page = client.get(DESK_LIST)
    rows = list(page.context["cl"].result_list)
    assert rows[:2] == [good, bad]
    assert {r.mean for r in rows[2:]} == {None}
    assert "别人的草稿" not in page.text
    assert "100.0" in page.text


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(client, desk, proposal):
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(DESK_LIST)
        counts.append(len(queries))
        for _m in range(2):
            score(handed_in(call=proposal.call), desk)
    assert counts[0] == counts[1]


def test_a_reviewer_scores_on_the_page(client, desk, proposal):
    other = UserFactory(name="示例同事")
    score(proposal, other, comment="示例评语")
    page = client.get(change(proposal))
    assert page.status_code == 200
    assert "示例评语" not in page.text
    answer = client.post(review_page(proposal), {"score-theme": "8", "score-guests": "4", "version": "0"})  # fmt: skip
    assert answer["Location"] == change(proposal)
    assert "示例评语" in client.get(change(proposal)).text
    assert proposal.reviews.get(reviewer=desk).scores == {"theme": 8, "guests": 4}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"score-theme": "11"}, "score-theme"), ({"score-theme": ""}, "score-theme"), ({"score-theme": "八"}, "score-theme"),
        ({"score-theme": "1\x00"}, "score-theme"), ({"comment": "x" * 3001}, "comment"), ({"version": "7"}, "__all__"),
    ],
)  # fmt: skip
def test_a_wrong_score_is_a_sentence(client, desk, proposal, data, field):
    given = {"score-theme": "8", "score-guests": "4", "comment": "保留 🤖", "version": "0", **data}
    answer = client.post(review_page(proposal), given)
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert given["comment"] in answer.text
    assert not ProposalReview.objects.exists()


def test_a_conflict_on_the_page_takes_the_buttons_away(client, desk, proposal):
    assert [link["step"].name for link in client.get(change(proposal)).context["steps"]] == ["accept", "accept_with_changes", "decline"]  # fmt: skip
    assert client.post(review_page(proposal), {"has_conflict": "on", "version": "0"}).status_code == 302  # fmt: skip
    page = client.get(change(proposal))
    assert (page.context["steps"], page.context["may_review"]) == ([], False)
    assert client.get(f"{DESK_LIST}{proposal.pk}/step/accept/").status_code == 403


def test_the_desk_accepts_with_words(client, desk, proposal):
    address = f"{DESK_LIST}{proposal.pk}/step/accept_with_changes/"
    assert client.post(address, {"confirmed": "1", "reason": "", "version": proposal.version}).status_code == 400  # fmt: skip
    answer = client.post(address, {"confirmed": "1", "reason": "请改为半天", "version": proposal.version})  # fmt: skip
    assert answer.status_code == 302
    assert Forum.objects.get().proposal.answer == "请改为半天"


def test_other_desks_and_institutions_stay_outside(client, proposal):
    client.force_login(member_of("exhibition"))
    for address in (DESK_LIST, change(proposal), review_page(proposal)):
        assert client.get(address).status_code == 403
    client.force_login(proposal.started_by)
    for address in (DESK_LIST, change(proposal), review_page(proposal)):
        assert client.get(address).status_code == 302
