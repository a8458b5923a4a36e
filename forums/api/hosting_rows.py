"""What a forum's hosts read and send through the API: texts, agenda, guests, what waits for the desk."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from forums.models import Forum, Participation, Session
from forums.operations import changes
from forums.operations.change_writing import AGENDA, ANNOUNCED, GUEST, SESSION
from waic.lib.api_writing import KnownKeysOnly


def version_field():
    return serializers.CharField(
        required=False, write_only=True, max_length=20, help_text="of the row as it was read"
    )


class _Row(serializers.ModelSerializer):
    """A row with its version; `what` is its kind to forums.operations.changes."""

    version = serializers.SerializerMethodField()
    what = ""

    def get_version(self, row) -> str:
        return changes.version_of(self.what, row)


class HostedSessionSerializer(_Row):
    what = "session"

    class Meta:
        model = Session
        fields = ["id", "code", *AGENDA, "version"]


class HostedGuestSerializer(_Row):
    what = "guest"
    name_zh = serializers.CharField(source="speaker.name_zh")
    name_en = serializers.CharField(source="speaker.name_en")

    class Meta:
        model = Participation
        fields = ["id", "name_zh", "name_en", *GUEST, "is_confirmed", "version"]  # fmt: skip


class HostedForumListSerializer(_Row):
    what = "text"
    edition = serializers.IntegerField(source="edition.year")
    asks = serializers.SerializerMethodField(help_text="changes wait for the desk")

    class Meta:
        model = Forum
        fields = ["code", "edition", "state", *changes.COLUMNS["text"], "starts_at", "ends_at", "asks", "version"]  # fmt: skip

    def get_asks(self, forum) -> bool:
        return forum.state not in changes.DIRECT


class PendingSerializer(serializers.Serializer):
    """What waits for the desk: a list of single changes, each with its key."""

    code = serializers.CharField()
    asked_at = serializers.DateTimeField()
    changes = serializers.JSONField()


class HostedForumSerializer(HostedForumListSerializer):
    sessions = HostedSessionSerializer(many=True)
    guests = serializers.SerializerMethodField()
    pending = serializers.SerializerMethodField()

    class Meta(HostedForumListSerializer.Meta):
        fields = [*HostedForumListSerializer.Meta.fields, "sessions", "guests", "pending"]

    @extend_schema_field(HostedGuestSerializer(many=True))
    def get_guests(self, forum):
        guests = forum.participations.select_related("speaker")
        return HostedGuestSerializer(guests, many=True).data

    @extend_schema_field(PendingSerializer(allow_null=True))
    def get_pending(self, forum):
        request = changes.pending_of(forum)
        return PendingSerializer(request).data if request else None


# --- What is sent ---------------------------------------------------------------------------------


class TextsInput(KnownKeysOnly, serializers.ModelSerializer):
    version = version_field()

    class Meta:
        model = Forum
        fields = [*changes.COLUMNS["text"], "version"]


class SessionInput(KnownKeysOnly, serializers.ModelSerializer):
    version = version_field()

    class Meta:
        model = Session
        fields = [*AGENDA, "version"]


class NewSessionInput(SessionInput):
    """An item for the end of the agenda."""

    class Meta(SessionInput.Meta):
        fields = [*SESSION, "version"]


class GuestInput(KnownKeysOnly, serializers.ModelSerializer):
    """A guest as announced; the person's own names are given once, with a new guest."""

    version = version_field()
    session = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="of this forum's agenda; null for the forum as a whole"
    )  # fmt: skip

    class Meta:
        model = Participation
        fields = [*GUEST, "version"]


class NewGuestInput(GuestInput):
    name_zh = serializers.CharField(required=False, allow_blank=True, max_length=100)
    name_en = serializers.CharField(required=False, allow_blank=True, max_length=100)

    class Meta(GuestInput.Meta):
        fields = ["name_zh", "name_en", *ANNOUNCED, "session", "version"]


class KeyInput(KnownKeysOnly, serializers.Serializer):
    key = serializers.CharField(max_length=100)


class NothingInput(KnownKeysOnly, serializers.Serializer):
    pass
