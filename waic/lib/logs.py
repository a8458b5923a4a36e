"""Structured logs: one JSON line per event with a request id; console colours for developers.

Values are ids and codes. Personal data and secrets stay out: keys that carry them are dropped here.
"""

import os
import sys
from typing import Any

import structlog

_FORBIDDEN = {
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "email",
    "phone",
    "answers",
    "user_agent",
}


def drop_personal(_logger, _method, event):
    """Processor: no personal data and no secret leaves through a log line."""
    for key in [k for k in event if k.lower() in _FORBIDDEN]:
        event.pop(key)
    # Links with a secret in their path are shortened.
    if "/by-link/" in str(event.get("request", "")):
        event["request"] = str(event["request"]).split("/by-link/")[0] + "/by-link/…"
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    drop_personal,
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

_RENDERER = (
    structlog.dev.ConsoleRenderer()
    if sys.stderr.isatty()
    else structlog.processors.JSONRenderer(ensure_ascii=False)
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": _RENDERER,
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {
        "waic": {"level": os.environ.get("LOG_LEVEL", "INFO")},
        "django_structlog": {"level": os.environ.get("LOG_LEVEL", "WARNING")},
        "django.security.DisallowedHost": {"level": "ERROR"},
    },
}
