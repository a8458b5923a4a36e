"""How allauth speaks and what it asks: our mails, our languages, our second factor."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Mails of the sign-in go out through the outbox."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors by authenticator app and recovery codes."""
