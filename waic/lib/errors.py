"""One shape of error for the API (drf-standardized-errors), also for rules that models and operations state."""

from django.core.exceptions import ValidationError as RuleError
from drf_standardized_errors.handler import exception_handler as standard_handler
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.fields import get_error_detail


class Conflict(APIException):
    """409: the row has moved on since it was read."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def exception_handler(exc, context):
    """A Django ValidationError becomes 400 (409 when its code is `stale`) in the standard shape."""
    if isinstance(exc, RuleError):
        if getattr(exc, "code", None) == "stale":
            exc = Conflict(" ".join(exc.messages))
        else:
            exc = serializers.ValidationError(get_error_detail(exc))
    return standard_handler(exc, context)
