"""The institution's pages of the call for forums: only its own, nothing typed lost, a sentence for everything."""

import json

import pytest
from django.urls import reverse

from forums.models import ForumProposal
from forums.operations import proposals
from tests.forums.proposing import (
    CLOSES,
    COMPLETE,
    DURING,
    CallFactory,
    ProposalFactory,
    handed_in,
    proposal_of,
)
from tests.lib.factories import OrganisationFactory, UserFactory
from waic.accounts.models import Membership
from waic.lib import clock
from waic.lib.merging import marks

pytestmark = pytest.mark.django_db

LIST = "/portal/stage/proposals/"


@pytest.fixture(autouse=True)
def during_the_call():
    with clock.frozen_at(DURING):
        yield


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def page_of(proposal):
    return reverse("forums:proposal", args=[proposal.code])


def form_of(proposal):
    return reverse("forums:proposal-edit", args=[proposal.code])


def typed(proposal, **changes):
    texts = proposals.texts_of(proposal)
    return {**texts, "seen": json.dumps(marks(texts)), **changes}


def test_the_journey_from_the_list_to_the_desk(client, person):
    call, mine = CallFactory(is_sample=True), OrganisationFactory()
    Membership.objects.create(organisation=mine, user=person, role="owner")
    page = client.get(LIST).text
    assert "示例" in page
    assert mine.code in page
    begun = client.post(LIST, {"call": call.edition.year, "organisation": mine.code})
    proposal = ForumProposal.objects.get()
    assert begun["Location"] == form_of(proposal)
    # Half of it, and on another device the rest.
    client.post(form_of(proposal), typed(proposal, title_zh="示例论坛", save="1"))
    proposal.refresh_from_db()
    checked = client.post(form_of(proposal), typed(proposal, submit="1"))
    assert checked.status_code == 400
    assert [name for name, _label, _words in checked.context["missing"]] == ["theme", "outline", "guests", "seats", "budget"]  # fmt: skip
    proposal.refresh_from_db()
    sent = client.post(form_of(proposal), typed(proposal, **COMPLETE, submit="1"))
    assert sent["Location"] == page_of(proposal)
    page = client.get(page_of(proposal)).text
    assert "4月30日" in page
    assert "300,000.50 CNY" in page
    proposal.refresh_from_db()
    assert proposal.state == "submitted"
    assert client.get(form_of(proposal))["Location"] == page_of(proposal)
    assert proposal.title_zh in client.get("/portal/").text


def test_saving_while_typing_answers_the_bar_and_the_sentences(client, person):
    draft = proposal_of(person)
    answer = client.post(form_of(draft), typed(draft, seats="many", theme="新"), headers={"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 200
    assert 'id="saved"' in answer.text
    assert "hx-swap-oob" in answer.text
    assert "<html" not in answer.text
    draft.refresh_from_db()
    assert (draft.theme, draft.typed) == ("新", {"seats": "many"})
    # The page that is opened elsewhere goes on with it.
    assert 'value="many"' in client.get(form_of(draft)).text


def test_a_deadline_that_passes_while_typing_loses_nothing(client, person):
    draft = proposal_of(person)
    data = typed(draft, theme="在截止前一刻输入 🤖")
    with clock.frozen_at(CLOSES):
        answer = client.post(form_of(draft), {**data, "submit": "1"})
        fragment = client.post(form_of(draft), data, headers={"HX-Request": "true"})
        assert client.get(form_of(draft))["Location"] == page_of(draft)
    assert (answer.status_code, fragment.status_code) == (409, 409)
    assert "在截止前一刻输入 🤖" in answer.text
    assert "截止" in answer.context["refusal"]
    draft.refresh_from_db()
    assert (draft.theme, draft.state) == ("制造", "draft")


def test_a_stale_page_keeps_what_was_typed_and_tells_the_other_text(client, person):
    draft = proposal_of(person)
    data = typed(draft, theme="我写的")
    proposals.save_typed(draft, {"theme": "同事写的"}, by=person)
    answer = client.post(form_of(draft), data)
    assert answer.status_code == 409
    assert 'value="我写的"' in answer.text
    assert "同事写的" in answer.text
    draft.refresh_from_db()
    assert draft.theme == "同事写的"
    again = client.post(form_of(draft), {**data, "seen": answer.context["seen"]})
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.theme == "我写的"


@pytest.mark.parametrize("seen", ["", "no json", "[1]", '"x"', '{"theme": 5}'])
def test_marks_that_cannot_be_read_are_no_failure(client, person, seen):
    draft = proposal_of(person)
    assert client.post(form_of(draft), typed(draft, seen=seen)).status_code in (302, 409)


@pytest.mark.parametrize(
    ("field", "value"),
    [("theme", "x" * 81), ("seats", "1.5"), ("budget", "abc"), ("currency", "🤖"), ("outline", "字" * 5001), ("title_en", "x" * 25_000)],
)  # fmt: skip
def test_bad_input_is_a_sentence_beside_the_field_and_stays(client, person, field, value):
    draft = proposal_of(person)
    answer = client.post(form_of(draft), typed(draft, **{field: value, "past": "保留"}))
    assert answer.status_code == 400
    assert answer.context["fields"][field][1]
    if field != "currency":
        assert value in answer.text
    draft.refresh_from_db()
    assert draft.past == "保留"


def test_too_much_at_once_is_told(client, person, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    draft = proposal_of(person)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(form_of(draft), typed(draft, outline="x" * 5000), headers=headers)
        assert answer.status_code == 413
        assert "缩短" in answer.text


@pytest.mark.parametrize("data", [{}, {"call": "x"}, {"call": "9" * 50}, {"call": "2025\x00"}, {"call": "1999", "organisation": "ZZZZZZ"}])  # fmt: skip
def test_a_call_nobody_made_is_not_there(client, person, data):
    CallFactory()
    assert client.post(LIST, data).status_code == 404


def test_an_organisation_of_others_does_not_propose(client, person):
    call, foreign = CallFactory(), OrganisationFactory()
    for code in (foreign.code, "", "🤖", "\x00"):
        answer = client.post(LIST, {"call": call.edition.year, "organisation": code})
        assert answer.status_code == 400
        assert answer.context["refusal"]
    assert not ForumProposal.objects.exists()


def test_proposals_of_others_are_not_there(client, person):
    proposal_of(person)
    foreign = ProposalFactory(title_zh="示例别人的方案")
    accepted = handed_in(title_zh="示例别人的方案二")
    for address in (LIST, "/portal/", "/portal/stage/"):
        assert "别人" not in client.get(address).text
    for proposal in (foreign, accepted):
        for address in (page_of(proposal), form_of(proposal)):
            assert client.get(address).status_code == 404
            assert client.post(address, {"step": "withdraw", "theme": "改"}).status_code == 404
    assert client.get(f"{LIST}ZZZZZZ/").status_code == 404
    client.logout()
    for address in (LIST, page_of(foreign), form_of(foreign)):
        assert client.get(address)["Location"].startswith("/accounts/login/")
        assert client.post(address)["Location"].startswith("/accounts/login/")


def test_steps_on_the_page(client, person):
    proposal = proposal_of(person)
    proposals.submit_proposal(proposal, by=person)
    assert client.post(page_of(proposal), {"step": "take_back"}).status_code == 302
    assert client.post(page_of(proposal), {"step": "take_back"}).status_code == 409
    assert client.post(page_of(proposal), {"step": "accept"}).status_code == 404
    assert client.post(page_of(proposal), {"step": "withdraw"}).status_code == 302
    assert client.post(page_of(proposal), {"step": "withdraw"}).status_code == 409
    assert ForumProposal.objects.get().state == "withdrawn"


def test_a_viewer_reads_only(client, person):
    proposal = proposal_of(person, role="viewer")
    page = client.get(page_of(proposal))
    assert (page.context["may_fill"], page.context["may_withdraw"]) == (False, False)
    assert client.get(form_of(proposal)).status_code == 302
    assert client.post(form_of(proposal), typed(proposal, theme="改")).status_code == 409


def test_no_call_no_button_and_a_word_about_the_next(client, person):
    assert "/portal/stage/proposals/" not in client.get("/portal/").text
    call = CallFactory()
    assert "/portal/stage/proposals/" in client.get("/portal/").text
    with clock.frozen_at(call.opens_at.replace(year=2024)):
        page = client.get(LIST)
    assert (list(page.context["calls"]), page.context["coming"]) == ([], call)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client, person, count, django_assert_max_num_queries
):
    organisation = proposal_of(person).organisation
    for _n in range(count - 1):
        ProposalFactory(organisation=organisation, started_by=person)
    ProposalFactory()
    with django_assert_max_num_queries(9):
        assert len(client.get(LIST).context["proposals"]) == count


# --- The API ------------------------------------------------------------------------------------


API = "/api/v1/proposals/"


def test_the_api_keeps_the_same_rules(client, person):
    call, mine = CallFactory(), OrganisationFactory()
    Membership.objects.create(organisation=mine, user=person, role="owner")
    foreign = handed_in()
    body = {"edition": call.edition.year, "organisation": mine.code, "title_zh": "示例接口论坛"}
    made = client.post(API, body, content_type="application/json")
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    assert [row["code"] for row in client.get(API).json()["results"]] == [code]
    assert client.get(f"{API}{foreign.code}/").status_code == 404
    missing = client.post(f"{API}{code}/submit/", content_type="application/json")
    assert missing.status_code == 400
    assert {e["attr"] for e in missing.json()["errors"]} == {"theme", "outline", "guests", "seats", "budget"}  # fmt: skip
    changes = {k: v for k, v in COMPLETE.items() if k != "title_zh"}
    saved = client.patch(f"{API}{code}/", changes, content_type="application/json")
    assert (saved.status_code, saved.json()["budget"]) == (200, "300000.50"), saved.text
    assert client.patch(f"{API}{code}/", {"theme": "改", "version": 1}, content_type="application/json").status_code == 409  # fmt: skip
    assert client.post(f"{API}{code}/submit/").json()["state"] == "submitted"
    assert client.post(f"{API}{code}/submit/").status_code == 400
    assert client.post(f"{API}{code}/take_back/").json()["state"] == "draft"
    with clock.frozen_at(CLOSES):
        closed = client.patch(f"{API}{code}/", {"theme": "晚"}, content_type="application/json")
    assert closed.json()["errors"][0]["code"] == "closed"
    assert client.post(f"{API}{code}/withdraw/").json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    "body",
    [
        {"seats": "x"}, {"seats": 3}, {"budget": "NaN"}, {"theme": ["a"]}, {"theme": "x" * 81}, {"state": "accepted", "x": 1},
        {"organisation": "ZZZZZZ"}, {"edition": "🤖"}, {"edition": 1999}, {"edition": [1]}, [1], {"title_zh": "\ud800"},
    ],
)  # fmt: skip
def test_the_api_refuses_nonsense_with_a_sentence(client, person, body):
    draft = proposal_of(person)
    answer = client.patch(f"{API}{draft.code}/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.text
    draft.refresh_from_db()
    assert (draft.state, draft.seats) == ("draft", 200)


@pytest.mark.parametrize("is_open", [True, False])
def test_an_open_call_stands_on_the_front_page_of_its_edition(client, is_open):
    CallFactory(**({} if is_open else {"closes_at": DURING}))
    assert (f'href="{LIST}"' in client.get("/2025/").text) == is_open
