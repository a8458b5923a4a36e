"""The one way out: `notify` writes a row in the transaction of its cause; delivery is somebody else's business."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from waic.lib.text import clean_text
from waic.notifications.models import Message


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def template_name(template, language):
    """'forums/booking_receipt' and 'en' → 'forums/emails/booking_receipt.en.txt'."""
    app, _slash, name = template.partition("/")
    return f"{app}/emails/{name}.{language}.txt"


def render(template, language, context):
    """Subject, text and HTML of a template in a language.

    The file's first line is the subject, then an empty line, then the text in paragraphs. The HTML is the same
    text in the shared frame with a button for `link`, so that the two can never say different things.
    """
    with translation.override(language):
        # Mail is text: names must arrive as they are, the HTML frame escapes on its own.
        whole = render_to_string(
            template_name(template, language), {**context, "language": language}
        )
        subject, _gap, text = whole.strip().partition("\n")
        text = text.strip()
        html = render_to_string(
            "notifications/frame.html",
            {
                "subject": subject,
                "paragraphs": text.split("\n\n"),
                "link": context.get("link"),
                "language": language,
            },
        )
    return Rendered(clean_text(subject), text, html)


def notify(recipient, template, *, cause, context=None, link="", language=None, attachments=()):
    """Queue one message; answers the row, also when the same cause was notified before.

    recipient: a User or an e-mail address. cause: what made it, unique per person ("application:12:approve:5").
    link: an absolute or site-relative address, in the recipient's language. attachments: StoredFiles.
    """
    user = None if isinstance(recipient, str) else recipient
    address = recipient if user is None else user.email
    language = language or (
        user.language if user else translation.get_language() or settings.LANGUAGE_CODE
    )
    language = "en" if language.startswith("en") else "zh-hans"
    link = f"{settings.SITE_URL}{link}" if link.startswith("/") else link
    rendered = render(
        template,
        language,
        {"person": user, **(context or {}), "link": link, "site_url": settings.SITE_URL},
    )
    message, made = Message.objects.get_or_create(
        cause=cause, address=address.lower(),
        defaults={
            "recipient": user, "template": template, "language": language, "subject": rendered.subject[:300],
            "text": rendered.text, "html": rendered.html, "link": link,
        },
    )  # fmt: skip
    if made:
        message.attachments.set(attachments)
        transaction.on_commit(lambda: wake_up(message.pk))
    return message


def wake_up(pk):
    """Tell a worker; when the broker is away the sweeper finds the row within a minute."""
    from kombu.exceptions import OperationalError

    from waic.notifications.tasks import deliver

    try:
        deliver.delay(pk)
    except (OperationalError, OSError):
        return
