"""The API of one's own feedback: a rating of a forum or a session, with words, once for each; sent again it changes."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from forums.models import RATINGS, Feedback
from forums.operations.feedback import give_feedback, own_feedback
from forums.operations.feedback_places import place_of_forum, place_of_session
from waic.accounts.tokens import OfOneEdition
from waic.lib.api_writing import KnownKeysOnly, NarrowWrites, storable_text
from waic.lib.codes import PATTERN
from waic.lib.errors import Conflict
from waic.lib.idempotency import HEADER, once

PLACES = {"forum": place_of_forum, "session": place_of_session}
_AS_THINGS_STAND = ("not_open", "on_stage")


class FeedbackSerializer(serializers.ModelSerializer):
    forum = serializers.SlugRelatedField("code", read_only=True)
    session = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Feedback
        fields = ["forum", "session", "rating", "text", "state", "changed_at"]


class NewFeedbackSerializer(KnownKeysOnly, serializers.Serializer):
    """Of a forum as a whole, or of one session."""

    forum = serializers.RegexField(PATTERN, required=False, help_text="its code; or else `session`")
    session = serializers.RegexField(PATTERN, required=False, help_text="its code; or else `forum`")
    rating = serializers.ChoiceField(choices=RATINGS)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)

    def validate_text(self, text):
        return storable_text(text)

    def validate(self, data):
        named = [kind for kind in PLACES if kind in data]
        if len(named) != 1:
            raise serializers.ValidationError(_("Name a forum or a session, one of the two."))
        data["place"] = PLACES[named[0]](data[named[0]])
        if data["place"] is None:
            sentence = _("There is nothing of this code to rate.")
            raise serializers.ValidationError({named[0]: [sentence]}, code="does_not_exist")
        return data


class FeedbackViewSet(NarrowWrites, OfOneEdition, mixins.ListModelMixin, viewsets.GenericViewSet):
    """What one said oneself; nobody else reads whose it is. A refusal that lies in how things stand is a 409."""

    queryset = Feedback.objects.none()
    serializer_class = FeedbackSerializer
    permission_classes = [IsAuthenticated]
    filter_backends = []
    year_path = "forum__edition__year"

    def get_queryset(self):
        own = Feedback.objects.filter(user=self.request.user.pk)
        return own.select_related("forum", "session").order_by("-changed_at", "-pk")

    @extend_schema(
        request=NewFeedbackSerializer, responses={201: FeedbackSerializer, 200: FeedbackSerializer}, parameters=[HEADER]
    )  # fmt: skip
    @once
    def create(self, request):
        """Say it (201), or say something else (200)."""
        sent = NewFeedbackSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        place = sent.validated_data["place"]
        self.insist_on_edition(place.forum.edition)
        said_before = own_feedback(place, request.user) is not None
        row = self.give(place, sent.validated_data["rating"], sent.validated_data["text"])
        made = status.HTTP_200_OK if said_before else status.HTTP_201_CREATED
        return Response(FeedbackSerializer(row).data, made)

    def give(self, place, rating, text):
        try:
            return give_feedback(place, rating, text, by=self.request.user)
        except ValidationError as refusal:
            code = getattr(refusal, "code", None)
            if code == "too_often":
                raise Throttled(detail=" ".join(refusal.messages)) from refusal
            if code in _AS_THINGS_STAND:
                raise Conflict(" ".join(refusal.messages), code=code) from refusal
            raise
