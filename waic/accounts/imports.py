"""Organisations that imported rows name: found by name or credit code, made where there is none."""

from waic.accounts.models import Organisation
from waic.lib.imports import cells

MOST_COMPARED = 100  # names looked for among all others; beyond that it takes too long


class KnownOrganisations:
    """All organisations by name (in either language, or short) and by credit code."""

    def __init__(self):
        self.by_name: dict = {}
        self.by_code: dict = {}
        self._compared = 0
        for organisation in Organisation.objects.order_by("pk"):
            self.remember(organisation)

    def remember(self, organisation):
        names = (organisation.name_zh, organisation.name_en, organisation.short_name)
        for name in filter(None, map(cells.key, names)):
            # The first of that name stays the one that is meant.
            self.by_name.setdefault(name, organisation)
        if organisation.credit_code:
            self.by_code[organisation.credit_code.upper()] = organisation

    def named(self, *names):
        """The organisation one of the names belongs to, or None."""
        found = (self.by_name.get(cells.key(name)) for name in names if name)
        return next(filter(None, found), None)

    def add(self, **fields):
        """A new organisation; ValidationError by field."""
        organisation = Organisation(**fields)
        organisation.full_clean(exclude=["code"])
        organisation.save()
        self.remember(organisation)
        return organisation

    def near(self, name):
        """Names of organisations that look like this one; nothing after MOST_COMPARED questions."""
        self._compared += 1
        if self._compared > MOST_COMPARED:
            return []
        return [o.name_zh or o.name_en for o in cells.near(name, self.by_name)]
