"""What changed since a host asked is asked about, and two desks at once decide once."""

import pytest
from django.core.exceptions import ValidationError

from forums.models import ChangeRequest, Forum, Session
from forums.operations import change_deciding, changes
from tests.forums.asking import NEW_ITEM, ask, code_of, hosted
from tests.forums.factories import ParticipationFactory, at
from tests.forums.proposing import at_once
from tests.lib.factories import UserFactory
from waic.lib import clock
from waic.lib.merging import mark

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


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
