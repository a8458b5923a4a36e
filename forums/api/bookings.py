"""The API of one's own seats: list, book, wait, accept, give back. A booking is named by its forum's code."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from forums.models import Booking, Forum
from forums.operations.lottery import register_for_draw
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import accept_offer, join_waiting_list
from forums.releases.shown import as_announced, newest_release
from waic.accounts.tokens import OfOneEdition, year_of
from waic.lib.errors import Conflict
from waic.lib.idempotency import HEADER, once

WAYS = {"book": book_seat, "wait": join_waiting_list, "draw": register_for_draw}


class AnnouncedForumField(serializers.SlugRelatedField):
    """A forum everybody sees, by its code."""

    def get_queryset(self):
        forums = Forum.objects.published().filter(edition__is_published=True)
        return forums.annotate(shown_release=newest_release("edition"))

    def to_internal_value(self, data):
        forum = as_announced(super().to_internal_value(data))
        if forum is None:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return forum


class BookingSerializer(serializers.ModelSerializer):
    forum = AnnouncedForumField("code", queryset=Forum.objects.none())
    way = serializers.ChoiceField(
        choices=list(WAYS), default="book", write_only=True,
        help_text="book a free seat, wait for one, or register for the draw",
    )  # fmt: skip

    starts_at = serializers.DateTimeField(
        required=False, write_only=True,
        help_text="when you saw the forum begin; where it was moved since, nothing is booked and the answer is 409 `moved`",
    )  # fmt: skip

    class Meta:
        model = Booking
        fields = ["forum", "way", "starts_at", "state", "booked_at", "offer_ends_at", "lot", "rank"]
        read_only_fields = ["state", "booked_at", "offer_ends_at", "lot", "rank"]


class AcceptSerializer(serializers.Serializer):
    """Nothing is sent along with an acceptance."""


class BookingViewSet(
    OfOneEdition,
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet,
):
    """The person's own live bookings. A refusal that lies in how things stand is a 409."""

    queryset = Booking.objects.none()
    serializer_class = BookingSerializer
    permission_classes = [IsAuthenticated]
    lookup_field = "forum__code"
    lookup_url_kwarg = "forum"
    lookup_value_regex = "[0-9A-Z]{6}"
    filter_backends = []
    year_path = "forum__edition__year"

    def get_queryset(self):
        own = Booking.objects.live().filter(visitor=self.request.user.pk)
        return own.select_related("forum", "visitor").order_by("-booked_at", "-pk")

    @extend_schema(parameters=[HEADER])
    @once
    def create(self, request, *args, **kwargs):
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer):
        take = WAYS[serializer.validated_data["way"]]
        forum = serializer.validated_data["forum"]
        if year_of(self.request):  # only then is the edition worth a query
            self.insist_on_edition(forum.edition)
        expects = serializer.validated_data.get("starts_at")
        serializer.instance = _or_conflict(take, forum, visitor=self.request.user, expects=expects)

    def perform_destroy(self, instance):
        _or_conflict(cancel_booking, instance, by=self.request.user)

    @extend_schema(parameters=[HEADER])
    @action(detail=True, methods=["post"], serializer_class=AcceptSerializer)
    @once
    def accept(self, request, forum):
        """Take an offered seat before its deadline."""
        booking = _or_conflict(accept_offer, self.get_object(), by=request.user)
        return Response(BookingSerializer(booking).data, status.HTTP_200_OK)


def _or_conflict(operation, *args, **words):
    try:
        return operation(*args, **words)
    except ValidationError as refusal:
        raise Conflict(" ".join(refusal.messages), code=refusal.code) from refusal
