"""Imports into one edition: which editions there are to choose from, and the edition of a run."""

from waic.editions.models import Edition
from waic.lib.imports.engine import Import


class EditionImport(Import):
    """Rows that belong to an edition; the scope is its year."""

    chosen: tuple = ("code", "edition")

    def __init__(self, scope, by, file_name=""):
        self.edition = Edition.objects.get(year=scope)
        super().__init__(scope, by, file_name)

    @classmethod
    def scopes(cls):
        """Editions that are run here, the current one first."""
        run_here = Edition.objects.filter(is_archive=False).order_by("-is_current", "-year")
        return [(str(edition.year), str(edition)) for edition in run_here]

    def queryset(self):
        return super().queryset().filter(edition=self.edition)

    def make(self, row):
        return self.model(edition=self.edition)
