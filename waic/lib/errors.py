"""One shape of error for the API (drf-standardized-errors), also for rules that models and operations state.

And for pages: a request that is too long says so.
"""

from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as RuleError
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.handler import exception_handler as standard_handler
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.fields import get_error_detail

from waic.lib.toolong import TOO_LONG


class Conflict(APIException):
    """409: the row has moved on since it was read."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class TooLarge(APIException):
    """413: more than DATA_UPLOAD_MAX_MEMORY_SIZE in one request."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is more than can be sent at once.")
    default_code = "too_large"


def exception_handler(exc, context):
    """A Django ValidationError becomes 400 (409 when its code is `stale`) in the standard shape."""
    if isinstance(exc, RequestDataTooBig):
        exc = TooLarge()
    if isinstance(exc, RuleError):
        if getattr(exc, "code", None) == "stale":
            exc = Conflict(" ".join(exc.messages))
        else:
            exc = serializers.ValidationError(get_error_detail(exc))
    return standard_handler(exc, context)


def bad_request(request, exception):
    """The page for a request that Django refuses: 413 with a way back when it was too long, else 400."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=TOO_LONG)
    return render(request, "400.html", status=status.HTTP_400_BAD_REQUEST)
