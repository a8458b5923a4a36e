"""Ticket types from the facts, gates, and the days' quotas (samples: none were published)."""

from decimal import Decimal

from waic.demo.load.facts import facts, text
from waic.visitors.models import DayQuota, Gate, TicketType

QUOTA = 100_000


def load_tickets(edition):
    """What is known of admission; unknown prices are not invented."""
    known = next(
        r for r in facts("tickets") if r["year"] == edition.year and r["topic"] == "admission"
    )
    TicketType.objects.update_or_create(
        edition=edition, key="public",
        defaults={"name_zh": "公众参观", "name_en": "Public visit", "price": Decimal(known["price"]), "note_zh": "通过平台免费注册，凭入场码参观。",
                  "note_en": "Free registration; enter with your code.", "source": text(known["source"])},
    )  # fmt: skip
    for date in edition.days[1:]:
        DayQuota.objects.get_or_create(edition=edition, date=date, defaults={"capacity": QUOTA})
    for venue in edition.venues.filter(name_zh__in=["世博展览馆", "世博中心"]):
        Gate.objects.get_or_create(
            venue=venue,
            name_zh=f"{venue.name_zh}（示例）1号口",
            defaults={"name_en": f"{venue.name_en} gate 1 (sample)"},
        )
