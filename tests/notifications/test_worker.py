"""What was committed is delivered (R3), by a real worker that is killed and a real broker that forgets."""

import email
import time
from collections import Counter
from email import policy

import pytest
from django.db import transaction
from django.utils import timezone

from tests.notifications.factories import MessageFactory
from waic.notifications.delivery import sweep
from waic.notifications.models import Message, MessageState
from waic.notifications.outbox import wake_up

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

COUNT, KILLS, CONCURRENCY = 200, 3, 2


@pytest.fixture
def letters(tmp_path, real_worker, settings):
    """Where worker and sweeper write their mail; () reads the addresses."""
    settings.EMAIL_BACKEND = "waic.notifications.filemail.EmailBackend"
    settings.EMAIL_FILE_PATH = settings.VAR / "mail"

    def read():
        found = []
        for path in settings.EMAIL_FILE_PATH.glob("*-lost*@example.com-*.eml"):
            found.append(email.message_from_bytes(path.read_bytes(), policy=policy.default)["To"])
        return Counter(found)

    for path in settings.EMAIL_FILE_PATH.glob("*-lost*@example.com-*.eml"):
        path.unlink()
    return read


def wait_until(question, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until and not question():
        time.sleep(0.05)
    return question()


def sent():
    return Message.objects.filter(state=MessageState.SENT).count()


def test_nothing_is_lost_when_worker_and_broker_die(letters, real_worker):
    with transaction.atomic():
        messages = [
            MessageFactory(recipient=None, address=f"lost{number}@example.com", html="")
            for number in range(COUNT)
        ]
    with transaction.atomic():
        MessageFactory(recipient=None, address="lostnever@example.com")
        transaction.set_rollback(True)
    for message in messages:
        wake_up(message.pk)
    for kill in range(KILLS):
        real_worker.start()
        assert wait_until(lambda kill=kill: sent() > kill * 20)
        real_worker.kill()

    from waic.celery import app

    app.control.purge()  # the broker forgets everything
    # The leases of whatever a killed worker held run out.
    Message.objects.filter(state=MessageState.SENDING).update(lease_until=timezone.now())
    sweep()

    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    delivered = letters()
    assert set(delivered) == {message.address for message in messages}
    assert sum(delivered.values()) - COUNT <= KILLS * CONCURRENCY
