"""What people type about themselves."""

from allauth.account.forms import SignupForm as BaseSignupForm


class SignupForm(BaseSignupForm):
    """Registration by e-mail."""
