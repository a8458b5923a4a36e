"""What a new edition takes over for visitors: ticket types, day quotas and gates; no ticket."""

from waic.editions.copying import copied
from waic.visitors.models import DayQuota, Gate, TicketType


@copied
def tickets_and_gates(copying):
    copying.rows(TicketType.objects.filter(edition=copying.old), source="")
    copying.rows(DayQuota.objects.filter(edition=copying.old), keep=copying.within_the_edition, taken=0)  # fmt: skip
    copying.rows(Gate.objects.filter(venue__edition=copying.old))
