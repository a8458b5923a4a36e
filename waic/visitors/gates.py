"""The gates of the current edition, at hand: every scan names one, and they hardly ever change."""

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save

from waic.editions.models import Edition, Venue
from waic.visitors.models import Gate

KEY = "visitors:gates"
SECONDS = 60  # a change that sends no signal is seen after this


def gates_now():
    """All gates of the current edition with their venues, in order."""
    gates = cache.get(KEY)
    if gates is None:
        current = Gate.objects.filter(venue__edition=Edition.objects.current())
        gates = list(current.select_related("venue"))
        cache.set(KEY, gates, SECONDS)
    return gates


def _changed(**_kwargs):
    cache.delete(KEY)


def connect():
    for model in (Gate, Venue, Edition):
        for signal in (post_save, post_delete):
            signal.connect(
                _changed, sender=model, dispatch_uid=f"{KEY}:{model.__name__}:{id(signal)}"
            )
