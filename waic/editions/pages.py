"""What every public page of an edition starts from."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from waic.editions.models import Edition
from waic.lib.pagecache import public_page


def edition_or_404(year):
    """The published edition of a year; a year without one is not found."""
    return get_object_or_404(Edition.objects.published(), year=year)


class EditionPage:
    """Mixin of class-based public pages: the edition in the address, the same bytes for everybody, kept for a minute.

    `params` names the query parameters that may be cached, `section` the item of the navigation.
    """

    params: tuple = ()
    section = ""
    ttl = 60

    @classmethod
    def as_view(cls, **initkwargs):
        return public_page(ttl=cls.ttl, params=cls.params)(super().as_view(**initkwargs))

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.edition = get_object_or_404(self.editions(), year=kwargs["year"])

    def editions(self):
        """Those that have pages; a subclass may read more along with them."""
        return Edition.objects.published()

    def get_context_data(self, **kwargs):
        # The header needs the edition as well; it is the one at hand.
        return super().get_context_data(
            edition=self.edition, current_edition=self.edition, section=self.section, **kwargs
        )


def page_number(request):
    """The page asked for, from 1; nonsense is not found rather than guessed."""
    raw = request.GET.get("page", "1")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 5 or not int(raw):
        raise Http404
    return int(raw)
