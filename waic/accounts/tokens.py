"""API tokens: `Authorization: Bearer …`, stored as digests, with an end and, unless said otherwise, read-only."""

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
