"""The edition's entry for the menu of Giggity, a schedule app on phones (the fields of its `menu.json`)."""

import json

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from forums.feeds.source import edition_of_feed, feed_response, open_feed
from waic.lib.text import localized

# Seconds between two looks of an app at the schedule; the entry may name 300 to 604,800.
REFRESH = 900


@open_feed(ttl=300)
def giggity_json(request, year):
    edition = edition_of_feed(year)
    body = json.dumps(entry(edition), ensure_ascii=False, indent=1)
    return feed_response(body, "application/json")


def entry(edition):
    """The entry as Python values. Its version is a day as a number, and rises with each release."""
    newest = edition.releases.order_by("-number").values_list("released_at", flat=True).first()
    day = newest.date() if newest else edition.starts_on
    return {
        "id": f"waic{edition.year}", "version": int(f"{day:%Y%m%d}00"), "url": _address("forums:schedule-xml", edition),
        "refresh_interval": REFRESH, "title": localized(edition, "name"), "start": edition.starts_on.isoformat(),
        "end": edition.last_day.isoformat(), "timezone": settings.EDITION_TIME_ZONE,
        "metadata": {"fosdemRoomStatus": _address("forums:rooms-json", edition), "links": _links(edition)},
    }  # fmt: skip


def _links(edition):
    pages = (
        ("forums:programme", _("Programme")),
        ("site:map", _("Halls")),
        ("visitors:visit", _("Visit")),
    )
    return [
        # Without a type they open in the phone's browser instead of being kept as files.
        {"url": _address(name, edition), "title": title}
        for name, title in pages
    ]


def _address(name, edition):
    return settings.SITE_URL + reverse(name, args=[edition.year])
