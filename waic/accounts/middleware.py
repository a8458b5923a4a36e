"""Desks ask for a second factor (S7); the demo edition relaxes that and says so on its sign-in page."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class SecondFactorMiddleware:
    """Leads staff without a second factor to set one up before any admin page opens."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = request.path.removeprefix("/en")
        if (
            settings.STAFF_SECOND_FACTOR
            and path.startswith("/admin/")
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user)
        ):
            messages.warning(request, _("Desks need a second factor. Please set one up first."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)
