"""What the programme's own public pages start from."""

from forums.releases.shown import with_shown_release
from waic.editions.pages import EditionPage


class ProgrammePage(EditionPage):
    """Its edition comes with the release it shows, which saves a query."""

    def editions(self):
        return with_shown_release(super().editions())
