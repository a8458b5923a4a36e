"""The API of what a speaker gives on stage: where and when, until when slides are taken, and uploading them."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from forums.models import Contribution, SlidesFile
from forums.operations.slides import contributions, is_open, upload_slides
from waic.accounts.tokens import OfOneEdition
from waic.lib.api_writing import KnownKeysOnly, NarrowWrites
from waic.lib.errors import Conflict
from waic.lib.idempotency import HEADER, once

_AS_THINGS_STAND = ("too_late", "too_many", "gone")


class SlidesVersionSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="file.name")
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size", help_text="bytes")
    uploaded_at = serializers.DateTimeField(source="file.uploaded_at")

    class Meta:
        model = SlidesFile
        fields = ["number", "name", "media_type", "size", "uploaded_at"]


class ContributionSerializer(serializers.ModelSerializer):
    forum = serializers.SlugRelatedField("code", read_only=True)
    session = serializers.SlugRelatedField("code", read_only=True)
    begins = serializers.DateTimeField(read_only=True, help_text="as the programme says")
    ends = serializers.DateTimeField(read_only=True)
    slides_due = serializers.DateTimeField(source="due", read_only=True)
    slides_expected = serializers.BooleanField(source="is_presenting", read_only=True)
    takes_slides = serializers.SerializerMethodField(help_text="whether they are still taken")
    slides_state = serializers.SerializerMethodField(
        help_text="kept or released; empty without slides"
    )
    slides = serializers.SerializerMethodField(help_text="every version, the newest first")

    class Meta:
        model = Contribution
        fields = [
            "id", "forum", "session", "role", "begins", "ends", "slides_expected", "slides_due", "takes_slides", "slides_state", "slides",
        ]  # fmt: skip

    def get_takes_slides(self, row) -> bool:
        return is_open(row)

    def get_slides_state(self, row) -> str:
        return row.slides.state if row.has_slides else ""

    @extend_schema_field(SlidesVersionSerializer(many=True))
    def get_slides(self, row):
        files = row.slides.files.all() if row.has_slides else ()
        return SlidesVersionSerializer(files, many=True).data


class SlidesUploadSerializer(KnownKeysOnly, serializers.Serializer):
    file = serializers.FileField(help_text="PDF, PPTX or Keynote")


class ContributionViewSet(
    NarrowWrites, OfOneEdition, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # fmt: skip
    """The person's own places on stage, in order of time. A refusal that lies in how things stand is a 409."""

    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer
    permission_classes = [IsAuthenticated]
    lookup_value_regex = "[0-9]{1,9}"
    filter_backends = []
    year_path = "forum__edition__year"

    def get_queryset(self):
        return contributions().filter(speaker__user=self.request.user.pk)

    @extend_schema(
        request={"multipart/form-data": SlidesUploadSerializer}, responses={201: ContributionSerializer}, parameters=[HEADER]
    )  # fmt: skip
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser], serializer_class=SlidesUploadSerializer)  # fmt: skip
    @once
    def slides(self, request, pk):
        """Upload a version; without an Idempotency-Key a request that is sent again is a version of its own."""
        row = self.get_object()
        sent = SlidesUploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            upload_slides(row, sent.validated_data["file"], by=request.user)
        except ValidationError as refusal:
            code = getattr(refusal, "code", None)
            if code in _AS_THINGS_STAND:
                raise Conflict(" ".join(refusal.messages), code=code) from refusal
            raise ValidationError({"file": refusal}) from refusal
        return Response(ContributionSerializer(self.get_object()).data, status.HTTP_201_CREATED)
