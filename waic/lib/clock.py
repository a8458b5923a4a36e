"""Domain time: what "now", a deadline and "live" mean.

It is the real time unless the demo edition sets it. Security time (sessions, tokens, signatures) never
comes from here. A demo setting is kept in the cache as (real moment, domain moment), so that every
process agrees and time runs on from a jump.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waic.lib import pagecache

ZONE = ZoneInfo("Asia/Shanghai")
_KEY = "clock:demo-offset"
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)

# The stops of the demo clock: name, moment, label.
STOPS = {
    "calls": (datetime(2024, 4, 8, 9, 0, tzinfo=ZONE), _("Call period")),
    "second-day": (datetime(2024, 7, 5, 10, 24, tzinfo=ZONE), _("Second day")),
    "after": (datetime(2024, 7, 8, 9, 0, tzinfo=ZONE), _("After closing")),
}
DEFAULT_STOP = "second-day"


def now():
    """The domain moment, aware, in UTC."""
    if (frozen := _frozen.get()) is not None:
        return frozen
    real = timezone.now()
    if not (settings.DEMO or settings.TESTING):
        return real
    offset = cache.get(_KEY)
    return real if offset is None else real + timedelta(seconds=offset)


def local(moment):
    """A moment in the edition's zone."""
    return moment.astimezone(ZONE)


def local_now():
    """The domain moment in the edition's zone."""
    return local(now())


def today():
    """The domain date in the edition's zone."""
    return local_now().date()


def jump(moment):
    """Set domain time to an aware moment for every process; from there it runs on. Demo and tests only."""
    if not (settings.DEMO or settings.TESTING):
        raise RuntimeError("The clock moves only in the demo edition.")
    cache.set(_KEY, (moment - timezone.now()).total_seconds(), None)
    pagecache.bump()


def jump_to_stop(name):
    """Jump to one of STOPS; KeyError for another name."""
    jump(STOPS[name][0])


def start_demo():
    """Where the demo begins, at each start of it."""
    jump_to_stop(DEFAULT_STOP)


def reset():
    """Back to real time."""
    cache.delete(_KEY)


@contextmanager
def frozen_at(moment):
    """Inside the block `now()` is this aware moment, in this thread or task only."""
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)
