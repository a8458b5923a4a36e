"""Words of allauth and Django that our Chinese puts better; our catalogue is asked before theirs."""

from django.utils.translation import gettext_noop

WORDED_ANEW = (
    gettext_noop("Incorrect code."),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Confirmation email sent to %(email)s."),
    gettext_noop("Authenticator app activated."),
    gettext_noop("Authenticator app deactivated."),
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    gettext_noop("Null characters are not allowed."),
)
