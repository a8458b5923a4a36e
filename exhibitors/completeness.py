"""What an application still lacks before it can be submitted."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exhibitors.models import Application
from waic.accounts.models import Organisation
from waic.lib.places import HOME_COUNTRY

# field → the sentence that asks for it
REQUIRED = {
    "country": _("Choose the country or region."),
    "city": _("Give the city."),
    "block": _("Choose the block of the exhibition you belong to."),
    "contact_name": _("Name a contact person."),
    "contact_email": _("Give the e-mail address of the contact person."),
    "contact_phone": _("Give the phone number of the contact person."),
    "licence": _("Upload the business licence or certificate of registration."),
}


@dataclass(frozen=True)
class Gap:
    """One thing missing: the field it belongs to ("exhibits" for the list of exhibits) and what to do."""

    field: str
    sentence: str


def gaps(application):
    """Everything that keeps an application from being submitted, in the order of the form."""
    return [*_company(application), *_required(application), *_wrong(application), *_shown(application)]  # fmt: skip


def share(application, missing):
    """How much of an application is there, in percent, for the save bar and the desk's list."""
    total = len(REQUIRED) + 4
    return round(100 * max(0, total - len(missing)) / total)


def _company(application):
    at_home = application.country == HOME_COUNTRY
    if at_home and not application.name_zh:
        yield Gap("name_zh", _("Give the name in Chinese."))
    if not at_home and not application.name_en:
        yield Gap("name_en", _("Give the name in English."))
    if at_home and not application.organisation.credit_code:
        yield Gap("credit_code", _("Give the unified social credit code of the organisation."))
    if not (application.profile_zh or application.profile_en):
        yield Gap("profile_zh", _("Introduce the organisation in Chinese or in English."))


def _required(application):
    for name, sentence in REQUIRED.items():
        if not (getattr(application, f"{name}_id", None) or getattr(application, name)):
            yield Gap(name, sentence)


def _wrong(application):
    for name in application.typed:
        label = capfirst(field_label(name))
        yield Gap(name, _("Correct what was typed: %(field)s.") % {"field": label})


def field_label(name):
    """What a field of the form is called."""
    model = Organisation if name == "credit_code" else Application
    return model._meta.get_field(name).verbose_name


def _shown(application):
    exhibits = _exhibits(application)
    if not exhibits:
        yield Gap("exhibits", _("Add at least one exhibit."))
    for exhibit in exhibits:
        launch = getattr(exhibit, "first_launch", None)
        if launch and not launch.evidence:
            yield Gap(
                "exhibits",
                _("Say what shows that “%(exhibit)s” is a first launch.") % {"exhibit": exhibit},
            )


def _exhibits(application):
    """With their claims; those that a list fetched along (`exhibits__first_launch`) are not asked for again."""
    if "exhibits" in getattr(application, "_prefetched_objects_cache", ()):
        return list(application.exhibits.all())
    return list(application.exhibits.select_related("first_launch"))
