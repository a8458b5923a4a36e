"""Editions, read-only for everybody."""

from rest_framework import serializers

from waic.accounts.api_public import PublicViewSet
from waic.editions.models import Edition, PublishedFigure


class FigureSerializer(serializers.ModelSerializer):
    class Meta:
        model = PublishedFigure
        fields = ["key", "name_zh", "name_en", "value", "cut_off"]


class EditionSerializer(serializers.ModelSerializer):
    figures = FigureSerializer(many=True, read_only=True)

    class Meta:
        model = Edition
        fields = ["year", "number", "name_zh", "name_en", "theme_zh", "theme_en", "city_zh", "city_en", "starts_on", "ends_on",
                  "exhibition_ends_on", "floor_area", "organisers", "is_current", "figures"]  # fmt: skip


class EditionViewSet(PublicViewSet):
    """Editions with their published figures."""

    queryset = Edition.objects.published().prefetch_related("figures")
    serializer_class = EditionSerializer
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"


# (prefix, viewset, basename), registered by waic.api.
routes = [("editions", EditionViewSet, "edition")]
