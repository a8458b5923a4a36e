"""What every template may use. Nothing here depends on the person asking."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from waic.lib import clock


def site(request):
    """`demo`, `site_url`, `clock_now` (lazy)."""
    return {
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "clock_now": SimpleLazyObject(clock.local_now),
    }
