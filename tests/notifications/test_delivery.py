"""A message is claimed once, tried again later each time, given up for a reason, and taken over from a lost worker."""

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from tests.notifications.factories import MessageFactory, SuppressionFactory
from waic.lib.files import store
from waic.notifications import delivery
from waic.notifications.delivery import ATTEMPTS, LEASE, claim, deliver_message, sweep
from waic.notifications.models import Message, MessageState

pytestmark = pytest.mark.django_db

REFUSED = smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"no such user")})
GREYLISTED = smtplib.SMTPRecipientsRefused({"a@example.com": (451, b"come back later")})
AWAY = smtplib.SMTPServerDisconnected("gone")


def failing_with(error):
    class Backend(EmailBackend):
        def send_messages(self, messages):
            if isinstance(error, Exception):
                raise error
            return error

    return Backend()


def state_of(message):
    message.refresh_from_db()
    return message.state, message.attempts, message.lease_until, message.error


def test_what_is_sent_is_marked_and_sent_once():
    message, other = MessageFactory(), MessageFactory()
    assert [deliver_message(message.pk), deliver_message(message.pk)] == [True, False]
    assert state_of(message) == (MessageState.SENT, 1, None, "")
    assert state_of(other)[0] == MessageState.QUEUED
    (sent,) = mail.outbox
    assert sent.to == [message.address]
    assert sent.body == f"{message.text}\n\n{message.link}"
    assert sent.alternatives[0][0] == message.html
    assert sent.extra_headers["Message-ID"] == delivery.message_id(message)


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (REFUSED, MessageState.FAILED, "550"), (GREYLISTED, MessageState.QUEUED, "451"), (AWAY, MessageState.QUEUED, "gone"),
        (OSError("no route"), MessageState.QUEUED, "no route"), (0, MessageState.QUEUED, "NotAcceptedError"), (RuntimeError("odd"), MessageState.QUEUED, "odd"),
    ],
)  # fmt: skip
def test_a_refusal_for_good_ends_it_and_anything_else_is_tried_later(error, state, said):
    message, before = MessageFactory(), timezone.now()
    assert not deliver_message(message.pk, connection=failing_with(error))
    found, attempts, lease, words = state_of(message)
    assert (found, attempts, lease, said in words) == (state, 1, None, True)
    later = message.next_attempt_at - before
    assert timedelta(minutes=2) <= later < timedelta(minutes=3)
    assert not deliver_message(message.pk), "not due yet"


def test_the_wait_grows_and_ends():
    message, waits = MessageFactory(), []
    for _attempt in range(ATTEMPTS):
        Message.objects.update(next_attempt_at=timezone.now())
        deliver_message(message.pk, connection=failing_with(AWAY))
        message.refresh_from_db()
        waits.append(round((message.next_attempt_at - timezone.now()) / timedelta(minutes=1)))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert (message.state, message.attempts) == (MessageState.FAILED, ATTEMPTS)
    Message.objects.update(next_attempt_at=timezone.now())
    assert sweep() == 0


def test_a_suppressed_address_gets_nothing_whatever_its_case():
    message = MessageFactory()
    SuppressionFactory(address=message.address.upper())
    assert not deliver_message(message.pk)
    assert (state_of(message)[:2], mail.outbox) == ((MessageState.SUPPRESSED, 0), [])


def test_a_lost_worker_is_followed_when_its_lease_ends_and_no_sooner():
    message = MessageFactory()
    claim(message.pk)
    assert [claim(message.pk), sweep()] == [None, 0]
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert (sweep(), state_of(message)[:2]) == (1, (MessageState.SENT, 2))


def test_who_comes_late_undoes_nothing():
    """The first worker hangs past its lease, another one sends; then the first one fails."""
    message = MessageFactory()
    late = claim(message.pk)
    Message.objects.update(lease_until=timezone.now() - LEASE)
    assert deliver_message(message.pk)
    delivery._postpone(late, AWAY)
    assert state_of(message) == (MessageState.SENT, 2, None, "")


def test_a_server_that_is_away_postpones_what_a_sweep_found(monkeypatch):
    messages = MessageFactory.create_batch(3)

    class Away(EmailBackend):
        def open(self):
            raise OSError("connection refused")

        def send_messages(self, _messages):
            raise OSError("connection refused")

    monkeypatch.setattr(delivery, "get_connection", Away)
    assert sweep() == 0
    assert {state_of(m)[:2] for m in messages} == {(MessageState.QUEUED, 1)}


def test_a_secret_is_wiped_once_it_is_sent():
    message = MessageFactory(is_secret=True)
    deliver_message(message.pk)
    message.refresh_from_db()
    assert (message.text, message.html, message.link) == ("", "", "")
    assert "第一段" in mail.outbox[0].body


def test_a_mail_as_a_file_is_whole_and_named_by_time_and_address(settings, tmp_path):
    settings.EMAIL_BACKEND = "waic.notifications.filemail.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "not" / "there"
    paper = store(b"%PDF-1.4 sample", name="回执.pdf", media_type="application/pdf", kind="sample")
    addresses = ["b@example.com", "../../c@example.com"]
    for address in addresses:
        message = MessageFactory(recipient=None, address=address)
        message.attachments.add(paper)
        assert deliver_message(message.pk)
    first, second = sorted(settings.EMAIL_FILE_PATH.iterdir())
    assert ("-b@example.com-" in first.name, ".._.._c@example.com" in second.name) == (True, True)
    found = email.message_from_bytes(first.read_bytes(), policy=policy.default)
    assert (found["To"], found["Subject"]) == ("b@example.com", "示例消息")
    assert [part.get_filename() for part in found.iter_attachments()] == ["回执.pdf"]
    assert "第二段。" in found.get_body(("plain",)).get_content()
