"""Writing through the API: known keys only, texts that can be stored, a narrow limit on how often."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from waic.lib.text import clean_text


def storable_text(text):
    """Clean text without the half characters that JSON can carry and a database cannot."""
    return clean_text(text.encode("utf-8", "ignore").decode())


class KnownKeysOnly:
    """Mixin: a key the serializer does not know is a mistake, not something to overlook."""

    def to_internal_value(self, data):
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else ()
        if unknown:
            # Half a character cannot be told back as it came.
            told = [name.encode("utf-8", "replace").decode() for name in unknown]
            raise serializers.ValidationError({name: [_("Unknown field.")] for name in told})
        return super().to_internal_value(data)


class NarrowWrites:
    """Mixin of a viewset: its writes count against the limit for submissions, its reads do not."""

    throttle_scope = "submit"

    def get_throttles(self):
        if self.request.method in SAFE_METHODS:
            self.throttle_scope = None
        return super().get_throttles()
