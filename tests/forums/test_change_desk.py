"""The desk's pages of changes asked for: the differences, the choice, several at once."""

import json

import pytest

from forums.change_words import described_all
from forums.models import ChangeRequest, Forum
from forums.operations import changes
from forums.operations.forums import publish_forum
from tests.forums.asking import ask, desk_of, hosted
from tests.forums.factories import ParticipationFactory, SessionFactory
from tests.forums.proposing import member_of
from tests.lib.factories import UserFactory
from waic.lib.merging import mark
from waic.lib.models import StepRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


LIST = "/admin/forums/changerequest/"


def test_the_desk_reads_the_diff_and_chooses(client, host):
    forum = hosted(host, published=True, title_zh="示例旧名")
    request = ask(forum, host, title_zh="示例主办方")
    desk = member_of("programme")
    client.force_login(desk)
    page = client.get(f"{LIST}{request.pk}/change/").text
    assert "示例<del>旧名</del><ins>主办方</ins>" in page
    assert 'name="_save"' not in page  # nothing here can be typed
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


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_for_several_shows_what_each_changes_in_the_same_queries(
    client, host, count, django_assert_num_queries
):
    requests = [ask(hosted(host, published=True, title_zh="示例旧名"), host, title_zh=f"示例会议{n}") for n in range(count)]  # fmt: skip
    for request in requests:
        for what, row in (("session", SessionFactory(forum=request.forum)), ("guest", ParticipationFactory(forum=request.forum))):  # fmt: skip
            changes.edit(request.forum, what, "set", {"title_zh": "示例新题"}, by=host, pk=row.pk)
    Forum.objects.filter(pk=requests[0].forum_id).update(title_zh="示例论坛部")
    rows = ChangeRequest.objects.select_related("forum")
    client.force_login(member_of("programme"))
    page = client.post(LIST, {"action": "step_approve", "_selected_action": [r.pk for r in requests]}).text  # fmt: skip
    assert [f"<ins>会议{n}</ins>" in page for n in range(count)] == [True] * count
    assert page.count("其间有改动") == 1
    with django_assert_num_queries(4):
        described_all(list(rows))


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
