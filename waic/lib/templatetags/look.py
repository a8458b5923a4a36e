"""What every template may use (a builtin library): icons, two languages, dates in the edition's zone, addresses."""

from datetime import date, datetime

from django import template
from django.conf import settings
from django.forms.widgets import Textarea
from django.templatetags.static import static
from django.urls import translate_url
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from waic.lib import clock, text
from waic.lib.places import country_name

register = template.Library()

_WEEKDAYS_ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
_WEEKDAYS_EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_BREAK_AFTER, _BREAK_BEFORE = "：—》", "（“《"


def in_english():
    return (get_language() or "").startswith("en")


@register.simple_tag
def icon(name):
    """`{% icon "search" %}`: a symbol of the sprite; decoration only."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        static("waic/img/sprite.svg"),
        name,
    )


@register.filter
def localized(obj, name):
    """`{{ forum|localized:"title" }}`: the active language's column, or the other one where it is empty."""
    return text.localized(obj, name) if obj is not None else ""


@register.filter
def in_other_language(obj, name):
    """The `lang` of a text that is shown in the other language, or nothing."""
    shown = text.localized_language(obj, name)
    return "" if (shown == "en") == in_english() else shown


@register.filter
def title_of(obj, name="title"):
    """A heading in the active language: marked with its own language where it fell back, Chinese broken at its joints."""
    shown, other = wbr(text.localized(obj, name)), in_other_language(obj, name)
    return format_html('<span lang="{}">{}</span>', other, shown) if other else shown


@register.filter
def wbr(value):
    """A Chinese heading that may break only after ： —— 》 and before （ “ 《."""
    value = str(value)
    if not any(character in value for character in _BREAK_AFTER + _BREAK_BEFORE):
        return conditional_escape(value)
    parts = []
    for n, character in enumerate(value):
        if character in _BREAK_BEFORE and n:
            parts.append("<wbr>")
        parts.append(conditional_escape(character))
        if character in _BREAK_AFTER and value[n + 1 : n + 2] not in _BREAK_AFTER:
            parts.append("<wbr>")
    return mark_safe("".join(parts))  # every part was escaped


@register.simple_tag
def foreign_badge(obj, name="title"):
    """`{% foreign_badge forum %}`: a small badge where a title is shown in the other language for want of its own."""
    other = in_other_language(obj, name)
    if not other or not text.localized(obj, name):
        return ""
    words = _("In Chinese only") if other == "zh-Hans" else _("In English only")
    return format_html('<span class="badge badge--lang">{}</span>', words)


# --- Dates --------------------------------------------------------------------------------------


def _local(value):
    return value.astimezone(clock.ZONE) if isinstance(value, datetime) else value


@register.filter
def day(value):
    """7月5日 / 5 July"""
    if not value:
        return ""
    value = _local(value)
    return (
        f"{value.day} {_MONTHS_EN[value.month - 1]}"
        if in_english()
        else f"{value.month}月{value.day}日"
    )


@register.filter
def weekday(value):
    """周五 / Fri"""
    return (
        (_WEEKDAYS_EN if in_english() else _WEEKDAYS_ZH)[_local(value).weekday()] if value else ""
    )


@register.filter
def full_day(value):
    """2024年7月5日 / 5 July 2024"""
    if not value:
        return ""
    return (
        f"{day(value)} {_local(value).year}"
        if in_english()
        else f"{_local(value).year}年{day(value)}"
    )


@register.filter
def hour(value):
    """09:30 in the edition's zone."""
    return f"{_local(value):%H:%M}" if value else ""


@register.filter
def moment(value):
    """2024年7月5日 09:30 / 5 July 2024, 09:30, in the edition's zone."""
    if not value:
        return ""
    return f"{full_day(value)}{', ' if in_english() else ' '}{hour(value)}"


@register.filter
def days_range(start, end):
    """7月4–7日 / 4–7 July"""
    if start == end:
        return day(start)
    if start.month == end.month:
        return (
            f"{start.day}–{end.day} {_MONTHS_EN[start.month - 1]}"
            if in_english()
            else f"{start.month}月{start.day}–{end.day}日"
        )
    return f"{day(start)} – {day(end)}"


@register.filter
def iso(value):
    """An ISO moment with the edition's offset, or an ISO date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return _local(value).isoformat(timespec="seconds") if value else ""


@register.filter
def minutes_until(value):
    """Whole minutes from the domain moment."""
    return max(0, int((value - clock.now()).total_seconds() // 60))


@register.filter
def time_left(value):
    """(days, hours, minutes) until a moment; zeros afterwards."""
    left = max(0, int((value - clock.now()).total_seconds()))
    return left // 86400, left % 86400 // 3600, left % 3600 // 60


@register.filter
def is_past(value):
    return bool(value) and (
        value <= clock.now() if isinstance(value, datetime) else value < clock.today()
    )


# --- Numbers and places -------------------------------------------------------------------------


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
def surname(value):
    """What a face without a photo shows: a Chinese surname, or initials."""
    value = str(value).strip()
    if not value:
        return "·"
    return (
        value[0]
        if ord(value[0]) > 0x2E80
        else "".join(part[0] for part in value.split()[:2]).upper()
    )


@register.filter
def get(mapping, key):
    """`{{ counts|get:key }}`"""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


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


# --- Forms --------------------------------------------------------------------------------------


@register.filter
def text_limit(field):
    """How many characters a text area takes, or nothing for other fields."""
    widget = field.field.widget
    return widget.attrs.get("maxlength", "") if isinstance(widget, Textarea) else ""


@register.filter
def text_length(field):
    """How many characters a bound field holds."""
    return len(field.value() or "")


# --- Addresses ----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The present query string with some parameters replaced; None removes one. Paging starts anew unless named."""
    params = context["request"].GET.copy()
    params.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, value)
        else:
            params[name] = value
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else context["request"].path


@register.simple_tag(takes_context=True)
def in_language(context, language, with_query=True):
    """This page's address in another language ('zh-hans' or 'en'), with or without its query string."""
    request = context.get("request")
    if request is None:
        return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
    return translate_url(request.get_full_path() if with_query else request.path, language)


@register.simple_tag(takes_context=True)
def absolute(context, path=None):
    """An absolute address of the site."""
    return settings.SITE_URL + (path if path is not None else context["request"].path)


@register.simple_tag
def now_moment():
    """The domain moment, for comparisons in a template."""
    return timezone.localtime(clock.now(), clock.ZONE)


@register.filter
def halves(value):
    """A Chinese theme at its comma, for a heading of two lines."""
    return [part for part in str(value).replace(",", "，").split("，") if part]
