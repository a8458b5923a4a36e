"""Figures, money and countries in templates (a builtin library)."""

from django import template

from waic.lib.places import country_name
from waic.lib.text import in_english

register = template.Library()


@register.filter
def number(value):
    """1,500 in both languages."""
    return f"{value:,}" if isinstance(value, int | float) else value


@register.filter
def money(value):
    """¥1,080.00"""
    return f"¥{value:,.2f}" if value is not None else ""


@register.filter
def country(code):
    return country_name(code)


@register.filter
def big_number(value):
    """A figure one can read: 150亿 / 15 billion from 15000000000; below a million (zh: 100 000) in full.

    Takes numbers, and text that may hold one ("2,020,000,000"); other text comes back as it is.
    """
    amount = _amount(value)
    if amount is None:
        return value
    units = _UNITS_EN if in_english() else _UNITS_ZH
    for size, least, unit in units:
        if amount >= least:
            return f"{_short(amount / size)}{unit}"
    return number(amount)


_UNITS_ZH = ((10**8, 10**8, "亿"), (10**4, 10**5, "万"))
_UNITS_EN = ((10**9, 10**9, " billion"), (10**6, 10**6, " million"))


def _amount(value):
    if isinstance(value, int | float):
        return value
    digits = str(value).replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _short(value):
    """At most two decimals, none where they are noughts."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")
