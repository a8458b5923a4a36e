"""The API of the programme, read-only: forums everybody sees, their sessions, slots and guests (see released.py).

`lang=zh|en` adds `title` (and for guests `name`) in that language, falling back to the other one.
"""

from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_filters import rest_framework as filters
from rest_framework import serializers

from forums.api.released import ReleasedForums, ReleasedSessions, ReleasedSlots, ReleasedSpeakers
from forums.models import Forum, ForumOrganisation, ForumPart, Participation, Session, Slot, Speaker
from waic.accounts.api_public import PublicViewSet
from waic.lib.api_reading import ReadSerializer, shown
from waic.lib.codes import PATTERN


class ByCodeViewSet(PublicViewSet):
    """Rows by their public code; what cannot be a code is not there."""

    lookup_field = "code"

    def get_object(self):
        if not PATTERN.match(self.kwargs["code"]):
            raise Http404
        return super().get_object()


class SlotSerializer(ReadSerializer):
    session = serializers.CharField(source="session.code", read_only=True)
    forum = serializers.CharField(source="session.forum.code", read_only=True)
    room = serializers.CharField(source="room.code", read_only=True, default=None)

    class Meta:
        model = Slot
        fields = [
            "id",
            "uuid",
            "session",
            "forum",
            "room",
            "starts_at",
            "ends_at",
            "state",
            "sequence",
        ]


class PartSerializer(ReadSerializer):
    room = serializers.CharField(source="room.code", read_only=True, default=None)
    room_name_zh = serializers.CharField(source="room.name_zh", read_only=True, default="")
    room_name_en = serializers.CharField(source="room.name_en", read_only=True, default="")

    class Meta:
        model = ForumPart
        fields = [
            "room",
            "room_name_zh",
            "room_name_en",
            "starts_at",
            "ends_at",
            "label_zh",
            "label_en",
        ]


class ForumOrganisationSerializer(ReadSerializer):
    name_zh = serializers.CharField(source="organisation.name_zh", read_only=True)
    name_en = serializers.CharField(source="organisation.name_en", read_only=True)

    class Meta:
        model = ForumOrganisation
        fields = ["role", "name_zh", "name_en"]


class ForumSerializer(ReadSerializer):
    edition = serializers.SlugRelatedField("year", read_only=True)
    kind = serializers.SlugRelatedField("key", read_only=True)
    parts = PartSerializer(source="shown_parts", many=True, read_only=True)
    organisations = ForumOrganisationSerializer(
        source="shown_organisations", many=True, read_only=True
    )
    localized_fields = ("title", "summary")

    class Meta:
        model = Forum
        fields = ["code", "edition", "kind", "title_zh", "title_en", "summary_zh", "summary_en", "language", "interpretation", "is_online",
                  "date", "starts_at", "ends_at", "parts", "organisations", "seats", "seats_taken"]  # fmt: skip


class ForumFilter(filters.FilterSet):
    edition = filters.NumberFilter("edition__year")
    kind = filters.CharFilter("kind__key")
    q = filters.CharFilter(method="matching")

    class Meta:
        model = Forum
        fields = ["edition", "kind", "date", "is_online"]

    def matching(self, queryset, name, value):
        return queryset.filter(Q(title_zh__icontains=value) | Q(title_en__icontains=value))


class ForumViewSet(ReleasedForums, ByCodeViewSet):
    """Forums as everybody sees them."""

    queryset = shown(
        Forum.objects.published().filter(edition__is_published=True), ForumSerializer
    ).prefetch_related(
        Prefetch("parts", shown(ForumPart.objects, PartSerializer, "forum_id"), "shown_parts"),
        Prefetch(
            "forum_organisations",
            shown(ForumOrganisation.objects, ForumOrganisationSerializer, "forum_id"),
            "shown_organisations",
        ),
    )
    serializer_class = ForumSerializer
    filterset_class = ForumFilter


class SessionSerializer(ReadSerializer):
    forum = serializers.SlugRelatedField("code", read_only=True)
    slots = SlotSerializer(source="shown_slots", many=True, read_only=True)
    speakers = serializers.SerializerMethodField()
    localized_fields = ("title", "abstract")

    class Meta:
        model = Session
        fields = [
            "code",
            "forum",
            "kind",
            "title_zh",
            "title_en",
            "abstract_zh",
            "abstract_en",
            "language",
            "slots",
            "speakers",
        ]

    def get_speakers(self, session) -> list[str]:
        return [p.speaker.code for p in session.on_stage]


class SessionFilter(filters.FilterSet):
    edition = filters.NumberFilter("forum__edition__year")
    forum = filters.CharFilter("forum__code")

    class Meta:
        model = Session
        fields = ["edition", "forum", "kind"]


_PUBLIC = {"forum__state": "published", "forum__edition__is_published": True}


class SessionViewSet(ReleasedSessions, ByCodeViewSet):
    """Sessions of these forums."""

    queryset = shown(Session.objects.filter(**_PUBLIC), SessionSerializer).prefetch_related(
        Prefetch("slots", shown(Slot.objects, SlotSerializer), "shown_slots"),
        Prefetch(
            "participations",
            Participation.objects.announced()
            .filter(speaker__is_person=True)
            .select_related("speaker")
            .only("session_id", "speaker__code"),
            "on_stage",
        ),
    )
    serializer_class = SessionSerializer
    filterset_class = SessionFilter


class SlotFilter(filters.FilterSet):
    edition = filters.NumberFilter("session__forum__edition__year")
    forum = filters.CharFilter("session__forum__code")
    starts_after = filters.IsoDateTimeFilter("starts_at", lookup_expr="gte")
    starts_before = filters.IsoDateTimeFilter("starts_at", lookup_expr="lt")

    class Meta:
        model = Slot
        fields = ["edition", "forum", "state"]


class SlotViewSet(ReleasedSlots, PublicViewSet):
    """Places and times of sessions."""

    queryset = shown(
        Slot.objects.filter(
            session__forum__state="published", session__forum__edition__is_published=True
        ),
        SlotSerializer,
    )
    serializer_class = SlotSerializer
    filterset_class = SlotFilter


class SpeakerSerializer(ReadSerializer):
    edition = serializers.SlugRelatedField("year", read_only=True)
    honours = serializers.SerializerMethodField()
    forums = serializers.SerializerMethodField()
    localized_fields = ("name", "title", "affiliation", "bio")

    class Meta:
        model = Speaker
        fields = [
            "code",
            "uuid",
            "edition",
            "name_zh",
            "name_en",
            "title_zh",
            "title_en",
            "affiliation_zh",
            "affiliation_en",
            "bio_zh",
            "bio_en",
            "honours",
            "forums",
        ]

    def get_honours(self, speaker) -> list[dict]:
        return [
            {"kind": h.kind, "name_zh": h.name_zh, "name_en": h.name_en, "year": h.year}
            for h in speaker.shown_honours
        ]

    def get_forums(self, speaker) -> list[str]:
        return list(dict.fromkeys(p.forum.code for p in speaker.appearances))


class SpeakerFilter(filters.FilterSet):
    edition = filters.NumberFilter("edition__year")
    honour = filters.CharFilter("honours__kind", distinct=True)
    q = filters.CharFilter(method="matching")

    class Meta:
        model = Speaker
        fields = ["edition", "honour"]

    def matching(self, queryset, name, value):
        return queryset.filter(
            Q(name_zh__icontains=value)
            | Q(name_en__icontains=value)
            | Q(affiliation_zh__icontains=value)
        )


class SpeakerViewSet(ReleasedSpeakers, ByCodeViewSet):
    """Guests of these forums."""

    queryset = shown(
        Speaker.objects.filter(edition__is_published=True), SpeakerSerializer
    ).prefetch_related(
        Prefetch("honours", to_attr="shown_honours"),
        Prefetch(
            "participations",
            Participation.objects.announced()
            .filter(forum__state="published")
            .select_related("forum")
            .only("speaker_id", "forum__code"),
            "appearances",
        ),
    )
    serializer_class = SpeakerSerializer
    filterset_class = SpeakerFilter

    def retrieve(self, request, *args, **kwargs):
        """One guest; the code of a row that was merged leads on to the one it became."""
        try:
            return super().retrieve(request, *args, **kwargs)
        except Http404:
            if not PATTERN.match(kwargs["code"]):
                raise
            rows = Speaker.objects.exclude(merged_into=None).select_related("merged_into")
            kept = get_object_or_404(rows, code=kwargs["code"]).survivor
            if not self.get_queryset().filter(pk=kept.pk).exists():
                raise
            return HttpResponsePermanentRedirect(reverse("speaker-detail", args=[kept.code]))
