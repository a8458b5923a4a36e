"""How allauth speaks and what it asks: mails in the reader's language, through the outbox.

The outbox lies above this package, so its `notify` is looked up by name (settings.NOTIFY).
"""

import uuid
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

# allauth's name for a mail → ours; others keep allauth's words inside our frame.
TEMPLATES = {
    "account/email/email_confirmation": "accounts/confirm_code",
    "account/email/email_confirmation_signup": "accounts/confirm_code",
    "account/email/password_reset_key": "accounts/password_reset",
    "account/email/unknown_account": "accounts/unknown_account",
    "account/email/account_already_exists": "accounts/already_registered",
}
# Mails that carry a secret are never kept for the desks to read.
SECRET = {"accounts/confirm_code", "accounts/password_reset"}


class AccountAdapter(DefaultAccountAdapter):
    """Mails of the sign-in go out through the outbox like everything else."""

    def get_reset_password_from_key_url(self, key):
        """The link leads to the site's own address, whatever host the request claimed to be for."""
        address = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.SITE_URL}{address.path}"

    def send_mail(self, template_prefix, email, context):
        notify = import_string(settings.NOTIFY)
        template = TEMPLATES.get(template_prefix, "accounts/security_notice")
        if template == "accounts/security_notice":
            context = {**context, **self._words_of_allauth(template_prefix, context)}
        notify(
            email, template, cause=f"{template}:{uuid.uuid4()}", language=translation.get_language(), secret=template in SECRET,
            context={k: context[k] for k in ("code", "password_reset_url", "signup_url", "subject_line", "words") if k in context},
        )  # fmt: skip

    @staticmethod
    def _words_of_allauth(prefix, context):
        """A security notice in allauth's own, translated words."""
        subject = " ".join(render_to_string(f"{prefix}_subject.txt", context).split())
        return {
            "subject_line": subject,
            "words": render_to_string(f"{prefix}_message.txt", context).strip(),
        }


class MFAAdapter(DefaultMFAAdapter):
    """Second factors by authenticator app and recovery codes."""
