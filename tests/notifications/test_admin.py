"""The outbox for the desks: one query a list, the room's mail only, sent again where that can be."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from tests.notifications.factories import MessageFactory, TemplateTextFactory, UserFactory
from waic.notifications.models import Message, MessageState, TemplateText

pytestmark = pytest.mark.django_db

LIST = "/admin/notifications/message/"


def desk(client, name):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


def send_again(client, *messages):
    ticked = [message.pk for message in messages]
    return client.post(LIST, {"action": "send_again", "_selected_action": ticked}, follow=True)


def test_what_was_sent_goes_out_once_more_and_what_cannot_is_said(client):
    sent = MessageFactory(state=MessageState.SENT, sent_at=timezone.now(), subject="已送达")
    failed = MessageFactory(state=MessageState.FAILED, attempts=8, error="x", subject="失败")
    waiting = MessageFactory(subject="排队中")
    secret = MessageFactory(state=MessageState.SENT, sent_at=timezone.now(), is_secret=True, subject="验证码邮件")  # fmt: skip
    answer = send_again(desk(client, "organiser"), sent, failed, waiting, secret)
    assert answer.status_code == 200
    said = " ".join(str(m) for m in answer.context["messages"])
    assert "排队中" in said
    assert "验证码邮件" in said
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == (MessageState.QUEUED, 0, "")
    copy = Message.objects.get(cause=f"{sent.cause}#2")
    assert (copy.state, copy.subject, copy.address) == (MessageState.QUEUED, "已送达", sent.address)
    assert Message.objects.count() == 5


def test_a_desk_reads_the_mail_of_its_room_only(client):
    own = MessageFactory(template="exhibitors/approved")
    foreign = [MessageFactory(template=t) for t in ("awards/entry_submitted", "accounts/confirm_code")]  # fmt: skip
    desk(client, "exhibition")
    assert list(client.get(LIST).context["cl"].queryset) == [own]
    for message in foreign:
        assert client.get(f"{LIST}{message.pk}/html/").status_code == 404
    send_again(client, *foreign)
    assert Message.objects.count() == 3


@pytest.mark.parametrize("secret", [True, False])
def test_a_code_is_not_shown_to_a_desk_before_it_is_sent(client, secret):
    message = MessageFactory(text="您的验证码 ABC-123", html="<p>ABC-123</p>", is_secret=secret)
    desk(client, "organiser")
    page = client.get(f"{LIST}{message.pk}/change/")
    assert ("ABC-123" in page.content.decode()) is not secret
    assert client.get(f"{LIST}{message.pk}/html/").status_code == (404 if secret else 200)


def test_the_preview_can_run_nothing(client):
    message = MessageFactory(html="<script>alert(1)</script>")
    preview = desk(client, "organiser").get(f"{LIST}{message.pk}/html/")
    policy = preview["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src 'none'" in policy


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(client, count, django_assert_max_num_queries):
    MessageFactory.create_batch(count)
    desk(client, "organiser")
    client.get(LIST)
    with django_assert_max_num_queries(14):
        answer = client.get(LIST)
    assert len(answer.context["cl"].result_list) == count


def test_a_desk_words_the_messages_of_its_room_only(client):
    own = TemplateTextFactory(template="forums/invitation", language="en")
    foreign = TemplateTextFactory(template="awards/entry_submitted", language="en")
    desk(client, "programme")
    words = "/admin/notifications/templatetext/"
    assert list(client.get(words).context["cl"].queryset) == [own]
    assert client.get(f"{words}{foreign.pk}/change/").status_code == 302
    form = {"language": "zh-hans", "subject": "示例", "text": "示例"}
    refused = client.post(f"{words}add/", {**form, "template": "awards/entry_submitted"})
    assert refused.context["adminform"].form.errors["template"]
    assert client.post(f"{words}add/", {**form, "template": "forums/letter"}).status_code == 302
    assert set(TemplateText.objects.values_list("template", flat=True)) == {
        "forums/invitation", "awards/entry_submitted", "forums/letter",
    }  # fmt: skip
