"""Data rules of awards."""

from django.db.models import Count, Max, Q

from awards.models import Call, Entry
from waic.lib.invariants import invariant


@invariant("Receipt numbers of a call run from 1 to its last number without gaps")
def receipts_are_dense():
    calls = Call.objects.annotate(
        numbered=Count("entries", filter=~Q(entries__receipt_number="")),
        top=Max("entries__receipt_number"),
    )
    for call in calls:
        if call.numbered != call.last_number:
            yield f"{call}: {call.numbered} receipts, last number {call.last_number}"


@invariant("Every entry that was handed in has a lead applicant")
def entries_have_leads():
    for entry in Entry.objects.handed_in().filter(is_sample=False).exclude(members__is_lead=True):
        yield f"entry {entry.code} has no lead"
