"""An entry's way: exact deadlines (R10), each step once and in order (R8), receipts without gaps, mail with each step."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from awards.invariants import entries_have_leads, receipts_are_dense
from awards.models import ENTRY, Call, Entry, EntryFile, EntryState
from awards.operations import entries, members
from awards.operations.entries import (
    REOPENED_FOR,
    attach_file,
    remove_file,
    reopen_entry,
    save_answers,
    start_entry,
    submit_entry,
    take_back_entry,
    withdraw_entry,
)
from tests.awards.factories import (
    CLOSES,
    DURING,
    OPENS,
    SECOND,
    CallFactory,
    EntryFactory,
    TrackFactory,
    complete_entry,
    submitted_entry,
)
from tests.awards.uploads import pdf
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db

CHANGES = {
    "start": lambda e: start_entry(e.call, user=UserFactory()),
    "save": lambda e: save_answers(e, answers={"summary": "新"}),
    "attach": lambda e: attach_file(e, e.call.fields.get(key="paper"), pdf(), by=e.lead),
    "remove": lambda e: remove_file(e, e.call.fields.get(key="paper")),
    "invite": lambda e: members.invite_member(e, "co@example.com", by=e.lead),
    "remove member": lambda e: members.remove_member(e, e.members.get()),
    "submit": lambda e: submit_entry(e, by=e.lead),
}


def refusal_of(change, moment):
    """The code of the refusal at a moment, or an empty string."""
    with clock.frozen_at(moment):
        try:
            change()
        except ValidationError as refusal:
            return next(iter({getattr(e, "code", "") for e in refusal.error_list}))
    return ""


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    ("moment", "code"),
    [(OPENS - SECOND, "not_yet"), (OPENS, ""), (CLOSES - SECOND, ""), (CLOSES, "closed"), (CLOSES + SECOND, "closed")],
)  # fmt: skip
def test_every_change_keeps_the_deadline_to_the_second(name, moment, code):
    entry = complete_entry()
    # The lead can never be taken off, which is another refusal than the clock's.
    expected = "lead" if name == "remove member" and not code else code
    before = Entry.objects.values().get()
    assert refusal_of(lambda: CHANGES[name](entry), moment) == expected
    if code:
        assert Entry.objects.values().get() == before
        assert (entry.members.count(), entry.files.count()) == (1, 1)
        assert Message.objects.count() == 0


@pytest.mark.parametrize(("moment", "code"), [(CLOSES - SECOND, ""), (CLOSES, "closed")])
def test_an_entry_is_taken_back_before_the_deadline_only(moment, code):
    entry = submitted_entry()
    assert refusal_of(lambda: take_back_entry(entry, by=entry.lead), moment) == code
    assert Entry.objects.get().state == ("submitted" if code else "draft")


@pytest.mark.parametrize(
    ("late", "code"), [(REOPENED_FOR - SECOND, ""), (REOPENED_FOR, "closed"), (REOPENED_FOR + SECOND, "closed")]
)  # fmt: skip
def test_a_reopened_entry_stays_open_to_the_second(late, code):
    entry, other = submitted_entry(), EntryFactory()
    moment = CLOSES + timedelta(days=1)
    with clock.frozen_at(moment):
        reopen_entry(entry, by=UserFactory(), reason="附件缺一页")
    entry.refresh_from_db()
    assert entry.due == moment + REOPENED_FOR
    assert refusal_of(lambda: submit_entry(entry, by=entry.lead), moment + late) == code
    # One entry was reopened, not the call.
    assert refusal_of(lambda: save_answers(other, answers={}), moment) == "closed"


@pytest.mark.django_db(transaction=True)
def test_a_deadline_moved_while_somebody_submits_is_the_one_that_counts():
    """The call's row is locked first, so a submission waits for the desk and reads the new deadline."""
    entry, outcome = complete_entry(), []

    def submit():
        outcome.append(refusal_of(lambda: submit_entry(entry, by=entry.lead), DURING))
        connection.close()

    with transaction.atomic():
        Call.objects.filter(pk=entry.call_id).update(closes_at=DURING)
        thread = threading.Thread(target=submit)
        thread.start()
        thread.join(0.3)
        assert outcome == []
    thread.join()
    assert outcome == ["closed"]
    assert Entry.objects.get().state == "draft"


STEPS = {
    "submit": lambda e: submit_entry(e, by=e.lead),
    "take_back": lambda e: take_back_entry(e, by=e.lead),
    "withdraw": lambda e: withdraw_entry(e, by=e.lead),
    "reopen": lambda e: reopen_entry(e, by=e.lead, reason="示例原因"),
}
ALLOWED = {
    ("draft", "submit"): "submitted", ("draft", "withdraw"): "withdrawn", ("draft", "reopen"): "reopened",
    ("submitted", "take_back"): "draft", ("submitted", "withdraw"): "withdrawn", ("submitted", "reopen"): "reopened",
    ("reopened", "submit"): "submitted", ("reopened", "withdraw"): "withdrawn",
}  # fmt: skip


@pytest.mark.parametrize("state", EntryState.values)
@pytest.mark.parametrize("step", [s.name for s in ENTRY.steps])
def test_every_pair_of_state_and_step(state, step):
    entry = submitted_entry() if state == "submitted" else complete_entry()
    Entry.objects.update(state=state)
    StepRecord.objects.all().delete()
    entry.refresh_from_db()
    code = refusal_of(lambda: STEPS[step](entry), DURING)
    target = ALLOWED.get((state, step))
    assert (code, Entry.objects.get().state) == (("", target) if target else ("not_allowed", state))
    recorded = list(StepRecord.objects.values_list("step", "before", "after", "by"))
    assert recorded == ([(step, state, target, entry.lead.pk)] if target else [])


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_reopening_needs_a_reason(reason):
    entry = submitted_entry()
    with pytest.raises(ValidationError) as refusal:
        reopen_entry(entry, by=UserFactory(), reason=reason)
    assert refusal.value.code == "reason"
    assert Entry.objects.get().editable_until is None


def together(*actions):
    """Run at the same time in real threads; the codes of their refusals, "" for what went through."""
    gate, codes = threading.Barrier(len(actions)), []

    def run(action):
        gate.wait()
        codes.append(refusal_of(action, DURING))
        connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_submit_at_once_one_does():
    entry = complete_entry()
    codes = together(*[lambda: submit_entry(entry, by=entry.lead)] * 2)
    assert codes == ["", "not_allowed"]
    assert Call.objects.get().last_number == 1
    assert StepRecord.objects.filter(step="submit").count() == 1
    assert Message.objects.filter(template="awards/entry_submitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_entries_submitted_at_once_get_numbers_without_gap_or_twin():
    call = CallFactory(prefix="SAIL2024")
    drafts = [complete_entry(call=call) for _n in range(3)]
    assert together(*[lambda e=e: submit_entry(e, by=e.lead) for e in drafts]) == [""] * 3
    assert sorted(Entry.objects.values_list("receipt_number", flat=True)) == [
        "SAIL2024-0001",
        "SAIL2024-0002",
        "SAIL2024-0003",
    ]
    assert list(receipts_are_dense()) == []
    Call.objects.update(last_number=9)
    assert len(list(receipts_are_dense())) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_desk_who_reopen_at_once_one_does():
    entry = submitted_entry()
    desk = UserFactory()
    codes = together(
        *[lambda: reopen_entry(entry, by=desk, reason="示例", version=entry.version)] * 2
    )
    assert codes in (["", "not_allowed"], ["", "stale"])
    assert StepRecord.objects.filter(step="reopen").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_starts_one_entry():
    call, user, other = CallFactory(), UserFactory(), UserFactory()
    together(*[lambda: start_entry(call, user=user)] * 2, lambda: start_entry(call, user=other))
    assert Entry.objects.of(user).count() == 1
    with clock.frozen_at(DURING):
        save_answers(Entry.objects.of(user).get(), answers={"summary": "示例"})
        start_entry(call, user=user)
    assert Entry.objects.of(user).count() == 2


def test_a_step_on_a_stale_page_is_refused():
    entry = complete_entry()
    with clock.frozen_at(DURING):
        save_answers(entry, answers={"summary": "更新"})
    assert refusal_of(lambda: submit_entry(entry, by=entry.lead, version=entry.version), DURING) == "stale"  # fmt: skip


def test_an_incomplete_entry_is_told_everything_that_is_missing():
    entry = EntryFactory()
    TrackFactory(call=entry.call)
    with clock.frozen_at(DURING), pytest.raises(ValidationError) as refusal:
        submit_entry(entry, by=entry.lead)
    assert [e.params["key"] for e in refusal.value.error_list] == [
        "title_zh", "title_en", "country", "track", "unit", "summary", "maturity", "paper", "truthful",
    ]  # fmt: skip
    assert Call.objects.get().last_number == 0


def test_the_number_stays_with_an_entry_that_is_taken_back():
    entry = submitted_entry()
    number = entry.receipt_number
    with clock.frozen_at(DURING):
        take_back_entry(entry, by=entry.lead)
        submit_entry(entry, by=entry.lead)
    assert Entry.objects.get().receipt_number == number
    assert Call.objects.get().last_number == 1


def test_a_new_file_takes_the_place_of_the_old_one():
    entry = complete_entry()
    with clock.frozen_at(DURING):
        attach_file(entry, entry.call.fields.get(key="paper"), pdf("better.pdf"), by=entry.lead)
    assert [f.file.name for f in EntryFile.objects.all()] == ["better.pdf"]


def test_each_step_writes_to_everybody_on_the_entry_in_their_language():
    entry = complete_entry(lead=UserFactory(language="en"))
    joined, waiting = UserFactory(language="zh-hans"), UserFactory()
    with clock.frozen_at(DURING):
        for user in (joined, waiting):
            members.invite_member(entry, user.email, by=entry.lead)
        members.join_entry(entry.members.get(email=joined.email), user=joined)
        Message.objects.all().delete()
        submit_entry(entry, by=entry.lead)
        reopen_entry(entry, by=UserFactory(), reason="附件缺一页")
        withdraw_entry(entry, by=entry.lead)
    sent = Message.objects.order_by("pk").values_list("template", "address", "language")
    templates = ["awards/entry_submitted", "awards/entry_reopened", "awards/entry_withdrawn"]
    assert sorted(sent) == sorted(
        row for t in templates for row in [(t, entry.lead.email, "en"), (t, joined.email, "zh-hans")]
    )  # fmt: skip
    receipts = Message.objects.filter(template="awards/entry_submitted")
    assert {m.attachments.get().name for m in receipts} == {f"{Entry.objects.get().receipt_number}.pdf"}  # fmt: skip
    assert "附件缺一页" in Message.objects.get(template=templates[1], language="en").text


def test_the_database_keeps_the_rules():
    entry, other = submitted_entry(), submitted_entry(call__edition__year=2025)
    for change in (
        {"receipt_number": ""}, {"submitted_at": None}, {"receipt_number": other.receipt_number},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=entry.call_id).update(closes_at=OPENS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=entry.call_id).update(prefix=other.call.prefix)


def test_an_entry_that_was_handed_in_has_a_lead():
    entry = submitted_entry()
    assert list(entries_have_leads()) == []
    entry.members.update(is_lead=False)
    assert list(entries_have_leads()) == [f"entry {entry.code} has no lead"]


def test_editable_is_what_everything_goes_through():
    entry = submitted_entry()
    for name in ("save", "attach", "remove", "invite", "remove member", "submit"):
        assert refusal_of(lambda name=name: CHANGES[name](entry), DURING) == "not_allowed", name
    assert entries.EDITABLE == (EntryState.DRAFT, EntryState.REOPENED)
