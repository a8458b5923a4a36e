"""Judging is blind (S3): judges read dossiers only, a conflict makes an entry vanish."""

import re

import pytest
from django.urls import reverse

from awards.models import Dossier, Entry, EntryMember, Review
from awards.operations.judging import declare_conflict, make_dossier
from awards.operations.receipts import verification_path
from tests.awards.factories import DURING, CallFactory, assign, submitted_entry
from tests.lib.factories import UserFactory
from waic.lib import clock

pytestmark = pytest.mark.django_db

HIDDEN = "HIDDENCANARY"


def english(name, *args):
    return re.sub(r"^(/en)?", "/en", reverse(f"awards:{name}", args=args))


@pytest.fixture
def judge(client):
    judge = UserFactory(language="en")
    client.force_login(judge)
    return judge


def page_of(assignment):
    return english("review", assignment.stage.key, assignment.dossier.code)


def bytes_of(response):
    """A response without what is random in every page, however little is in it."""
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    return response.status_code, re.sub(rb'nonce="[^"]+"', b"", content)


def seen_by(client, assignments):
    """Everything a judge can look at or try."""
    code, entry = assignments[0].dossier.code, assignments[0].dossier.entry
    addresses = [
        "/en/portal/", english("judging"), *(page_of(a) for a in assignments), english("entry-list"), english("entry", entry.code),
        english("entry-file", entry.code, "paper"), english("entry-receipt", entry.code), english("entry", code),
        "/api/v1/entries/", f"/api/v1/entries/{entry.code}/", f"/api/v1/entries/?search={HIDDEN}", f"/en/2024/search/?q={HIDDEN}",
        "/en/2024/awards/", "/en/2024/awards/sample/",
    ]  # fmt: skip
    return {address: bytes_of(client.get(address)) for address in addresses}


def hide_something_else(entry):
    """Another world: everything of the entry that a judge must not know is different."""
    entry = Entry.objects.get(pk=entry.pk)
    entry.organisation, entry.country, entry.is_sample = HIDDEN, "SG", True
    entry.answers = {**entry.answers, "unit": HIDDEN}
    entry.receipt_number, entry.submitted_at = f"{HIDDEN}-{entry.pk}", DURING.replace(month=5)
    entry.save()
    entry.members.update(name=HIDDEN, email=f"{HIDDEN}@example.com".lower())
    EntryMember.objects.create(
        entry=entry, user=UserFactory(name=HIDDEN), email="x@example.com", joined_at=DURING
    )
    for held in entry.files.all():
        held.file.name = f"{HIDDEN}.pdf"
        held.file.save()
    make_dossier(entry)


def test_two_worlds_that_differ_in_what_is_hidden_look_the_same_to_the_judge(client, judge):
    call = CallFactory()
    entries = [submitted_entry(call=call) for _n in range(2)]
    assignments = [assign(judge, entry) for entry in entries]
    with clock.frozen_at(DURING):
        first = seen_by(client, assignments)
        for entry in entries:
            hide_something_else(entry)
        second = seen_by(client, assignments)
    assert first == second
    # The judge did see the dossiers, and the change would have been seen by whom it is for.
    assert first[page_of(assignments[0])][0] == 200
    assert "示例摘要".encode() in first[page_of(assignments[0])][1]
    assert Entry.objects.get(pk=entries[0].pk).organisation == HIDDEN


def test_a_dossier_holds_no_name_file_or_identifying_answer():
    entry = submitted_entry()
    make_dossier(entry)
    dossier = Dossier.objects.get()
    assert [a["en"] for a in dossier.answers] == [
        "Q summary", "Q users", "Q since", "Q maturity", "Q fields", "Q video", "Q truthful",
    ]  # fmt: skip
    assert dossier.code != entry.code
    assert "示例研究院" not in str(dossier.answers)


def test_a_foreign_dossier_and_none_look_the_same(client, judge):
    entry = submitted_entry()
    foreign = assign(UserFactory(), entry)
    own = assign(judge, submitted_entry(call=entry.call))
    for method in (client.get, client.post):
        assert method(page_of(foreign)).status_code == 404
        assert method(english("review", "first", "ZZZZZZ")).status_code == 404
        assert method(english("review", "other", own.dossier.code)).status_code == 404
    assert Review.objects.count() == 0


def test_a_conflict_takes_the_dossier_out_of_lists_and_totals(client, judge):
    call = CallFactory()
    gone, stays = (assign(judge, submitted_entry(call=call)) for _n in range(2))
    assert client.post(page_of(gone), {"conflict": "1", "reason": "同事" * 400}).status_code == 302
    assert len(gone.dossier.entry.conflicts.get().reason) == 300
    assert (client.get(page_of(gone)).status_code, client.post(page_of(gone)).status_code) == (
        404,
        404,
    )
    page = client.get(english("judging")).content.decode()
    assert (gone.dossier.code in page, stays.dossier.code in page) == (False, True)
    assert "Dossiers to review: 1" in client.get("/en/portal/").content.decode()
    declare_conflict(gone, reason="again")
    assert gone.dossier.entry.conflicts.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_judges_list_takes_as_many_queries_for_three(
    client, judge, count, django_assert_num_queries
):
    call = CallFactory()
    for _n in range(count):
        assign(judge, submitted_entry(call=call))
    assign(UserFactory(), submitted_entry(call=call))
    with django_assert_num_queries(3):
        response = client.get(english("judging"))
    assert len(response.context["assignments"]) == count


def test_a_receipt_is_confirmed_to_who_holds_it(client):
    entry = submitted_entry()
    path = verification_path(entry)
    page = client.get(path)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    text = page.content.decode()
    assert entry.receipt_number in text
    assert "示例项目" in text
    assert "示例研究院" not in text
    assert entry.lead.email not in text
    for wrong in (
        path.replace(entry.receipt_number, "S-0001"),
        path[:-2] + "/",
        path.replace("2024", "2025"),
    ):
        assert client.get(wrong).status_code == 404


def test_a_review_longer_than_the_server_reads_is_told_so_and_stays_as_saved(client, judge):
    own = assign(judge, submitted_entry())
    page = page_of(own)
    client.post(page, {"score-new": "3", "comment": "saved", "save": "1", "version": "0"})
    answer = client.post(page, {"comment": "长" * 10_000_000, "version": "1"})
    assert answer.status_code == 413
    assert answer.context["comment"]["value"] == "saved"
    assert "Nothing of it was saved" in answer.context["comment"]["sentence"]
    assert (Review.objects.get().comment, Review.objects.get().scores) == ("saved", {"new": 3})
    foreign = page_of(assign(UserFactory(), own.dossier.entry))
    assert client.post(foreign.replace(own.dossier.code, "ZZZZZZ"), {"comment": "长" * 10_000_000}).status_code == 404  # fmt: skip
    client.logout()
    assert client.post(page, {"comment": "长" * 10_000_000}).status_code == 302
