"""A person's own messages in the portal."""

import pytest

from tests.notifications.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

INBOX = "/portal/messages/"


def test_only_ones_own_messages_newest_first(client):
    person = UserFactory()
    old, new = MessageFactory.create_batch(2, recipient=person)
    foreign = MessageFactory()
    client.force_login(person)
    assert list(client.get(INBOX).context["object_list"]) == [new, old]
    assert client.get(f"{INBOX}{foreign.uuid}/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_opening_a_message_marks_it_as_read_once(client):
    message = MessageFactory(text="<script>alert(1)</script> https://a.example/x")
    client.force_login(message.recipient)
    page = client.get(f"{INBOX}{message.uuid}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    message.refresh_from_db()
    first = message.read_at
    client.get(f"{INBOX}{message.uuid}/")
    message.refresh_from_db()
    assert message.read_at == first is not None


def test_a_wiped_message_says_why_it_is_empty(client):
    message = MessageFactory(text="", html="", link="", is_secret=True)
    client.force_login(message.recipient)
    assert "正文已清除" in client.get(f"{INBOX}{message.uuid}/").content.decode()


def test_an_empty_inbox_says_so(client):
    client.force_login(UserFactory())
    assert "empty" in client.get(INBOX).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_takes_the_same_queries(client, count, django_assert_num_queries):
    person = UserFactory()
    MessageFactory.create_batch(count, recipient=person)
    MessageFactory()
    client.force_login(person)
    client.get(INBOX)
    with django_assert_num_queries(5):  # session, person, edition, count, page
        answer = client.get(INBOX)
    assert len(answer.context["object_list"]) == count
