"""Dates and times in templates and sentences, in the edition's zone and the reader's language (a builtin library)."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from waic.lib import clock
from waic.lib.text import in_english

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


@register.simple_tag
def now_moment():
    """The domain moment, for comparisons in a template."""
    return timezone.localtime(clock.now(), clock.ZONE)
