"""Figures for monitoring: requests by status, and gauges that packages register."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
REQUESTS = Counter("waic_requests", "Answered requests", ["method", "status"], registry=REGISTRY)
PAGES = Counter("waic_pages", "Public pages by where they came from", ["source"], registry=REGISTRY)
_gauges: dict[str, tuple[Gauge, Callable]] = {}


def gauge(name, text, read):
    """Register a gauge whose value `read()` answers when somebody looks."""
    if name not in _gauges:
        _gauges[name] = (Gauge(name, text, registry=REGISTRY, multiprocess_mode="mostrecent"), read)


def refresh_gauges():
    for instrument, read in _gauges.values():
        instrument.set(read())


class MetricsMiddleware:
    """Counts answers by method and status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        method = (
            request.method
            if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
            else "OTHER"
        )
        REQUESTS.labels(method, str(response.status_code)).inc()
        return response
