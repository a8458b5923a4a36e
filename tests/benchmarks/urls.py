"""The reference's only address."""

from django.http import HttpResponse
from django.urls import path


def empty(request):
    """No middleware counts the bytes, so the view does."""
    return HttpResponse(b"ok", headers={"Content-Length": "2"})


urlpatterns = [path("benchmark/empty", empty)]
