"""Reading what API clients write: known keys only, texts that can be stored."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from waic.lib.text import clean_text


def storable_text(text):
    """Clean text without the half characters that JSON can carry and a database cannot."""
    return clean_text(text.encode("utf-8", "ignore").decode())


class KnownKeysOnly:
    """Mixin: a key the serializer does not know is a mistake, not something to overlook."""

    def to_internal_value(self, data):
        if not hasattr(data, "keys"):
            return super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: [_("Unknown field.")] for name in unknown})
        return super().to_internal_value(data)
