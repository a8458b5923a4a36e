"""Which pages are public, and the revision of the site they are kept under (by waic.lib.ready_pages).

A view says that its page is the same for everybody with `@public_page`. Any relevant change bumps the revision after its
commit, so a kept page is never repaired, only left behind.
"""

import time
from functools import wraps

from django.core.cache import cache
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from redis.exceptions import RedisError

_REVISION = "pages:revision"
_GLANCE = 0.05  # seconds for which one process believes the revision it saw: how late another's change may show


# --- Revision -----------------------------------------------------------------------------------


class _Seen:
    """The revision this process saw last; a crowd at the door asks the cache twenty times a second, not a thousand."""

    value, until = None, 0.0


def revision():
    """The number all cached pages belong to; None when the cache cannot be reached."""
    if _Seen.value is None or time.monotonic() > _Seen.until:
        _Seen.value, _Seen.until = _read_revision(), time.monotonic() + _GLANCE
    return _Seen.value


def _read_revision():
    try:
        value = cache.get(_REVISION)
        if value is None:
            # Never a number that was used before, even after the cache was emptied.
            cache.add(_REVISION, time.time_ns() // 1_000_000, None)
            value = cache.get(_REVISION)
    except (RedisError, OSError):
        return None
    return value


def bump():
    """Leave every cached page behind, once the transaction at hand is committed."""
    transaction.on_commit(_bump_now)


def _bump_now():
    _Seen.value = None
    try:
        cache.incr(_REVISION)
    except ValueError:
        revision()
    except (RedisError, OSError):
        # The cache is away; entries die by their own time limit within a minute.
        return
    _Seen.value = None  # another thread may have looked in between


def look_again():
    """Believe no revision that was seen before."""
    _Seen.value = None


def watch(*model_classes):
    """Bump whenever a row of these models is saved or deleted (see PublicQuerySet for bulk writes)."""
    for model in model_classes:
        uid = f"pagecache:{model._meta.label}"
        post_save.connect(_changed, sender=model, dispatch_uid=uid + ":save")
        post_delete.connect(_changed, sender=model, dispatch_uid=uid + ":delete")
        for field in model._meta.many_to_many:
            m2m_changed.connect(
                _changed, sender=field.remote_field.through, dispatch_uid=uid + field.name
            )


def _changed(**_kwargs):
    bump()


class PublicQuerySet(models.QuerySet):
    """For models that public pages show: bulk writes, which send no signals, bump as well."""

    def update(self, **kwargs):
        bump()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, *args, **kwargs):
        bump()
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args, **kwargs):
        bump()
        return super().bulk_update(*args, **kwargs)


# --- Views --------------------------------------------------------------------------------------


def public_page(ttl=60, params=()):
    """Mark a view's answer as the same bytes for everybody.

    ttl: seconds after which it is made anew without a change (now lines, countdowns).
    params: query parameters that may be cached; an address with others is answered but not kept.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD") and response.status_code == 200:
                response.public_ttl = ttl
                response.public_keep = may_be_kept(request, params)
            return response

        wrapped.public_params = params
        return wrapped

    return decorate


def may_be_kept(request, params):
    """Whether an address asks for nothing but the parameters that are worth keeping."""
    return set(request.GET) <= set(params) and len(request.get_full_path()) < 400
