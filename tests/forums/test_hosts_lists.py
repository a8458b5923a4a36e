"""Who speaks in which item and in which order: hosts set it as they set everything else of their forum."""

import pytest
from django.core.exceptions import ValidationError

from forums.models import ChangeRequest, Participation
from forums.operations import change_deciding, changes
from tests.forums.asking import NEW_GUEST, code_of, hosted, row_of
from tests.forums.factories import (
    ParticipationFactory,
    SessionFactory,
    published_forum,
    timed_session,
)
from tests.lib.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_morning")]


@pytest.fixture
def host(client):
    person = UserFactory()
    client.force_login(person)
    return person


def lists_of(forum):
    rows = forum.participations.order_by("order", "pk")
    return list(rows.values_list("speaker__name_zh", "session__title_zh", "order"))


def typed(client, address, **changed):
    """What a browser sends of a row's page."""
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


def test_a_host_says_who_speaks_where_and_in_which_order(client, host):
    forum = hosted(host)
    talk = SessionFactory(forum=forum, title_zh="示例演讲", order=1)
    panel = SessionFactory(forum=forum, title_zh="示例圆桌", order=2)
    guest = ParticipationFactory(forum=forum, speaker__name_zh="示例甲", order=1)
    for row, part, changed in ((guest, "guests", {"session": panel.pk, "order": "9"}), (panel, "agenda", {"order": "0"})):  # fmt: skip
        address = row_of(forum, part, row)
        assert client.post(address, typed(client, address, **changed)).status_code == 302
    new = {**NEW_GUEST, "session": talk.pk}
    assert client.post(row_of(forum, "guests"), new).status_code == 302
    assert lists_of(forum) == [("示例甲", "示例圆桌", 9), ("示例新嘉宾", "示例演讲", 10)]
    assert [s.title_zh for s in forum.sessions.all()] == ["示例圆桌", "示例演讲"]
    page = client.get(row_of(forum, "guests", guest)).context["form"]
    assert (page["session"].value(), page["order"].value()) == (panel.pk, 9)


def test_after_the_approval_it_is_asked_for_by_the_names_of_the_items(client, host):
    forum = hosted(host, published=True)
    talk, panel = (timed_session(forum, title_zh=t) for t in ("示例演讲", "示例圆桌"))
    guest = ParticipationFactory(forum=forum, session=talk, speaker__name_zh="示例甲")
    address = row_of(forum, "guests", guest)
    client.post(address, typed(client, address, session=panel.pk))
    client.post(address, typed(client, address, order="3", session=panel.pk))
    request = changes.pending_of(forum)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get(f"/admin/forums/changerequest/{request.pk}/change/").text
    assert "示例<del>演讲</del><ins>圆桌</ins>" in page
    assert "<del>0</del><ins>3</ins>" in page
    change_deciding.approve_changes(request, by=UserFactory())
    assert lists_of(forum) == [("示例甲", "示例圆桌", 3)]


@pytest.mark.parametrize("published", [False, True])
def test_nobody_comes_twice_to_one_item(client, host, published):
    forum = hosted(host, published=published)
    talk = SessionFactory(forum=forum)
    changes.edit(forum, "guest", "add", {**NEW_GUEST, "session": talk.pk}, by=host)
    again = client.post(row_of(forum, "guests"), {**NEW_GUEST, "session": talk.pk})
    assert (again.status_code, again.context["form"].non_field_errors()) == (409, ["此人已在名单中。"])  # fmt: skip
    assert "示例新嘉宾" in again.text
    client.post(row_of(forum, "guests"), NEW_GUEST)
    if published:
        change_deciding.approve_changes(changes.pending_of(forum), by=UserFactory())
    assert sorted(forum.participations.values_list("session", flat=True), key=str) == [talk.pk, None]  # fmt: skip
    whole = forum.participations.get(session=None)
    assert code_of(lambda: changes.edit(forum, "guest", "set", {"session": talk.pk}, by=host, pk=whole.pk)) == {"twice"}  # fmt: skip


def test_items_of_other_forums_and_items_that_are_gone_are_refused(client, host):
    forum, foreign = hosted(host, published=True), SessionFactory(forum=published_forum())
    guest, talk = ParticipationFactory(forum=forum), SessionFactory(forum=forum)
    address = row_of(forum, "guests", guest)
    answer = client.post(address, typed(client, address, session=foreign.pk))
    assert (answer.status_code, "session" in answer.context["form"].errors) == (400, True)
    with pytest.raises(ValidationError):
        changes.edit(forum, "guest", "set", {"session": foreign.pk}, by=host, pk=guest.pk)
    client.post(address, typed(client, address, session=talk.pk))
    talk.delete()
    request = changes.pending_of(forum)
    assert code_of(lambda: change_deciding.approve_changes(request, by=UserFactory())) == {"gone"}
    assert (ChangeRequest.objects.get().state, Participation.objects.get().session) == ("pending", None)  # fmt: skip
