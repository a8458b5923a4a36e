"""The API of the call for forums: proposals of one's own organisations, with the portal's rules."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from forums.models import ForumCall, ForumProposal
from forums.operations import proposals
from waic.accounts.api_own import OwnRows
from waic.accounts.models import Organisation
from waic.lib.api_writing import KnownKeysOnly, storable_text


@extend_schema_field(serializers.IntegerField())
class CallOfYear(serializers.SlugRelatedField):
    """The call of an edition, written and read as the edition's year."""

    def __init__(self, **kwargs):
        super().__init__("edition__year", **kwargs)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int) or not 0 < data < 10_000:
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, call):
        return call.edition.year


class ProposalSerializer(KnownKeysOnly, serializers.ModelSerializer):
    edition = CallOfYear(source="call", queryset=ForumCall.objects.none(), required=False)
    organisation = serializers.SlugRelatedField(
        "code", queryset=Organisation.objects.none(), required=False
    )
    forum = serializers.SlugRelatedField("code", read_only=True)
    version = serializers.IntegerField(required=False, min_value=1)

    class Meta:
        model = ForumProposal
        fields = [
            "code", "edition", "organisation", "state", *proposals.FIELDS, "version", "submitted_at", "decided_at", "answer", "forum",
        ]  # fmt: skip
        read_only_fields = ["code", "state", "submitted_at", "decided_at", "answer", "forum"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            self.fields["edition"].queryset = ForumCall.objects.select_related("edition")
            self.fields["organisation"].queryset = Organisation.objects.of(request.user)


class ProposalStepSerializer(KnownKeysOnly, serializers.Serializer):
    pass


class ProposalViewSet(OwnRows):
    """Proposals of one's own organisations. After the deadline every change answers 400 with the code `closed`."""

    queryset = ForumProposal.objects.none()
    serializer_class = ProposalSerializer
    year_path = "call__edition__year"

    def get_queryset(self):
        return ForumProposal.objects.of(self.request.user).select_related(
            "call__edition", "organisation", "forum"
        )

    def perform_create(self, serializer):
        data = serializer.validated_data
        for name, key in (("edition", "call"), ("organisation", "organisation")):
            if key not in data:
                raise serializers.ValidationError(
                    {name: [_("Please fill this in.")]}, code="required"
                )
        self.insist_on_edition(data["call"].edition)
        proposal = proposals.start_proposal(
            data["call"], data["organisation"], by=self.request.user
        )
        serializer.instance = self._save(proposal, data)

    def perform_update(self, serializer):
        data, proposal = serializer.validated_data, serializer.instance
        for name, key in (("edition", "call"), ("organisation", "organisation")):
            if key in data and data[key] != getattr(proposal, key):
                raise serializers.ValidationError(
                    {name: [_("A proposal stays where it was begun.")]}
                )
        if data.get("version", proposal.version) != proposal.version:
            raise ValidationError(
                _("Somebody changed this a moment ago. Reload the page and look again."),
                code="stale",
            )
        serializer.instance = self._save(proposal, data)

    def _save(self, proposal, data):
        texts = {
            name: "" if data[name] is None else storable_text(str(data[name]))
            for name in proposals.FIELDS if name in data
        }  # fmt: skip
        # Whoever changed a field since this row was read is told: its marks are those of the row.
        seen = proposals.is_seen(proposals.FIELDS, proposal)
        saved = proposals.save_typed(proposal, texts, by=self.request.user, seen=seen)
        if saved.clashes:
            raise ValidationError(
                _("Somebody changed this a moment ago. Reload the page and look again."),
                code="stale",
            )
        return self.get_queryset().get(pk=proposal.pk)

    @action(detail=True, methods=["post"], serializer_class=ProposalStepSerializer)
    def submit(self, request, code=None):
        proposal = self.get_object()
        try:
            proposals.submit_proposal(proposal, by=request.user)
        except ValidationError as refusal:
            if {getattr(e, "code", "") for e in refusal.error_list} != {"incomplete"}:
                raise
            missing = {name: [words] for name, words in proposals.troubles(proposal).items()}
            raise serializers.ValidationError(missing, code="incomplete") from refusal
        return self._answer(proposal)

    @action(detail=True, methods=["post"], serializer_class=ProposalStepSerializer)
    def take_back(self, request, code=None):
        return self._answer(proposals.take_back_proposal(self.get_object(), by=request.user))

    @action(detail=True, methods=["post"], serializer_class=ProposalStepSerializer)
    def withdraw(self, request, code=None):
        return self._answer(proposals.withdraw_proposal(self.get_object(), by=request.user))

    def _answer(self, proposal):
        return Response(ProposalSerializer(self.get_queryset().get(pk=proposal.pk)).data)
