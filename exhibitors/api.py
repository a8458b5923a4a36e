"""The API of the exhibition: exhibitors, exhibits and launches for everybody, applications for their own people.

`lang=zh|en` adds the name and the text of an exhibitor or exhibit in that language, falling back to the other one.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from exhibitors import completeness
from exhibitors.models import Allocation, Application, Block, Exhibit, ExhibitionCall
from exhibitors.operations import applying
from waic.accounts.api_own import OwnRows
from waic.accounts.api_public import PublicViewSet
from waic.accounts.models import Organisation
from waic.editions.models import Edition
from waic.lib import places
from waic.lib.api_reading import ReadSerializer, shown
from waic.lib.api_writing import KnownKeysOnly
from waic.lib.codes import CodeConverter

_STANDS = Prefetch(
    "allocations",
    Allocation.objects.filter(released_at=None)
    .select_related("booth")
    .only("application_id", "booth__number"),
    to_attr="stands",
)


class ExhibitorSerializer(ReadSerializer):
    localized_fields = ("name", "profile")
    edition = serializers.SlugRelatedField("year", read_only=True)
    block = serializers.SlugRelatedField("key", read_only=True)
    booths = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "code",
            "edition",
            "kind",
            "block",
            "category",
            "name_zh",
            "name_en",
            "profile_zh",
            "profile_en",
            "country",
            "city",
            "website",
            "booths",
        ]

    def get_booths(self, application) -> list[str]:
        return [a.booth.number for a in application.stands]


class ExhibitorFilter(filters.FilterSet):
    edition = filters.NumberFilter("edition__year")
    block = filters.CharFilter("block__key")
    q = filters.CharFilter(method="matching")

    class Meta:
        model = Application
        fields = ["edition", "block", "kind", "country"]

    def matching(self, queryset, name, value):
        return queryset.filter(Q(name_zh__icontains=value) | Q(name_en__icontains=value))


class ExhibitorViewSet(PublicViewSet):
    """Exhibitors: approved applications."""

    queryset = shown(
        Application.objects.public().filter(edition__is_published=True), ExhibitorSerializer
    ).prefetch_related(_STANDS)
    serializer_class = ExhibitorSerializer
    lookup_field = "code"
    lookup_value_regex = CodeConverter.regex
    filterset_class = ExhibitorFilter


class ExhibitSerializer(ReadSerializer):
    localized_fields = ("name", "description")
    exhibitor = serializers.CharField(source="application.code", read_only=True)
    edition = serializers.IntegerField(source="application.edition.year", read_only=True)
    first_launch = serializers.SerializerMethodField()

    class Meta:
        model = Exhibit
        fields = [
            "code",
            "edition",
            "exhibitor",
            "name_zh",
            "name_en",
            "description_zh",
            "description_en",
            "category",
            "is_highlight",
            "first_launch",
        ]

    def get_first_launch(self, exhibit) -> str | None:
        launch = getattr(exhibit, "first_launch", None)
        return launch.scope if launch and launch.state == "confirmed" else None


class ExhibitFilter(filters.FilterSet):
    edition = filters.NumberFilter("application__edition__year")
    exhibitor = filters.CharFilter("application__code")

    class Meta:
        model = Exhibit
        fields = ["edition", "exhibitor", "is_highlight"]


class ExhibitViewSet(PublicViewSet):
    """Exhibits of approved exhibitors."""

    queryset = shown(
        Exhibit.objects.public().filter(application__edition__is_published=True),
        ExhibitSerializer,
        "first_launch__scope",
        "first_launch__state",
    )
    serializer_class = ExhibitSerializer
    lookup_field = "code"
    lookup_value_regex = CodeConverter.regex
    filterset_class = ExhibitFilter


class ApplicationSerializer(KnownKeysOnly, serializers.ModelSerializer):
    """One's own application. Unknown keys are mistakes."""

    edition = serializers.SlugRelatedField("year", queryset=Edition.objects.none(), required=False)
    organisation = serializers.SlugRelatedField(
        "code", queryset=Organisation.objects.none(), required=False
    )
    block = serializers.CharField(
        source="block.key", required=False, allow_null=True, max_length=30
    )
    missing = serializers.SerializerMethodField()
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Application
        fields = [
            "code", "edition", "organisation", "state", "kind", "block", "category", "name_zh", "name_en", "profile_zh", "profile_en", "country", "city",
            "website", "contact_name", "contact_email", "contact_phone", "area_wanted", "remarks", "submitted_at", "version", "missing",
        ]  # fmt: skip
        read_only_fields = ["code", "state", "submitted_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        self.fields["edition"].queryset = Edition.objects.published()
        if request and request.user.is_authenticated:
            self.fields["organisation"].queryset = Organisation.objects.of(request.user)

    def validate_country(self, value):
        if value and value not in places.names("en"):
            raise serializers.ValidationError(_("An ISO 3166 code of two letters, like CN."))
        return value

    def validate(self, attrs):
        if "block" in attrs:
            edition = self.instance.edition if self.instance else attrs.get("edition")
            attrs["block"] = self._block_of(edition, attrs["block"]["key"])
        return attrs

    @staticmethod
    def _block_of(edition, key):
        """The block of the application's own edition; every edition may have a block of this key."""
        if key is None or edition is None:
            return None
        block = Block.objects.filter(edition=edition, key=key).first()
        if block is None:
            raise serializers.ValidationError({"block": [_("This edition has no such block.")]})
        return block

    def get_missing(self, application) -> list[str]:
        return (
            [g.field for g in completeness.gaps(application)]
            if application.state in ("draft", "changes")
            else []
        )


class ApplicationViewSet(OwnRows):
    """Applications of one's own organisations."""

    queryset = Application.objects.none()
    serializer_class = ApplicationSerializer

    def get_queryset(self):
        rows = Application.objects.of(self.request.user).select_related(
            "edition", "block", "organisation", "licence"
        )
        return rows.prefetch_related("exhibits__first_launch")

    # Begun and filled in are one: what cannot be filled in is not begun.
    @transaction.atomic
    def perform_create(self, serializer):
        data = dict(serializer.validated_data)
        missing = [name for name in ("edition", "organisation") if data.get(name) is None]
        if missing:
            raise serializers.ValidationError({name: [_("This is required.")] for name in missing})
        edition, organisation = data.pop("edition"), data.pop("organisation")
        self.insist_on_edition(edition)
        call = ExhibitionCall.objects.filter(edition=edition).first()
        if call is None:
            raise serializers.ValidationError(
                {"edition": [_("There is no call for exhibitors in this edition.")]}
            )
        application = applying.start_application(
            call, by=self.request.user, organisation=organisation
        )
        serializer.instance = self._save(application, data)

    def perform_update(self, serializer):
        data = dict(serializer.validated_data)
        data.pop("edition", None)
        data.pop("organisation", None)
        serializer.instance = self._save(serializer.instance, data)

    def _save(self, application, data):
        version = data.pop("version", None)
        if data or version is not None:
            applying.save_draft(application, by=self.request.user, values=data, version=version)
        return self.get_queryset().get(pk=application.pk)

    @action(detail=True, methods=["post"])
    def submit(self, request, code=None):
        try:
            applying.submit_application(self.get_object(), by=request.user)
        except ValidationError as refusal:
            if {getattr(e, "code", "") for e in refusal.error_list} != {"incomplete"}:
                raise
            gaps = completeness.gaps(self.get_object())
            raise serializers.ValidationError(
                {g.field: [g.sentence] for g in gaps}, code="incomplete"
            ) from refusal
        return Response(self.get_serializer(self.get_object()).data)

    @action(detail=True, methods=["post"])
    def withdraw(self, request, code=None):
        applying.withdraw_application(self.get_object(), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)


routes = [
    ("exhibitors", ExhibitorViewSet, "exhibitor"),
    ("exhibits", ExhibitViewSet, "exhibit"),
    ("applications", ApplicationViewSet, "application"),
]
