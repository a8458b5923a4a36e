"""The person asking and their organisations."""

from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from waic.accounts.models import Organisation, User


class MeSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["email", "name", "phone", "language"]


class MeViewSet(viewsets.GenericViewSet):
    """Who the token or session belongs to."""

    queryset = User.objects.none()
    serializer_class = MeSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = None

    def list(self, request):
        return Response(MeSerializer(request.user).data)


class OrganisationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ["code", "name_zh", "name_en", "credit_code", "country", "city", "website"]


class OrganisationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Organisations the person works for."""

    queryset = Organisation.objects.none()
    serializer_class = OrganisationSerializer
    permission_classes = [IsAuthenticated]
    lookup_field = "code"

    def get_queryset(self):
        return Organisation.objects.of(self.request.user)


# (prefix, viewset, basename), registered by waic.api.
routes = [("me", MeViewSet, "me"), ("organisations", OrganisationViewSet, "organisation")]
