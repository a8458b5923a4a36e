"""What is always true of tickets and their quotas."""

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from waic.lib.invariants import invariant
from waic.visitors.models import DayQuota, Ticket, TicketState


@invariant("DayQuota.taken equals the valid tickets of its day")
def quotas_equal_tickets():
    valid = (
        Ticket.objects.filter(
            state=TicketState.VALID,
            registration__edition=OuterRef("edition"),
            date=OuterRef("date"),
        )
        .order_by()
        .values("date")
        .annotate(n=Count("pk"))
        .values("n")
    )
    for quota in DayQuota.objects.annotate(valid=Coalesce(Subquery(valid), 0)).exclude(
        taken=F("valid")
    ):
        yield f"{quota}: {quota.taken} taken, {quota.valid} valid tickets"
