"""API tokens: `Authorization: Bearer …`, stored as digests, with an end and, unless said otherwise, read-only.

A token may also be for one edition: `OfOneEdition` keeps a view of personal rows to it.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import TokenAuthentication

from waic.accounts.models import ApiToken, digest

SAFE = ("GET", "HEAD", "OPTIONS")


class BearerAuthentication(TokenAuthentication):
    """The person behind a bearer token. 401 for an unknown or ended one, 403 for a write with a read-only one."""

    keyword = "Bearer"

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and request.method not in SAFE and not found[1].can_write:
            raise exceptions.PermissionDenied(_("This token may only read."))
        return found

    def authenticate_credentials(self, key):
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=digest(key), user__is_active=True, expires_at__gt=timezone.now())
            .first()
        )
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is not valid."))
        today = timezone.localdate()
        if token.last_used_on != today:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
        return token.user, token


class OfOneEdition:
    """Mixin of views of personal rows: a token for one edition finds no row of another and begins none there.

    `year_path` leads from a row to the year of its edition.
    """

    year_path = "edition__year"

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        year = year_of(self.request)
        return rows if year is None else rows.filter(**{self.year_path: year})

    def insist_on_edition(self, edition):
        """403 when the token is for another edition."""
        if year_of(self.request) not in (None, edition.year):
            raise exceptions.PermissionDenied(_("This token is for another edition."))


def year_of(request):
    """The year a request's token is bound to; None without a token or a bound."""
    return getattr(request.auth, "year", None)
