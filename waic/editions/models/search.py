"""What an edition's search finds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waic.editions.models.edition import Edition
from waic.lib.search import AbstractSearchEntry


class SearchEntry(AbstractSearchEntry):
    """Everything an edition's search can find. Rooms write their rows through waic.editions.search."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="search_entries", verbose_name=_("edition")
    )

    class Meta(AbstractSearchEntry.Meta):
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "code"], name="editions_searchentry_one_per_thing"
            )
        ]

    def __str__(self):
        return self.title_zh or self.title_en
