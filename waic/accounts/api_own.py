"""What people begin and fill in themselves, through the API."""

from rest_framework import mixins, viewsets
from rest_framework.permissions import IsAuthenticated

from waic.accounts.tokens import OfOneEdition
from waic.lib.api_writing import NarrowWrites
from waic.lib.codes import CodeConverter


class OwnRows(
    NarrowWrites,
    OfOneEdition,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet,
):
    """Base of viewsets: one's own rows are begun, read and changed field by field, and never deleted.

    Set: `get_queryset`, the rows of the person asking; `year_path` where it is another (see OfOneEdition).
    """

    permission_classes = [IsAuthenticated]
    lookup_field = "code"
    lookup_value_regex = CodeConverter.regex
    http_method_names = ["get", "post", "patch", "head", "options"]
