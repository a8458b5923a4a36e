"""Desks and judges use a second factor (S7); the demo edition relaxes that and says so on its sign-in page."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Whoever opens one of these has a second factor, or sets one up first.
GUARDED = ("/admin/", "/portal/judging/")


class SecondFactorMiddleware:
    """Leads people without a second factor to set one up before a guarded page opens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.STAFF_SECOND_FACTOR and self.lacks_second_factor(request):
            messages.warning(
                request, _("This page needs a second factor. Please set one up first.")
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def lacks_second_factor(request):
        path = request.path.removeprefix("/en")
        # Public pages are the same for everybody: nobody's session is looked at there.
        if not path.startswith(GUARDED) or not request.user.is_authenticated:
            return False
        return not is_mfa_enabled(request.user)
