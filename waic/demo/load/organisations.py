"""Organisations the facts name, one row per name."""

from waic.accounts.models import Organisation


def organisation_named(name, *, name_en="", country="", city="", source=""):
    """The organisation with this Chinese name, made if there is none."""
    found = Organisation.objects.filter(name_zh=name).order_by("pk").first()
    return found or Organisation.objects.create(
        name_zh=name[:200], name_en=name_en, country=country, city=city, source=source[:500]
    )
