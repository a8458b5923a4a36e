"""Delivering the outbox: claim a row under a lease, send it, mark it after the server's word (guarantee R3).

A worker that dies in between leaves a row whose lease ends; the sweeper finds it. The Message-ID stays the
same, so that a mail that was sent twice is recognised as one.
"""

from datetime import timedelta
from email.utils import formatdate

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from waic.notifications.models import Message, MessageState, Suppression

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than a mail server may take
ATTEMPTS = 8
BATCH = 200


def due():
    """Rows to be sent now: queued, or left half-done by a worker that is gone."""
    now = timezone.now()
    return Message.objects.filter(
        Q(state=MessageState.QUEUED, next_attempt_at__lte=now) | Q(state=MessageState.SENDING, lease_until__lt=now)
    )


def claim(pk):
    """Take one due row under a lease; None when it is not due or in somebody else's hands."""
    with transaction.atomic():
        message = due().select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
        if message is None:
            return None
        if Suppression.objects.filter(address__iexact=message.address).exists():
            Message.objects.filter(pk=pk).update(state=MessageState.SUPPRESSED)
            return None
        message.state, message.lease_until = MessageState.SENDING, timezone.now() + LEASE
        message.attempts += 1
        message.save(update_fields=["state", "lease_until", "attempts"])
        return message


def deliver_message(pk, *, connection=None):
    """Send one message if it is due. True when it went out now."""
    message = claim(pk)
    if message is None:
        return False
    try:
        mail_of(message, connection).send()
    except Exception as error:  # noqa: BLE001 (whatever a mail backend raises, the row must not be lost)
        _postpone(message, error)
        return False
    Message.objects.filter(pk=pk).update(state=MessageState.SENT, sent_at=timezone.now(), lease_until=None, error="")
    return True


def sweep():
    """Send what is due, oldest first, a batch at a time; how many went out."""
    pks = list(due().order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH])
    if not pks:
        return 0
    with get_connection() as connection:
        return sum(deliver_message(pk, connection=connection) for pk in pks)


def mail_of(message, connection=None):
    """The mail of a row: text, HTML, attachments and a Message-ID that never changes."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    mail = EmailMultiAlternatives(
        message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.address], connection=connection,
        headers={"Message-ID": f"<{message.uuid}@{domain}>", "Date": formatdate(message.created_at.timestamp()),
                 "Auto-Submitted": "auto-generated", "Content-Language": message.language},
    )  # fmt: skip
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for stored in message.attachments.all():
        with stored.file.open("rb") as handle:
            mail.attach(stored.name, handle.read(), stored.media_type)
    return mail


def resend(message):
    """Queue a message once more, with a new life of attempts."""
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.QUEUED, attempts=0, next_attempt_at=timezone.now(), lease_until=None, error=""
    )


def _postpone(message, error):
    """Back to the queue, later each time; given up after ATTEMPTS."""
    given_up = message.attempts >= ATTEMPTS
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.FAILED if given_up else MessageState.QUEUED,
        next_attempt_at=timezone.now() + timedelta(minutes=2 ** min(message.attempts, 8)),
        lease_until=None,
        error=f"{type(error).__name__}: {error}"[:500],
        attempts=F("attempts"),
    )
    log.warning("mail_postponed", message=message.pk, attempt=message.attempts, given_up=given_up)
