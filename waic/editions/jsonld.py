"""schema.org descriptions: the conference itself, and what every description is made of. For search engines."""

import json

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from waic.lib.templatetags.dates import iso
from waic.lib.text import localized

SCHEMA = "https://schema.org/"


def script(data):
    """JSON that may stand inside a <script type="application/ld+json">."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def place(room, edition):
    """Where something is: the room, or the city as long as there is none, because search engines insist on a place."""
    venue = room.venue if room else None
    street = venue and (localized(venue, "address") or localized(venue, "name"))
    city = localized(edition, "city")
    address = {"@type": "PostalAddress", "addressLocality": city, "addressCountry": "CN"}
    return {
        "@type": "Place",
        "name": str(room) if room else city,
        "address": {**address, "streetAddress": street} if street else address,
    }


def without_empty(data):
    """A description without the properties that say nothing."""
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def edition_data(edition):
    """The conference itself, as others name it their superEvent."""
    path = reverse("site:edition", args=[edition.year])
    return {
        "@type": "Event", "name": localized(edition, "name"), "url": settings.SITE_URL + path,
        "startDate": edition.starts_on.isoformat(), "endDate": edition.last_day.isoformat(), "location": place(None, edition),
    }  # fmt: skip


def edition_ld(edition, tickets=()):
    """The conference, for its own pages; with `tickets` (types on sale) what it costs to visit."""
    data = {
        "@context": "https://schema.org", **edition_data(edition), "description": localized(edition, "theme"),
        "eventStatus": f"{SCHEMA}EventScheduled", "eventAttendanceMode": f"{SCHEMA}MixedEventAttendanceMode", "inLanguage": ["zh", "en"],
        "organizer": [{"@type": "Organization", "name": name} for name in edition.organisers],
        "offers": [_offer(ticket, edition) for ticket in tickets],
    }  # fmt: skip
    return script(without_empty(data))


def _offer(ticket, edition):
    data = {
        "@type": "Offer", "name": str(ticket), "price": f"{ticket.price:.2f}", "priceCurrency": "CNY",
        "availability": f"{SCHEMA}InStock", "validFrom": ticket.on_sale_from and iso(ticket.on_sale_from),
        "url": settings.SITE_URL + reverse("visitors:visit", args=[edition.year]),
    }  # fmt: skip
    return without_empty(data)
