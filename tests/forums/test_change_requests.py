"""Hosts edit their own forum directly until it is approved, then they ask; the desk decides, and nobody overwrites anybody."""

import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import ChangeRequest, ChangeState, Forum, ForumMaterial, Session, Speaker
from forums.operations import change_deciding, changes
from forums.operations.forums import cancel_forum, index_forum, publish_forum
from tests.forums.factories import (
    ForumFactory,
    ParticipationFactory,
    SessionFactory,
    SpeakerFactory,
    at,
    published_forum,
    timed_session,
)
from tests.forums.proposing import at_once, member_of
from tests.lib.factories import UserFactory
from waic.editions.models import SearchEntry
from waic.lib import clock
from waic.lib.merging import mark
from waic.lib.models import StepRecord
from waic.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with clock.frozen_at(at("08:00")):
        yield


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


def hosted(person, published=False, **fields):
    forum = published_forum(**fields) if published else ForumFactory(**fields)
    forum.hosts.create(user=person)
    return forum


def desk_of(forum):
    return reverse("forums:hosted-forum", args=[forum.code])


def row_of(forum, part, row=None):
    if row is None:
        return reverse("forums:hosted-row-new", args=[forum.code, part])
    return reverse("forums:hosted-row", args=[forum.code, part, row.pk])


def ask(forum, by, **texts):
    """Ask for other texts; the pending request."""
    return changes.edit(forum, "text", "set", texts, by=by)


def code_of(work):
    with pytest.raises(ValidationError) as refusal:
        work()
    return {e.code for e in refusal.value.error_list}


NEW_GUEST = {"name_zh": "示例新嘉宾", "name_en": "", "role": "speaker", "title_zh": "教授", "title_en": "", "affiliation_zh": "示例大学", "affiliation_en": ""}  # fmt: skip
NEW_ITEM = {"kind": "speech", "title_zh": "示例新演讲", "title_en": "New talk", "abstract_zh": "", "abstract_en": "", "language": "zh"}  # fmt: skip


# --- Before the approval, and after --------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "review"])
def test_before_the_approval_a_host_edits_directly(host, state):
    forum = hosted(host, state=state)
    session, guest = SessionFactory(forum=forum), ParticipationFactory(forum=forum)
    changes.edit(forum, "text", "set", {"title_zh": "示例新名"}, by=host)
    changes.edit(forum, "session", "set", {"title_en": "Other"}, by=host, pk=session.pk)
    changes.edit(forum, "session", "add", NEW_ITEM, by=host)
    changes.edit(forum, "guest", "set", {"role": "keynote"}, by=host, pk=guest.pk)
    last = changes.edit(forum, "guest", "add", NEW_GUEST, by=host)
    forum.refresh_from_db()
    assert forum.title_zh == "示例新名"
    assert [s.title_en for s in forum.sessions.all()] == ["Other", "New talk"]
    assert [(str(g.speaker), g.role, g.is_confirmed) for g in forum.participations.all()] == [
        (str(guest.speaker), "keynote", True), ("示例新嘉宾", "speaker", False),
    ]  # fmt: skip
    assert (last.state, set(ChangeRequest.objects.values_list("state", flat=True))) == ("direct", {"direct"})  # fmt: skip
    changes.edit(forum, "session", "remove", by=host, pk=session.pk)
    changes.edit(forum, "guest", "remove", by=host, pk=guest.pk)
    assert (forum.sessions.count(), forum.participations.count()) == (1, 1)
    assert not Message.objects.exists()


def test_after_it_everything_waits_for_the_desk(client, host, django_capture_on_commit_callbacks):
    desk = member_of("programme")
    forum = hosted(host, published=True, title_zh="示例旧名")
    session, guest = timed_session(forum), ParticipationFactory(forum=forum)
    index_forum(forum)
    before = client.get(f"/2024/forums/{forum.code}/").content
    ask(forum, host, title_zh="示例新名")
    changes.edit(forum, "session", "set", {"title_zh": "示例改题"}, by=host, pk=session.pk)
    changes.edit(forum, "session", "add", NEW_ITEM, by=host)
    changes.edit(forum, "guest", "remove", by=host, pk=guest.pk)
    request = changes.edit(forum, "guest", "add", NEW_GUEST, by=host)
    assert [(r["what"], r["op"]) for r in request.changes] == [
        ("text", "set"), ("session", "set"), ("session", "add"), ("guest", "remove"), ("guest", "add"),
    ]  # fmt: skip
    assert client.get(f"/2024/forums/{forum.code}/").content == before
    assert [m.address for m in Message.objects.all()] == [desk.email]
    with django_capture_on_commit_callbacks(execute=True):
        change_deciding.approve_changes(request, by=desk, reason="好")
    after = client.get(f"/2024/forums/{forum.code}/").text
    for words in ("示例新名", "示例改题", "示例新演讲"):
        assert words in after
    assert str(guest.speaker) not in after
    # Nobody is announced before they confirmed; the host sees them waiting.
    assert "示例新嘉宾" not in after
    client.force_login(host)
    desk_page = client.get(desk_of(forum)).text
    assert "示例新嘉宾" in desk_page
    assert str(guest.speaker) not in desk_page
    assert SearchEntry.objects.get(kind="forum").title_zh == "示例新名"
    request.refresh_from_db()
    assert (request.state, request.decided_at, request.answer) == ("approved", at("08:00"), "好")
    assert Message.objects.get(address=host.email).subject == "修改已批准：示例新名"


def test_the_same_field_asked_twice_is_one_change_and_back_is_none(host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    ask(forum, host, title_zh="示例一")
    request = ask(forum, host, title_zh="示例二", summary_en="New")
    assert [(r["field"], r["new"]) for r in request.changes] == [("title_zh", "示例二"), ("summary_en", "New")]  # fmt: skip
    assert ask(forum, host, title_zh="示例旧名", summary_en="").state == "withdrawn"
    assert changes.pending_of(forum) is None
    assert ask(forum, host, title_zh="示例旧名") is None


def test_an_item_that_was_public_stays_in_calendars_as_cancelled(host):
    forum = hosted(host, published=True)
    session, never = timed_session(forum), SessionFactory(forum=forum)
    for row in (session, never):
        request = changes.edit(forum, "session", "remove", by=host, pk=row.pk)
    change_deciding.approve_changes(request, by=UserFactory())
    slot = session.slots.get()
    assert (slot.state, slot.sequence) == ("cancelled", 1)
    assert not Session.objects.filter(pk=never.pk).exists()


def test_a_known_guest_is_recognised_and_not_changed(host):
    forum = hosted(host)
    known = SpeakerFactory(edition=forum.edition, name_zh="示例新嘉宾", name_en="", affiliation_zh="示例大学", affiliation_en="", title_zh="院士")  # fmt: skip
    changes.edit(forum, "guest", "add", NEW_GUEST, by=host)
    changes.edit(forum, "guest", "add", NEW_GUEST, by=host)
    assert Speaker.objects.get() == known
    assert (Speaker.objects.get().title_zh, forum.participations.get().title_zh) == ("院士", "教授")


# --- Steps --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ChangeState.values)
@pytest.mark.parametrize("step", ["approve", "refuse", "withdraw"])
def test_every_step_from_every_state(host, state, step):
    forum = hosted(host, published=True, title_zh="示例旧名")
    request = ask(forum, host, title_zh="示例新名")
    decided = None if state in ("pending", "withdrawn") else at("08:00")
    ChangeRequest.objects.filter(pk=request.pk).update(state=state, decided_at=decided)
    request.refresh_from_db()
    work = {
        "approve": lambda: change_deciding.approve_changes(request, by=UserFactory()),
        "refuse": lambda: change_deciding.refuse_changes(
            request, by=UserFactory(), reason="示例原因"
        ),
        "withdraw": lambda: changes.withdraw_changes(forum, by=host),
    }[step]
    targets = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"}
    if state == "pending":
        assert work().state == targets[step]
    else:
        assert code_of(work) == {"not_allowed"}
    forum.refresh_from_db()
    assert forum.title_zh == ("示例新名" if (state, step) == ("pending", "approve") else "示例旧名")


def test_a_refusal_has_a_reason_the_host_reads(host):
    forum = hosted(host, published=True)
    request = ask(forum, host, title_zh="示例新名")
    assert code_of(lambda: change_deciding.refuse_changes(request, by=UserFactory(), reason=" ")) == {"reason"}  # fmt: skip
    change_deciding.refuse_changes(request, by=UserFactory(), reason="标题过长")
    assert "标题过长" in Message.objects.get(address=host.email).text


def test_the_database_keeps_one_pending_request_per_forum(host):
    forum = hosted(host, published=True)
    ask(forum, host, title_zh="示例新名")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.create(forum=forum, requested_by=host)


# --- Nobody overwrites anybody -------------------------------------------------------------------


def test_what_changed_meanwhile_is_asked_about(host):
    forum = hosted(host, published=True, title_zh="示例旧名", title_en="Old")
    request = ask(forum, host, title_zh="示例主办方", title_en="Host")
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例论坛部")
    with pytest.raises(ValidationError) as refusal:
        change_deciding.approve_changes(request, by=UserFactory())
    said = " ".join(refusal.value.messages)
    assert all(words in said for words in ("示例旧名", "示例论坛部", "示例主办方"))
    assert "Host" not in said
    key = request.changes[0]["key"]
    # A choice about a value that is not there any more does not count.
    old = {key: ("host", mark("示例旧名"))}
    assert code_of(lambda: change_deciding.approve_changes(request, by=UserFactory(), choices=old)) == {"asked"}  # fmt: skip
    change_deciding.approve_changes(
        request, by=UserFactory(), choices={key: ("desk", mark("示例论坛部"))}
    )
    forum.refresh_from_db()
    assert (forum.title_zh, forum.title_en) == ("示例论坛部", "Host")


def test_the_hosts_text_may_be_chosen_and_what_is_gone_stays_gone(host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    guest = ParticipationFactory(forum=forum)
    request = ask(forum, host, title_zh="示例主办方")
    request = changes.edit(forum, "guest", "set", {"title_zh": "教授"}, by=host, pk=guest.pk)
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例论坛部")
    guest.delete()
    choices = {request.changes[0]["key"]: ("host", mark("示例论坛部")), request.changes[1]["key"]: ("host", mark(None))}  # fmt: skip
    change_deciding.approve_changes(request, by=UserFactory(), choices=choices)
    forum.refresh_from_db()
    assert (forum.title_zh, forum.participations.count()) == ("示例主办方", 0)


def test_a_value_the_desk_wrote_itself_is_no_question(host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    request = ask(forum, host, title_zh="示例新名")
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例新名")
    assert change_deciding.approve_changes(request, by=UserFactory()).state == "approved"


@pytest.mark.django_db(transaction=True)
def test_two_desks_at_once_decide_once():
    host = UserFactory()
    forum = hosted(host, published=True)
    request = ask(forum, host, title_zh="示例新名")
    changes.edit(forum, "session", "add", NEW_ITEM, by=host)
    request.refresh_from_db()

    def decide(n, start):
        with clock.frozen_at(at("08:00")):
            start.wait()
            try:
                return change_deciding.approve_changes(ChangeRequest.objects.get(pk=request.pk), by=host).state  # fmt: skip
            except ValidationError as refusal:
                return refusal.code

    assert sorted(at_once(3, decide)) == ["approved", "not_allowed", "not_allowed"]
    assert forum.sessions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_naive_way_would_write_twice():
    """The wrong variant: look at the state, then write."""
    host = UserFactory()
    forum = hosted(host, published=True)
    changes.edit(forum, "session", "add", NEW_ITEM, by=host)
    request = changes.pending_of(forum)

    def naive(_n, start):
        row = ChangeRequest.objects.get(pk=request.pk)
        start.wait()
        if row.state == "pending":
            Session.objects.create(forum=forum, **row.changes[0]["new"])

    at_once(2, naive)
    assert forum.sessions.count() == 2


# --- The host's pages ---------------------------------------------------------------------------


def seen_on(client, address):
    return client.get(address).context["form"]["seen"].value()


def test_a_host_edits_an_item_on_its_page(client, host):
    forum = hosted(host)
    session = SessionFactory(forum=forum, title_zh="示例旧题")
    address = row_of(forum, "agenda", session)
    data = {**NEW_ITEM, "title_zh": "示例新题 🤖", "seen": seen_on(client, address)}
    assert client.post(address, data)["Location"] == desk_of(forum)
    session.refresh_from_db()
    assert (session.title_zh, session.version) == ("示例新题 🤖", 4)  # three fields
    late = client.post(address, {**data, "title_zh": "示例晚到"})
    assert late.status_code == 409
    assert "示例晚到" in late.text
    assert "示例新题 🤖" in late.text
    again = client.post(address, {**data, "title_zh": "示例晚到", "seen": late.context["form"].data["seen"]})  # fmt: skip
    assert again.status_code == 302
    assert client.post(address, {"remove": "1", "seen": seen_on(client, address)}).status_code == 302  # fmt: skip
    assert not forum.sessions.exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("part", "data", "field"),
    [
        ("agenda", {"title_zh": ""}, "title_zh"), ("agenda", {"title_zh": "示" * 301}, "title_zh"), ("agenda", {"kind": "🤖"}, "kind"),
        ("agenda", {"abstract_zh": "x" * 5001}, "abstract_zh"), ("agenda", {"title_zh": "a\x00b"}, "title_zh"),
        ("guests", {"name_zh": "", "name_en": ""}, "name_zh"), ("guests", {"name_zh": "x" * 101}, "name_zh"),
        ("guests", {"role": "president"}, "role"), ("guests", {"title_zh": "x" * 201}, "title_zh"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_stays(client, host, part, data, field):
    forum = hosted(host)
    base = NEW_ITEM if part == "agenda" else {**NEW_GUEST, "title_en": "kept words"}
    answer = client.post(row_of(forum, part), {**base, **data})
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert ("New talk" if part == "agenda" else "kept words") in answer.text
    assert (forum.sessions.count(), forum.participations.count()) == (0, 0)


def test_the_page_shows_what_was_asked_and_takes_it_out(client, host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    session = timed_session(forum)
    data = {"title_zh": "示例新名", "title_en": forum.title_en, "summary_zh": "", "summary_en": "", "language": "zh", "version": forum.version}  # fmt: skip
    assert client.post(desk_of(forum), data).status_code == 302
    client.post(row_of(forum, "agenda", session), {**NEW_ITEM, "seen": seen_on(client, row_of(forum, "agenda", session))})  # fmt: skip
    page = client.get(desk_of(forum))
    assert [line.field for line in page.context["lines"]] == [
        "中文标题",
        "中文标题",
        "英文标题",
        "语言",
    ]
    assert page.context["form"]["title_zh"].value() == "示例新名"
    forum.refresh_from_db()
    assert forum.title_zh == "示例旧名"
    client.post(desk_of(forum), {"step": "take_out", "key": "text:0:title_zh"})
    assert [r["what"] for r in changes.pending_of(forum).changes] == ["session"] * 3
    client.post(desk_of(forum), {"step": "take_out", "key": "no-such"})
    client.post(desk_of(forum), {"step": "withdraw"})
    assert changes.pending_of(forum) is None
    again = client.post(desk_of(forum), {"step": "withdraw"}, follow=True)
    assert [m.level_tag for m in again.context["messages"]][-1] == "error"


def test_a_cancelled_forum_is_not_changed(client, host):
    forum = hosted(host, published=True)
    cancel_forum(forum, reason="示例原因")
    assert code_of(lambda: ask(forum, host, title_zh="示例")) == {"cancelled"}
    assert client.get(desk_of(forum)).context["may_change"] is False
    assert client.post(row_of(forum, "agenda"), NEW_ITEM).status_code == 409


def test_rows_of_other_forums_are_not_there(client, host):
    mine, other = hosted(host), hosted(UserFactory())
    theirs, guest = SessionFactory(forum=other), ParticipationFactory(forum=other)
    for forum in (mine, other):
        for address in (row_of(forum, "agenda", theirs), row_of(forum, "guests", guest)):
            assert client.get(address).status_code == 404
            assert client.post(address, {**NEW_ITEM, "remove": "1"}).status_code == 404
    assert client.get(row_of(other, "agenda")).status_code == 404
    assert client.post(row_of(other, "guests"), NEW_GUEST).status_code == 404
    assert client.get(row_of(mine, "nonsense")).status_code == 404
    huge = row_of(mine, "agenda", theirs).replace(f"/{theirs.pk}/", f"/{'9' * 30}/")
    assert client.get(huge).status_code == 404
    assert code_of(lambda: ask(other, host, title_zh="改")) == {"not_yours"}
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_hosts_page_takes_the_same_queries_for_three_as_for_one(
    client, host, count, django_assert_max_num_queries
):
    forum = hosted(host, published=True)
    for _n in range(count):
        timed_session(forum)
        ParticipationFactory(forum=forum)
    with django_assert_max_num_queries(20):
        client.get(desk_of(forum))
    with CaptureQueriesContext(connection) as queries:
        client.get(desk_of(forum))
    assert len(queries) < 20


# --- Materials ----------------------------------------------------------------------------------


def a_pdf():
    from pypdf import PdfWriter

    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return SimpleUploadedFile("流程.pdf", out.getvalue(), "application/pdf")


def test_materials_are_for_the_host_and_the_desk(client, host):
    forum = hosted(host)
    assert client.post(desk_of(forum), {"step": "upload", "file": a_pdf()}).status_code == 302
    row = ForumMaterial.objects.get()
    address = reverse("forums:hosted-material", args=[forum.code, row.file.uuid])
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    assert row.file.is_public is False
    wrong = client.post(desk_of(forum), {"step": "upload", "file": SimpleUploadedFile("a.pdf", b"MZ")})  # fmt: skip
    assert wrong.status_code == 400
    assert wrong.context["material"].errors["file"]
    assert client.post(desk_of(forum), {"step": "upload"}).status_code == 400
    client.force_login(member_of("programme"))
    assert client.get(reverse("admin:forums_forum_material", args=[row.pk])).status_code == 200
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(host)
    for key in ("x", "9" * 40, str(row.pk)):
        assert client.post(desk_of(forum), {"step": "unload", "key": key}).status_code == 302
    assert not ForumMaterial.objects.exists()


# --- The desk's pages ---------------------------------------------------------------------------


LIST = "/admin/forums/changerequest/"


def test_the_desk_reads_the_diff_and_chooses(client, host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    request = ask(forum, host, title_zh="示例主办方")
    desk = member_of("programme")
    client.force_login(desk)
    page = client.get(f"{LIST}{request.pk}/change/").text
    assert "示例旧名" in page
    assert "示例主办方" in page
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例论坛部")
    step = f"{LIST}{request.pk}/step/approve/"
    form = client.get(step).context["form"]
    assert "示例论坛部" in form["whose-0"].help_text
    given = {"confirmed": "1", "version": request.version}
    assert client.post(step, given).status_code == 400
    Forum.objects.filter(pk=forum.pk).update(title_zh="示例论坛部又改")
    host_wins = {**given, "whose-0": f"host:{mark('示例论坛部')}"}
    assert client.post(step, host_wins).status_code == 400
    assert client.post(step, {**given, "whose-0": f"host:{mark('示例论坛部又改')}"}).status_code == 302  # fmt: skip
    forum.refresh_from_db()
    assert forum.title_zh == "示例主办方"
    assert StepRecord.objects.of(request).get().by == desk


def test_several_at_once_and_the_doubtful_one_stays(client, host):
    requests = []
    for n in range(3):
        forum = hosted(host, published=True, title_zh=f"示例旧名{n}")
        requests.append(ask(forum, host, title_zh=f"示例新名{n}"))
    Forum.objects.filter(pk=requests[0].forum_id).update(title_zh="示例论坛部")
    client.force_login(member_of("programme"))
    data = {"action": "step_approve", "_selected_action": [r.pk for r in requests], "confirmed": "1", "reason": ""}  # fmt: skip
    answer = client.post(LIST, data, follow=True)
    assert sorted(m.level_tag for m in answer.context["messages"]) == ["success", "warning"]
    assert [ChangeRequest.objects.get(pk=r.pk).state for r in requests] == ["pending", "approved", "approved"]  # fmt: skip
    data = {**data, "action": "step_refuse", "reason": "示例原因"}
    client.post(LIST, data, follow=True)
    assert ChangeRequest.objects.get(pk=requests[0].pk).state == "refused"


def test_other_desks_and_hosts_stay_outside(client, host):
    request = ask(hosted(host, published=True), host, title_zh="示例新名")
    assert client.get(f"{LIST}{request.pk}/change/").status_code == 302
    client.force_login(member_of("exhibition"))
    assert client.get(f"{LIST}{request.pk}/change/").status_code == 403
    assert client.post(f"{LIST}{request.pk}/step/approve/", {"confirmed": "1"}).status_code in (403, 404)  # fmt: skip
    request.refresh_from_db()
    assert request.state == "pending"


def test_a_published_forum_is_asked_even_when_it_was_a_draft_on_the_page(client, host):
    forum = hosted(host)
    data = {"title_zh": "示例新名", "title_en": "", "summary_zh": "", "summary_en": "", "language": "zh", "version": forum.version}  # fmt: skip
    publish_forum(forum)
    answer = client.post(desk_of(forum), {**data, "version": forum.version})
    assert answer.status_code == 302
    assert json.dumps(changes.pending_of(forum).changes)
    assert Forum.objects.get().title_zh != "示例新名"
