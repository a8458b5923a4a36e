"""The API of what everybody may read: ready bytes from the page cache, as public pages are.

Figures that change with every booking may be a minute old, as on the pages.
"""

from rest_framework import viewsets
from rest_framework.permissions import AllowAny

from waic.accounts.tokens import BearerAuthentication
from waic.lib.pagecache import public_page

# An address with a search text is answered but not kept: there is no end of them.
_ENDLESS = {"q"}


class PublicViewSet(viewsets.ReadOnlyModelViewSet):
    """Read-only rows that are the same for everybody, so no session is looked at; a token is asked past the cache."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [AllowAny]  # there is nothing to write: 405, not 401

    @classmethod
    def as_view(cls, actions=None, **initkwargs):
        view = super().as_view(actions, **initkwargs)
        return public_page(params=cls.kept_params())(view)

    @classmethod
    def kept_params(cls):
        """Query parameters whose answers are worth keeping."""
        filterset = getattr(cls, "filterset_class", None)
        filters = filterset.base_filters if filterset else getattr(cls, "filterset_fields", ())
        return {"page", "page_size", "lang", *filters} - _ENDLESS
