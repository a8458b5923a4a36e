"""My programme: what somebody starred, and what somebody else shares by a link."""

from django.views.generic import TemplateView

from forums.models.star import MOST_STARS
from forums.selection import read_codes, selection_of, write_codes
from forums.views.pages import ProgrammePage


class WithStars:
    """Mixin of pages on which things can be starred: what their scripts need to know."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(most_stars=MOST_STARS, **kwargs)


class SelectionPage(WithStars, ProgrammePage, TemplateView):
    """A selection by the codes in the address, so that the answer is the same for whoever asks for it."""

    params: tuple = ("s",)
    section = "programme"

    def get_context_data(self, **kwargs):
        selection = selection_of(self.edition, read_codes(self.request.GET.get("s", "")))
        return super().get_context_data(
            selection=selection, codes=write_codes(selection.codes), **kwargs
        )


class MineView(SelectionPage):
    """Without codes the page that the script fills from the browser's stars; with codes somebody's selection."""

    template_name = "forums/mine.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(is_shared="s" in self.request.GET, **kwargs)


class MineRowsView(SelectionPage):
    """The rows alone, for the script."""

    template_name = "forums/_mine_rows.html"
