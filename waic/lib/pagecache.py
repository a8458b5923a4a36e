"""Public pages as ready bytes: rendered once per revision, the same for everybody, no query on a hit.

A view says that its page is public with `@public_page`. The outermost middleware keeps the whole answer
(plain and gzipped, with a strong ETag) in the cache under the site's revision. Any relevant change bumps
the revision after its commit, so an entry is never repaired, only left behind. Of all who ask for a page
that has to be made, one makes it (per process) and the others wait for the same bytes.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from functools import wraps
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from redis.exceptions import RedisError

from waic.lib.api_language import PREFIX as API
from waic.lib.api_language import wanted_language

_REVISION = "pages:revision"
_KEPT_HEADERS = (
    "Content-Type", "Content-Language", "Content-Security-Policy", "Access-Control-Allow-Origin", "Last-Modified",
    "X-Frame-Options", "Link", "Content-Disposition", "Strict-Transport-Security", "X-Content-Type-Options",
    "Referrer-Policy", "Cross-Origin-Opener-Policy",
)  # fmt: skip
_LOCAL_BYTES = 16 * 1024 * 1024  # of all pages one process keeps at hand
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


def forget():
    """Drop what this process keeps at hand; tests begin with it."""
    _Seen.value = None
    _local.clear()


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
                response.public_keep = _may_be_kept(request, params)
            return response

        wrapped.public_params = params
        return wrapped

    return decorate


def _may_be_kept(request, params):
    return set(request.GET) <= set(params) and len(request.get_full_path()) < 400


def _is_kept_page(request):
    """True when the address leads to a public page that may be kept, before anything of it is made."""
    path = request.path_info
    if path.startswith(settings.STATIC_URL):
        return False
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            params = getattr(resolve(path).func, "public_params", None)
        except Resolver404:
            return False
    return params is not None and _may_be_kept(request, params)


# --- Middleware ---------------------------------------------------------------------------------


class _LocalEntries:
    """The newest entries of this process up to a number of bytes, so that a hot page costs no look at the cache."""

    def __init__(self, most_bytes):
        self.most_bytes, self.bytes, self.entries, self.lock = most_bytes, 0, OrderedDict(), Lock()

    def get(self, key):
        with self.lock:
            entry = self.entries.get(key)
            if entry and entry["until"] > time.time():
                self.entries.move_to_end(key)
                return entry
        return None

    def set(self, key, entry):
        with self.lock:
            self._drop(key)
            self.entries[key] = entry
            self.bytes += _size(entry)
            while self.bytes > self.most_bytes:
                self._drop(next(iter(self.entries)))

    def clear(self):
        with self.lock:
            self.entries.clear()
            self.bytes = 0

    def _drop(self, key):
        entry = self.entries.pop(key, None)
        if entry is not None:
            self.bytes -= _size(entry)


def _size(entry):
    return len(entry["body"]) + len(entry["gzip"] or b"")


_local = _LocalEntries(_LOCAL_BYTES)
# Locks by address, few enough to keep: two pages that share one wait for each other once in a while.
_flights = [Lock() for _n in range(64)]


class PageCacheMiddleware:
    """Answers public pages before sessions, languages and authentication are looked at."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return self.get_response(request)
        current = revision()
        key = self._key(request, current)
        entry = _local.get(key) if current is not None else None
        if entry is not None:
            return _answer(request, entry)
        if current is None or not _is_kept_page(request):
            return self._made(request, None)
        with _flights[hash(key) % len(_flights)]:
            entry = _find(key)
            if entry is None:
                return self._made(request, key)
        return _answer(request, entry)

    def _made(self, request, key):
        """The answer made anew, kept under the key when it may be."""
        response = self._render(request)
        if getattr(response, "public_ttl", None) is None or response.streaming:
            return response
        entry = _entry(response)
        if key is not None and response.public_keep:
            _keep(key, entry)
        return _answer(request, entry)

    def _render(self, request):
        response = self.get_response(request)
        if getattr(response, "public_ttl", None) is not None and settings.TESTING:
            _insist_on_public(request, response)
        return response

    @staticmethod
    def _key(request, current):
        address = f"{request.get_host()}{request.get_full_path()}"
        if request.path_info.startswith(API):
            address += f" {wanted_language(request)}"
        return f"page:{current}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _insist_on_public(request, response):
    """A public page that looked at the person asking is a mistake; tests must notice it."""
    if response.cookies or "Cookie" in response.get("Vary", ""):
        raise AssertionError(f"{request.path} is marked public but depends on a cookie")


def _find(key):
    entry = _local.get(key)
    if entry is None:
        try:
            entry = cache.get(key)
        except (RedisError, OSError):
            return None
        if entry is not None:
            _local.set(key, entry)
    return entry


def _keep(key, entry):
    _local.set(key, entry)
    try:
        cache.set(key, entry, max(1, int(entry["until"] - time.time())))
    except (RedisError, OSError):
        return


def _entry(response):
    body = response.content
    ttl = response.public_ttl
    return {
        "body": body,
        "gzip": gzip.compress(body, 6, mtime=0) if len(body) > 400 else None,
        "etag": hashlib.sha256(body).hexdigest()[:24],
        "headers": {name: response[name] for name in _KEPT_HEADERS if name in response},
        "until": time.time() + ttl,
        "ttl": ttl,
    }


def _answer(request, entry):
    zipped = entry["gzip"] is not None and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    etag = f'"{entry["etag"]}{"-gz" if zipped else ""}"'
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if etag in known or "*" in known or f"W/{etag}" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(entry["gzip"] if zipped else entry["body"])
        for name, value in entry["headers"].items():
            response[name] = value
        if zipped:
            response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    fresh = min(30, entry["ttl"])
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={fresh}, stale-while-revalidate=300"
    languages = ["Accept-Language"] if request.path_info.startswith(API) else []
    patch_vary_headers(response, ["Accept-Encoding", *languages])
    return response
