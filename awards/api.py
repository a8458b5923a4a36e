"""The API of awards: awards, winners and open calls for everybody, entries for their own people."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from awards import answers as answering
from awards.models import Award, Call, Entry, FieldKind, FormField, Winner
from awards.operations import entries, members
from waic.accounts.api_own import OwnRows
from waic.accounts.api_public import PublicViewSet
from waic.lib.api_writing import KnownKeysOnly, storable_text


class AwardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Award
        fields = [
            "key",
            "kind",
            "name_zh",
            "name_en",
            "full_zh",
            "full_en",
            "about_zh",
            "about_en",
            "since",
        ]


class AwardViewSet(PublicViewSet):
    """Awards and contests."""

    queryset = Award.objects.all()
    serializer_class = AwardSerializer
    lookup_field = "key"
    filterset_fields = ["kind"]


class WinnerSerializer(serializers.ModelSerializer):
    award = serializers.SlugRelatedField("key", read_only=True)
    edition = serializers.SlugRelatedField("year", read_only=True)

    class Meta:
        model = Winner
        fields = [
            "code",
            "award",
            "edition",
            "level",
            "track",
            "title_zh",
            "title_en",
            "organisation",
            "people",
        ]


class WinnerFilter(filters.FilterSet):
    edition = filters.NumberFilter("edition__year")
    award = filters.CharFilter("award__key")

    class Meta:
        model = Winner
        fields = ["edition", "award", "level"]


class WinnerViewSet(PublicViewSet):
    """Published winners."""

    queryset = Winner.objects.filter(edition__is_published=True).select_related("award", "edition")
    serializer_class = WinnerSerializer
    lookup_field = "code"
    filterset_class = WinnerFilter


class FormFieldSerializer(serializers.ModelSerializer):
    class Meta:
        model = FormField
        fields = [
            "key",
            "kind",
            "label_zh",
            "label_en",
            "help_zh",
            "help_en",
            "is_required",
            "max_length",
            "choices",
            "accept",
        ]


class CallSerializer(serializers.ModelSerializer):
    award = serializers.SlugRelatedField("key", read_only=True)
    edition = serializers.SlugRelatedField("year", read_only=True)
    tracks = serializers.SlugRelatedField("key", many=True, read_only=True)
    fields_asked = FormFieldSerializer(source="fields", many=True, read_only=True)

    class Meta:
        model = Call
        fields = [
            "id",
            "award",
            "edition",
            "opens_at",
            "closes_at",
            "is_open",
            "tracks",
            "fields_asked",
        ]


class CallViewSet(PublicViewSet):
    """Calls with their forms."""

    queryset = (
        Call.objects.filter(edition__is_published=True)
        .select_related("award", "edition")
        .prefetch_related("tracks", "fields")
    )
    serializer_class = CallSerializer


class EntrySerializer(KnownKeysOnly, serializers.ModelSerializer):
    call = serializers.PrimaryKeyRelatedField(
        queryset=Call.objects.filter(edition__is_published=True)
    )
    track = serializers.SlugRelatedField("key", read_only=True)
    track_key = serializers.CharField(write_only=True, required=False, allow_blank=True)
    answers = serializers.DictField(required=False)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Entry
        fields = [
            "code", "call", "state", "title_zh", "title_en", "organisation", "country", "track", "track_key", "answers", "version",
            "receipt_number", "submitted_at", "editable_until", "changed_at",
        ]  # fmt: skip
        read_only_fields = [
            "code",
            "state",
            "receipt_number",
            "submitted_at",
            "editable_until",
            "changed_at",
        ]

    def validate_country(self, value):
        from waic.lib.places import names

        if value and value not in names("en"):
            raise serializers.ValidationError(_("An ISO 3166 code of two letters, like CN."))
        return value


class EmptySerializer(KnownKeysOnly, serializers.Serializer):
    pass


class InviteSerializer(KnownKeysOnly, serializers.Serializer):
    email = serializers.EmailField()
    name = serializers.CharField(required=False, allow_blank=True, max_length=100)


class FileSerializer(serializers.Serializer):
    file = serializers.FileField()


class EntryViewSet(OwnRows):
    """One's own entries. After the deadline every change answers 400 with the code `closed`."""

    queryset = Entry.objects.none()
    serializer_class = EntrySerializer
    year_path = "call__edition__year"

    def get_queryset(self):
        return Entry.objects.of(self.request.user).select_related(
            "call__award", "call__edition", "track"
        )

    @transaction.atomic
    def perform_create(self, serializer):
        data = serializer.validated_data
        self.insist_on_edition(data["call"].edition)
        entry = entries.start_entry(data["call"], user=self.request.user)
        serializer.instance = self._save(entry, data, version=None)

    def perform_update(self, serializer):
        data = serializer.validated_data
        if "call" in data and data["call"].pk != serializer.instance.call_id:
            raise serializers.ValidationError({"call": [_("An entry stays in its call.")]})
        serializer.instance = self._save(serializer.instance, data, version=data.get("version"))

    def _save(self, entry, data, version):
        basics = {
            k: data[k] for k in ("title_zh", "title_en", "organisation", "country") if k in data
        }
        if "track_key" in data:
            track = entry.call.tracks.filter(key=data["track_key"]).first()
            if track is None:
                raise serializers.ValidationError({"track_key": [_("There is no such track.")]})
            basics["track"] = track.pk
        return entries.save_answers(
            entry,
            basics=basics,
            answers=self._answers(entry, data.get("answers", {})),
            version=version,
        )

    def _answers(self, entry, given):
        """Answers of known questions only, as texts, lists or yes."""
        kinds = {f.key: f.kind for f in entry.call.fields.all() if f.kind != FieldKind.FILE}
        unknown = sorted(set(given) - set(kinds))
        if unknown:
            raise serializers.ValidationError(
                {"answers": [_("Unknown question: %(name)s") % {"name": name} for name in unknown]}
            )
        return {key: self._answer(key, kinds[key], value) for key, value in given.items()}

    @staticmethod
    def _answer(key, kind, value):
        """One answer without what cannot be stored; refused when it is of another type or too long."""
        is_list = kind == FieldKind.CHOICES
        texts = value if is_list and isinstance(value, list) else [value]
        if isinstance(value, list) != is_list or not all(isinstance(v, str) for v in texts):
            wanted = _("a list of texts") if is_list else _("a text")
            sentence = _("%(key)s: %(wanted)s, please.") % {"key": key, "wanted": wanted}
            raise serializers.ValidationError({"answers": [sentence]})
        value = [storable_text(v) for v in texts] if is_list else storable_text(value)
        if sentence := answering.storable(value):
            raise serializers.ValidationError({"answers": [f"{key}: {sentence}"]})
        return value

    def _stepped(self, entry):
        return Response(EntrySerializer(self.get_queryset().get(pk=entry.pk)).data)

    @action(detail=True, methods=["post"], serializer_class=EmptySerializer)
    def submit(self, request, code=None):
        entry = self.get_object()
        try:
            entries.submit_entry(entry, by=request.user)
        except ValidationError as refusal:
            if {getattr(e, "code", "") for e in refusal.error_list} != {"incomplete"}:
                raise
            missing = {t.key: [t.sentence] for t in answering.troubles(entry)}
            raise serializers.ValidationError(missing, code="incomplete") from refusal
        return self._stepped(entry)

    @action(detail=True, methods=["post"], serializer_class=EmptySerializer)
    def take_back(self, request, code=None):
        return self._stepped(entries.take_back_entry(self.get_object(), by=request.user))

    @action(detail=True, methods=["post"], serializer_class=EmptySerializer)
    def withdraw(self, request, code=None):
        return self._stepped(entries.withdraw_entry(self.get_object(), by=request.user))

    @action(detail=True, methods=["post"], serializer_class=InviteSerializer)
    def invite(self, request, code=None):
        entry = self.get_object()
        given = InviteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        members.invite_member(
            entry,
            given.validated_data["email"],
            by=request.user,
            name=given.validated_data.get("name", ""),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"], serializer_class=EmptySerializer)
    def leave(self, request, code=None):
        """A co-applicant takes themselves off the entry; its lead is told."""
        members.leave_entry(self.get_object(), user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(
        detail=True,
        methods=["post"],
        url_path="files/(?P<key>[a-z0-9_-]+)",
        serializer_class=FileSerializer,
    )
    def files(self, request, code=None, key=None):
        entry = self.get_object()
        field = get_object_or_404(FormField, call=entry.call, key=key, kind=FieldKind.FILE)
        given = FileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            entries.attach_file(entry, field, given.validated_data["file"], by=request.user)
        except ValidationError as refusal:
            if getattr(refusal, "code", "") in ("closed", "not_yet", "not_allowed"):
                raise
            raise serializers.ValidationError({"file": refusal.messages}) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


routes = [
    ("awards", AwardViewSet, "award"),
    ("winners", WinnerViewSet, "winner"),
    ("calls", CallViewSet, "call"),
    ("entries", EntryViewSet, "entry"),
]
