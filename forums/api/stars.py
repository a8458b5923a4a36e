"""The API of one's own stars, an edition at a time: `GET` and `PATCH /api/v1/stars/YEAR/`.

A visitor without an account asks as well, to learn that there is none; their stars are the browser's.
"""

from django.shortcuts import get_object_or_404
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.response import Response

from forums.models import Star
from forums.models.star import MOST_STARS
from forums.operations.stars import change_stars, starred_codes, unknown_codes
from forums.selection import not_there
from waic.accounts.tokens import OfOneEdition
from waic.editions.models import Edition
from waic.lib.api_writing import KnownKeysOnly, NarrowWrites
from waic.lib.codes import PATTERN


def codes_field(words):
    return serializers.ListField(
        child=serializers.RegexField(PATTERN), max_length=MOST_STARS, required=False, default=list,
        help_text=words,
    )  # fmt: skip


class StarChangeSerializer(KnownKeysOnly, serializers.Serializer):
    """What one device changed since it last asked."""

    add = codes_field("codes of forums and sessions to star")
    remove = codes_field("codes whose star is taken away; one that has none is no mistake")

    def validate_add(self, codes):
        unknown = set(unknown_codes(self.context["edition"], codes))
        faults = {n: [not_there([code])] for n, code in enumerate(codes) if code in unknown}
        if faults:
            raise serializers.ValidationError(faults, code="unknown")
        return codes

    def validate(self, data):
        if set(data["add"]) & set(data["remove"]):
            raise serializers.ValidationError(
                {"remove": [_("A star is either set or taken away, not both at once.")]}
            )
        return data


class StarsSerializer(serializers.Serializer):
    account = serializers.CharField(
        help_text="tells one account from another, and nothing else; empty when nobody is signed in"
    )
    stars = serializers.ListField(child=serializers.CharField(), help_text="codes in a fixed order")


class StarViewSet(NarrowWrites, OfOneEdition, viewsets.GenericViewSet):
    """The person's own stars."""

    queryset = Star.objects.none()
    serializer_class = StarChangeSerializer
    permission_classes = [IsAuthenticatedOrReadOnly]
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"
    filter_backends = []
    pagination_class = None

    @extend_schema(responses=StarsSerializer)
    def retrieve(self, request, year):
        edition = self._edition(year)
        if not request.user.is_authenticated:
            return _answer({"account": "", "stars": []})
        return self._stars(starred_codes(request.user, edition))

    @extend_schema(request=StarChangeSerializer, responses=StarsSerializer)
    def partial_update(self, request, year):
        edition = self._edition(year)
        change = StarChangeSerializer(data=request.data, context={"edition": edition})
        change.is_valid(raise_exception=True)
        return self._stars(change_stars(request.user, edition, **change.validated_data))

    def _edition(self, year):
        edition = get_object_or_404(Edition.objects.published(), year=year)
        self.insist_on_edition(edition)
        return edition

    def _stars(self, codes):
        name = salted_hmac("forums.stars", str(self.request.user.pk)).hexdigest()[:16]
        return _answer({"account": name, "stars": codes})


def _answer(data):
    return Response(data, headers={"Cache-Control": "private, no-store"})
