"""Hosts edit their own forum directly until it is approved, then they ask; the desk decides once."""

import pytest
from django.db import IntegrityError, transaction

from forums.models import ChangeRequest, ChangeState, Session, Speaker
from forums.operations import change_deciding, changes
from forums.operations.forums import index_forum
from tests.forums.asking import NEW_GUEST, NEW_ITEM, ask, code_of, desk_of, hosted
from tests.forums.factories import (
    ParticipationFactory,
    SessionFactory,
    SpeakerFactory,
    at,
    timed_session,
)
from tests.forums.proposing import member_of
from tests.lib.factories import UserFactory
from waic.editions.models import SearchEntry
from waic.notifications.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


# --- Before the approval, and after ------------------------------------------------------------------


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
    assert Speaker.objects.get() == known
    assert (Speaker.objects.get().title_zh, forum.participations.get().title_zh) == ("院士", "教授")


# --- Steps -------------------------------------------------------------------------------------------


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
