"""Delivering the outbox: claim a row under a lease, send it, mark it after the server's word (guarantee R3).

A worker that dies in between leaves a row whose lease ends; the sweeper finds it. The Message-ID stays the
same, so that a mail that was sent twice is recognised as one. Leases and attempts count real time: the
world's mail servers know nothing of the demo clock.
"""

import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.notifications.models import Message, MessageState, Suppression
from waic.notifications.outbox import wake_up

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than a mail server may take
ATTEMPTS = 8
BATCH = 500
SWEEP_SECONDS = 50  # the next sweep comes after a minute


class NotAcceptedError(Exception):
    """The mail backend took nothing and gave no reason."""


def due():
    """Rows to be sent now: queued, or left half-done by a worker that is gone."""
    now = timezone.now()
    return Message.objects.filter(
        Q(state=MessageState.QUEUED, next_attempt_at__lte=now)
        | Q(state=MessageState.SENDING, lease_until__lt=now)
    )


def claim(pk):
    """Take one due row under a lease; None when it is not due or in somebody else's hands."""
    with transaction.atomic():
        message = due().select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
        if message is None:
            return None
        if Suppression.objects.filter(address__iexact=message.address).exists():
            Message.objects.filter(pk=pk).update(
                state=MessageState.SUPPRESSED, lease_until=None, error=""
            )
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
        if not mail_of(message, connection).send():
            raise NotAcceptedError
    except Exception as error:
        # Whatever a mail backend raises, the row must not be lost.
        if connection is not None:
            connection.close()
        _postpone(message, error)
        return False
    _mark_sent(message)
    return True


def sweep():
    """Send what is due, oldest first, for less than a minute; how many went out."""
    until = time.monotonic() + SWEEP_SECONDS
    pks = list(due().order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH])
    connection, count = get_connection(), 0
    try:
        for pk in pks:
            if time.monotonic() > until:
                break
            count += deliver_message(pk, connection=_opened(connection))
    finally:
        connection.close()
    return count


def _opened(connection):
    """The connection, open if the server lets us; a server that is away is each message's own failure."""
    try:
        connection.open()
    except OSError:  # smtplib's errors are OSErrors
        log.warning("mail_server_away")
    return connection


def mail_of(message, connection=None):
    """The mail of a row: text, HTML, attachments and a Message-ID that never changes."""
    mail = EmailMultiAlternatives(
        message.subject, plain_text_of(message), settings.DEFAULT_FROM_EMAIL, [message.address], connection=connection,
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated", "Content-Language": message.language},
    )  # fmt: skip
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for stored in message.attachments.all():
        with stored.file.open("rb") as handle:
            mail.attach(stored.name, handle.read(), stored.media_type)
    return mail


def plain_text_of(message):
    """The text with the address that the HTML shows as a button."""
    if not message.link or message.link in message.text:
        return message.text
    return f"{message.text}\n\n{message.link}"


def message_id(message):
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{message.uuid}@{domain}>"


def _mark_sent(message):
    """After the server's word. Sent stays sent, also when the lease ended meanwhile."""
    wiped = {"text": "", "html": "", "link": ""} if message.is_secret else {}
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT, sent_at=clock.now(), lease_until=None, error="", **wiped
    )


def _postpone(message, error):
    """Back to the queue, later each time; given up after ATTEMPTS or when the address is refused for good."""
    given_up = message.attempts >= ATTEMPTS or _is_final(error)
    # Only as long as the claim is still ours: whoever took the row over decides.
    Message.objects.filter(
        pk=message.pk, state=MessageState.SENDING, attempts=message.attempts
    ).update(
        state=MessageState.FAILED if given_up else MessageState.QUEUED,
        next_attempt_at=timezone.now() + timedelta(minutes=2 ** min(message.attempts, 8)),
        lease_until=None,
        error=f"{type(error).__name__}: {error}"[:500],
    )
    log.warning("mail_postponed", message=message.pk, attempt=message.attempts, given_up=given_up)


def _is_final(error):
    """Whether the server refused the address with a permanent (5xx) answer."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _words in error.recipients.values())


# --- Once more ----------------------------------------------------------------------------------


@transaction.atomic
def resend(message):
    """Send a message once more at a desk's wish; answers the row that is queued.

    What never went out gets a new life of attempts; what was sent is copied, so that the record of the first
    one stays. ValidationError for one that is on its way, or whose words were wiped.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state in (MessageState.QUEUED, MessageState.SENDING):
        raise ValidationError(_("This message is on its way already."), code="on_its_way")
    if message.is_secret:
        raise ValidationError(
            _("This message held a code or a personal link; ask for a new one instead."),
            code="secret",
        )
    again = _copy(message) if message.state == MessageState.SENT else _requeue(message)
    transaction.on_commit(lambda: wake_up(again.pk))
    return again


def _requeue(message):
    message.state, message.attempts, message.error = MessageState.QUEUED, 0, ""
    message.next_attempt_at, message.lease_until = timezone.now(), None
    message.save(update_fields=["state", "attempts", "error", "next_attempt_at", "lease_until"])
    return message


def _copy(message):
    root = message.cause.split("#")[0]
    number = Message.objects.filter(
        Q(cause=root) | Q(cause__startswith=f"{root}#"), address=message.address
    ).count()
    copied = ("recipient", "template", "address", "language", "subject", "text", "html", "link")
    again = Message.objects.create(
        cause=f"{root}#{number + 1}", **{name: getattr(message, name) for name in copied}
    )
    again.attachments.set(message.attachments.all())
    return again
