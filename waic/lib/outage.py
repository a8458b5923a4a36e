"""A lost database is an outage with a retry time, never a server error page."""

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.shortcuts import render


class OutageMiddleware:
    """Turns a lost connection into 503 with Retry-After, in the reader's language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        if request.path.startswith("/api/"):
            response = JsonResponse({"type": "server_error", "errors": [{"code": "unavailable", "detail": "Try again shortly.", "attr": None}]}, status=503)  # fmt: skip
        else:
            response = render(None, "503.html", status=503)
        response["Retry-After"] = "10"
        return response
