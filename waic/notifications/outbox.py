"""The one way out: `notify` writes a row in the transaction of its cause; delivery is somebody else's business."""

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import render_to_string
from django.utils import translation

from waic.lib.text import clean_text
from waic.notifications import catalogue
from waic.notifications.models import Message, TemplateText

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(template, language, context):
    """Subject, text and HTML of a message in a language: the desk's own wording, else the file's.

    The HTML is the same text in the shared frame with a button for `link`, so that the two can never say
    different things. TemplateDoesNotExist when there is no such message.
    """
    context = {**context, "language": language}
    with translation.override(language):
        subject, text = _own_wording(template, language, context) or _shipped(
            template, language, context
        )
        html = frame(subject, text, language=language, link=context.get("link", ""))
    return Rendered(clean_text(subject.replace("\n", " ")), clean_text(text), html)


def frame(subject, text, *, language, link=""):
    """The HTML of a mail around a text in paragraphs; the address that the button has is not said once more above it."""
    paragraphs = [part for part in text.split("\n\n") if part.strip() != link]
    return render_to_string(
        "notifications/frame.html",
        {"subject": subject, "paragraphs": paragraphs, "link": link, "language": language},
    )


def _shipped(template, language, context):
    # Mail is text: names must arrive as they are; the HTML frame escapes on its own.
    whole = catalogue.compiled(template, language).render(Context(context, autoescape=False))
    return catalogue.split(whole)


def _own_wording(template, language, context):
    """(subject, text) as the desk worded it; None without one, or when it no longer fits the product."""
    own = TemplateText.objects.filter(template=template, language=language).first()
    if own is None:
        return None
    if catalogue.unknown_placeholders(template, own.subject, own.text):
        log.warning("wording_does_not_fit", template=template, language=language)
        return None
    filled = (catalogue.fill(template, part, context) for part in (own.subject, own.text))
    return catalogue.split("\n".join(filled))


def notify(
    recipient,
    template,
    *,
    cause,
    context=None,
    link="",
    language=None,
    attachments=(),
    secret=False,
):
    """Queue one message; answers the row, also when the same cause was notified before.

    recipient: a User or an e-mail address. cause: what made it, unique per person ("application:12:approve:5").
    link: an absolute or site-relative address, in the recipient's language. attachments: StoredFiles.
    secret: it carries a code or a personal link, so no desk sees its words and they are wiped once sent.
    """
    user = None if isinstance(recipient, str) else recipient
    address = (recipient if user is None else user.email).strip().lower()
    known = Message.objects.filter(cause=cause, address=address).first()
    if known is not None:
        return known
    language = _language_for(user, language)
    link = f"{settings.SITE_URL}{link}" if link.startswith("/") else link
    rendered = render(
        template,
        language,
        {"person": user, **(context or {}), "link": link, "site_url": settings.SITE_URL},
    )
    message, made = Message.objects.get_or_create(
        cause=cause, address=address,
        defaults={
            "recipient": user, "template": template, "language": language, "subject": rendered.subject[:300],
            "text": rendered.text, "html": rendered.html, "link": link, "is_secret": secret,
        },
    )  # fmt: skip
    if made:
        message.attachments.set(attachments)
        transaction.on_commit(lambda: wake_up(message.pk))
    return message


def _language_for(user, language):
    return language_of(language or (user.language if user else None))


def language_of(wanted=None):
    """Which of the outbox's languages is meant; the reader's without an argument."""
    wanted = wanted or translation.get_language() or ""
    return "en" if wanted.startswith("en") else "zh-hans"


def wake_up(pk):
    """Tell a worker; when the broker is away the sweeper finds the row within a minute."""
    from kombu.exceptions import OperationalError

    from waic.notifications.tasks import deliver

    try:
        # One try only: a person waits for this request, and the row is safe already.
        deliver.apply_async((pk,), retry=False)
    except (OperationalError, OSError):
        log.warning("broker_away", message=pk)
