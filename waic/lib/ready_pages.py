"""Public pages as ready bytes: rendered once per revision, the same for everybody, no query on a hit.

The outermost middleware keeps the whole answer (plain and gzipped, with a strong ETag) in the cache under the site's
revision (waic.lib.pagecache). Of all who ask for a page that has to be made, one makes it (per process) and the others
wait for the same bytes.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from redis.exceptions import RedisError

from waic.lib.api_language import PREFIX as API
from waic.lib.api_language import wanted_language
from waic.lib.pagecache import look_again, may_be_kept, revision

_KEPT_HEADERS = (
    "Content-Type", "Content-Language", "Content-Security-Policy", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    "Last-Modified", "X-Frame-Options", "Link", "Content-Disposition", "Strict-Transport-Security", "X-Content-Type-Options",
    "Referrer-Policy", "Cross-Origin-Opener-Policy",
)  # fmt: skip
_LOCAL_BYTES = 16 * 1024 * 1024  # of all pages one process keeps at hand


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


def forget():
    """Drop what this process keeps at hand, the revision it saw too; tests begin with it."""
    look_again()
    _local.clear()


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
    return params is not None and may_be_kept(request, params)
