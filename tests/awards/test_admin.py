"""The awards desk in the admin: completeness, files, reopening; other desks stay outside; nobody overwrites anybody (R9)."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.models import Conflict, Dossier, Entry, Judge
from awards.operations.entries import REOPENED_FOR, withdraw_entry
from awards.operations.judging import save_review
from tests.awards import uploads
from tests.awards.factories import (
    CLOSES,
    DURING,
    CallFactory,
    EntryFactory,
    WinnerFactory,
    assign,
    submitted_entry,
)
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/entry/"
MODELS = ["award", "call", "entry", "winner", "stage", "judge", "dossier", "assignment", "review"]
# What these models' rows are made of by people at work, not by the desk.
NOT_ADDED = {"entry", "dossier", "review"}
OTHER_DESKS = ["programme", "exhibition", "visitors", "gate", "press"]


@pytest.fixture(autouse=True)
def after_the_call():
    with clock.frozen_at(CLOSES):
        yield


def sign_in(client, desk):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


@pytest.fixture
def desk(client):
    return sign_in(client, "awards")


def change_url(row):
    return reverse(f"admin:awards_{row._meta.model_name}_change", args=[row.pk])


def every(model, n=0):
    """One row of a model with everything its list shows, each in an award of its own."""
    entry = submitted_entry(call=CallFactory(award__key=f"sample{n}"))
    task = assign(UserFactory(), entry)
    rows = {
        "award": entry.call.award, "call": entry.call, "entry": entry, "winner": WinnerFactory(award=entry.call.award),
        "stage": task.stage, "judge": task.judge, "dossier": task.dossier, "assignment": task,
    }  # fmt: skip
    rows["review"] = save_review(task, scores={"new": "3"}, comment="示例")
    return rows[model]


# --- Lists, pages, other desks ------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_list_of_three_takes_the_queries_of_one(client, desk, model):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/admin/awards/{model}/")
        assert page.status_code == 200
        return len(queries), len(page.context["cl"].result_list)

    every(model)
    count()  # sessions and content types are read once
    few, rows = count()
    for n in (1, 2):
        every(model, n)
    assert count() == (few, rows + 2)


@pytest.mark.parametrize("model", MODELS)
def test_the_desk_opens_every_page_and_other_desks_none(client, model):
    row = every(model)
    addresses = [f"/admin/awards/{model}/", change_url(row), f"{change_url(row)[:-7]}history/"]
    addresses.append(f"/admin/awards/{model}/add/")
    sign_in(client, "awards")
    assert [client.get(a).status_code for a in addresses] == [200] * 3 + [403 if model in NOT_ADDED else 200]  # fmt: skip
    for name in OTHER_DESKS:
        sign_in(client, name)
        assert [client.get(a).status_code for a in addresses] == [403] * 4, name


@pytest.mark.parametrize("name", OTHER_DESKS)
def test_other_desks_get_nothing_of_an_entry(client, name):
    entry = submitted_entry(organisation="机密单位")
    sign_in(client, name)
    step = reverse("admin:awards_entry_step", args=[entry.pk, "reopen"])
    before = Entry.objects.values().get()
    answers = [
        client.get(file_url(entry)), client.get(step), client.post(step, {"confirmed": 1, "reason": "示例", "version": entry.version}),
        client.post(LIST, {"action": "step_reopen", "_selected_action": [entry.pk], "confirmed": 1, "reason": "示例"}),
        client.post(LIST, {"action": "make_dossiers", "_selected_action": [entry.pk]}),
        client.post(f"/admin/awards/entry/{entry.pk}/delete/", {"post": "yes"}),
    ]  # fmt: skip
    assert {a.status_code for a in answers} == {403}
    assert (Entry.objects.values().get(), Dossier.objects.count()) == (before, 0)
    assert "机密单位" not in client.get("/admin/").content.decode()


def test_people_who_are_no_staff_are_sent_to_sign_in(client):
    entry = submitted_entry()
    client.force_login(entry.lead)
    for address in (LIST, change_url(entry), file_url(entry)):
        assert client.get(address).status_code == 302


# --- Entries ------------------------------------------------------------------------------------


def file_url(entry, pk=None):
    return reverse("admin:awards_entry_file", args=[entry.pk, pk or entry.files.get().pk])


def cells(page, entry):
    """{column: text} of an entry's row in the list."""
    html = page.content.decode()
    row = next(r for r in re.findall(r"<tr.*?</tr>", html, re.S) if change_url(entry) in r)
    found = re.findall(r'class="[^"]*field-(\w+)[^"]*"[^>]*>(.*?)</t[dh]>', row, re.S)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", text).split()) for name, text in found}


def test_the_list_tells_how_complete_an_entry_is(client, desk):
    call = CallFactory()
    full, empty = submitted_entry(call=call), EntryFactory(call=call)
    page = client.get(LIST)
    shown = [{k: cells(page, e)[k] for k in ("complete", "file_count", "shown_state")} for e in (full, empty)]  # fmt: skip
    assert shown == [
        {"complete": "100 %", "file_count": "1", "shown_state": "已提交"},
        {"complete": "0 %", "file_count": "0", "shown_state": "草稿"},
    ]


def test_an_entrys_page_shows_answers_files_and_people_and_writes_none(client, desk):
    entry = submitted_entry(lead=UserFactory(name="示例申报人"))
    before = Entry.objects.values().get()
    page = client.get(change_url(entry)).content.decode()
    for text in (
        "示例摘要",
        "应用",
        entry.receipt_number,
        "paper.pdf",
        file_url(entry),
        "示例申报人",
    ):
        assert text in page, text
    client.post(change_url(entry), {"title_zh": "改", "state": "draft", **no_inlines()})
    after = Entry.objects.values().get()
    assert {k: v for k, v in after.items() if k != "changed_at"} == {
        k: v for k, v in before.items() if k != "changed_at"
    }


def test_files_are_the_desks_to_read_as_attachments(client, desk):
    entry, other = submitted_entry(), submitted_entry(call__edition__year=2025)
    answer = client.get(file_url(entry))
    assert b"".join(answer.streaming_content) == uploads.pdf_bytes()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    # A file goes with its entry.
    assert client.get(file_url(entry, other.files.get().pk)).status_code == 404
    assert client.get(file_url(entry, 2**31)).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=示例研究院甲", 1), ("state__exact=draft", 1), ("q=nobody", 0), ("q=lead@example.com", 1), ("state__exact=x", None)],
)  # fmt: skip
def test_the_list_is_narrowed(client, desk, query, count):
    submitted_entry(organisation="示例研究院甲", lead=UserFactory(email="lead@example.com"))
    EntryFactory()
    page = client.get(f"{LIST}?{query}")
    if count is None:
        assert page.status_code in (200, 302)
    else:
        assert len(page.context["cl"].result_list) == count


def test_dossiers_are_made_of_what_was_handed_in(client, desk):
    entry, draft = submitted_entry(), EntryFactory()
    data = {"action": "make_dossiers", "_selected_action": [entry.pk, draft.pk]}
    assert client.post(LIST, data).status_code == 302
    assert Dossier.objects.get().entry == entry


# --- Reopening ----------------------------------------------------------------------------------


def reopen(client, entry, **data):
    address = reverse("admin:awards_entry_step", args=[entry.pk, "reopen"])
    return client.post(
        address, {"confirmed": 1, "reason": "附件缺一页", "version": entry.version, **data}
    )


def test_the_desk_reopens_one_entry_with_a_reason_and_one_mail(client, desk):
    call = CallFactory()
    entry, other = submitted_entry(call=call), submitted_entry(call=call)
    Message.objects.all().delete()
    assert reopen(client, entry).status_code == 302
    entry.refresh_from_db()
    other.refresh_from_db()
    assert (entry.state, entry.editable_until, other.state) == ("reopened", CLOSES + REOPENED_FOR, "submitted")  # fmt: skip
    record = StepRecord.objects.of(entry).get(step="reopen")
    assert (record.before, record.after, record.by, record.reason) == ("submitted", "reopened", desk, "附件缺一页")  # fmt: skip
    mail = Message.objects.get()
    assert (mail.template, mail.address) == ("awards/entry_reopened", entry.lead.email)
    assert "附件缺一页" in mail.text
    # The second click of two finds it done.
    assert reopen(client, entry).status_code == 302
    assert Message.objects.count() == StepRecord.objects.filter(step="reopen").count() == 1


@pytest.mark.parametrize("reason", ["", " \n", "x" * 2001])
def test_without_a_good_reason_nothing_is_reopened(client, desk, reason):
    entry = submitted_entry()
    Message.objects.all().delete()
    answer = reopen(client, entry, reason=reason)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["reason"]
    entry.refresh_from_db()
    assert (entry.state, Message.objects.count()) == ("submitted", 0)


def test_a_stale_page_reopens_nothing_and_says_so(client, desk):
    entry = submitted_entry()
    Message.objects.all().delete()
    answer = reopen(client, entry, version=entry.version - 1)
    assert "刚刚有人修改过" in client.get(answer.url).content.decode()
    entry.refresh_from_db()
    assert (entry.state, Message.objects.count()) == ("submitted", 0)


def test_what_is_the_applicants_alone_is_no_button(client, desk):
    entry = submitted_entry()
    for name in ("submit", "take_back", "withdraw", "nonsense"):
        address = reverse("admin:awards_entry_step", args=[entry.pk, name])
        assert client.post(address, {"confirmed": 1, "reason": "示例"}).status_code == 404
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_a_withdrawn_entry_is_not_reopened(client, desk):
    entry = submitted_entry()
    with clock.frozen_at(DURING):
        withdraw_entry(entry, by=entry.lead)
    Message.objects.all().delete()
    assert reopen(client, entry).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, Message.objects.count()) == ("withdrawn", 0)


def test_the_history_tells_who_did_what_and_why(client, desk):
    entry = submitted_entry(lead=UserFactory(name="示例申报人"))
    reopen(client, entry)
    page = client.get(reverse("admin:awards_entry_history", args=[entry.pk]))
    told = [(str(row["by"]), row["what"], row["reason"]) for row in page.context["entries"]]
    assert told == [
        (str(desk), "重新开放: 已提交 → 已重新开放", "附件缺一页"), ("示例申报人", "提交: 草稿 → 已提交", ""),
    ]  # fmt: skip
    assert "附件缺一页" in page.content.decode()


# --- Two organisers (R9) ------------------------------------------------------------------------


def no_inlines(**filled):
    """Management forms of an entry's inlines."""
    counts = {f"{name}-{kind}_FORMS": 0 for name in ("members", "conflicts") for kind in ("TOTAL", "INITIAL")}  # fmt: skip
    return {**counts, **filled}


def conflict_form(judge):
    return no_inlines(**{"conflicts-TOTAL_FORMS": 1, "conflicts-0-judge": judge.pk, "conflicts-0-reason": "示例同事"})  # fmt: skip


def test_two_organisers_do_not_write_over_each_other(client, desk):
    entry = submitted_entry()
    judge = Judge.objects.create(call=entry.call, user=UserFactory())
    page = client.get(change_url(entry))
    seen = {page.context["seen_field"]: page.context["seen"]}
    reopen(client, entry)
    answer = client.post(change_url(entry), {**conflict_form(judge), **seen})
    assert answer.status_code == 200
    assert f"{desk}：状态“已提交”→“已重新开放”" in " ".join(
        str(e) for e in answer.context["errors"]
    )
    assert not Conflict.objects.exists()
    assert "示例同事" in answer.content.decode()
    # Having read that, the same page is saved.
    again = {answer.context["seen_field"]: answer.context["seen"]}
    assert client.post(change_url(entry), {**conflict_form(judge), **again}).status_code == 302
    assert Conflict.objects.get().reason == "示例同事"
