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


WORDINGS = "/admin/notifications/templatetext/"


def test_the_message_is_chosen_from_the_catalogue_of_the_room(client):
    desk(client, "programme")
    page = client.get(f"{WORDINGS}add/")
    names = [name for name, _label in page.context["adminform"].form.fields["template"].choices]
    assert names
    assert {name.partition("/")[0] for name in names} == {"forums"}
    refused = client.post(f"{WORDINGS}add/", {"template": "forums/no_such", "language": "en", "subject": "a", "text": "b"})  # fmt: skip
    assert set(refused.context["adminform"].form.errors) == {"template"}
    assert not TemplateText.objects.exists()


def test_a_wording_may_begin_as_the_shipped_one(client):
    desk(client, "programme")
    page = client.get(f"{WORDINGS}add/?template=forums/letter&language=en")
    initial = page.context["adminform"].form.initial
    assert initial["subject"] == "Letter of invitation"
    assert "{speaker.name_en}" in initial["text"]
    saved = client.post(f"{WORDINGS}add/", {name: initial[name] for name in ("template", "language", "subject", "text")})  # fmt: skip
    assert saved.status_code == 302
    assert TemplateText.objects.get().template == "forums/letter"
    assert client.get(f"{WORDINGS}add/?template=no/such&language=xx").status_code == 200


def test_an_unknown_placeholder_is_named_next_to_its_text(client):
    desk(client, "programme")
    form = {"template": "forums/letter", "language": "en", "subject": "To {speaker.name_en}", "text": "{speaker.email}"}  # fmt: skip
    refused = client.post(f"{WORDINGS}add/", form)
    errors = refused.context["adminform"].form.errors
    assert set(errors) == {"text"}
    assert "{speaker.email}" in errors["text"][0]
    assert "To {speaker.name_en}" in refused.content.decode()  # nothing typed is lost
    assert not TemplateText.objects.exists()


def test_the_form_shows_placeholders_the_shipped_wording_and_both_previews(client):
    wording = TemplateTextFactory(template="forums/letter", language="en", subject="<b>To</b> {speaker.name_en}", text="Come.")  # fmt: skip
    page = desk(client, "programme").get(f"{WORDINGS}{wording.pk}/change/").content.decode()
    assert "&lt;b&gt;To&lt;/b&gt; Sample name" in page
    assert "<b>To</b>" not in page
    assert "<code>{speaker.name_en}</code>" in page
    assert "{load.look}" not in page
    assert "Dear {speaker.name_en}" in page  # as shipped
    assert "示例名称" in page  # the Chinese preview, still as shipped


def test_every_message_has_placeholders_that_read_well():
    from waic.notifications import catalogue

    for template in catalogue.template_names():
        for language in catalogue.LANGUAGES:
            whole = "\n".join(catalogue.shipped(template, language))
            assert catalogue.unknown_placeholders(template, whole) == []
            assert "{" not in catalogue.with_samples(whole, language)


def test_the_list_calls_languages_by_name(client):
    MessageFactory(language="zh-hans")
    MessageFactory(language="en")
    page = desk(client, "organiser").get(f"{LIST}?language=en")
    assert [m.language for m in page.context["cl"].result_list] == ["en"]
    assert "zh-hans</td>" not in client.get(LIST).content.decode()
