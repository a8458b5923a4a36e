"""The fact files and how their values are read. Unknown stays empty; nothing is guessed."""

import json
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from waic.lib import clock

FOLDER = Path(__file__).resolve().parent.parent / "facts"
COUNTRIES = {
    "中国": "CN",
    "美国": "US",
    "法国": "FR",
    "中国香港": "HK",
    "德国": "DE",
    "英国": "GB",
    "日本": "JP",
    "新加坡": "SG",
}


@cache
def facts(name):
    """The records of one fact file."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def day(value):
    """'2024-07-04' → date; None stays None."""
    return date.fromisoformat(value) if value else None


def at(day_value, clock_value):
    """A date and '09:30' → an aware moment in the edition's zone; None when the time is unknown."""
    if not (day_value and clock_value):
        return None
    hours, minutes = map(int, clock_value.split(":"))
    return datetime.combine(day(day_value), time(hours, minutes), tzinfo=clock.ZONE)


def country(name):
    """The ISO code of a country the facts name in Chinese; empty when they do not say."""
    return COUNTRIES.get(name or "", "")


def text(value):
    """A string; empty for None."""
    return "" if value is None else str(value)
