"""Countries and regions with names in both languages (CLDR, through Babel)."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

HOME_COUNTRY = "CN"
HOME_CITY = "上海"
_NOT_PLACES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}


@cache
def names(language):
    """{'CN': '中国', …} in 'zh' or 'en'."""
    territories = Locale(language).territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_PLACES
    }


def country_choices():
    """Choices of ISO 3166 alpha-2 codes, China first, in the active language (pass the function itself to a field)."""
    table = names("en" if (get_language() or "").startswith("en") else "zh")
    rest = sorted(
        (item for item in table.items() if item[0] != HOME_COUNTRY), key=lambda item: item[1]
    )
    return [(HOME_COUNTRY, table[HOME_COUNTRY]), *rest]


def country_name(code):
    """The country's name in the active language, or the code itself."""
    return names("en" if (get_language() or "").startswith("en") else "zh").get(code, code)


def origin(country, city):
    """'local' (Shanghai), 'domestic' (elsewhere in China), 'abroad', or 'unknown' when nothing was said."""
    if not country:
        return "unknown"
    if country != HOME_COUNTRY:
        return "abroad"
    if not city:
        return "unknown"
    return "local" if city.startswith(("上海", "Shanghai")) else "domestic"
