"""Sample entries that were handed in during the call, one in ten from abroad."""

from datetime import timedelta
from itertools import cycle

from awards.models import Call, Entry, EntryMember, EntryState
from waic.lib.codes import new_codes

# One in ten, the first of ten, so that few entries still hold their share (16 of 159).
COUNTRIES = ("SG", *["CN"] * 9)


def add_entries(edition, award, count):
    """`count` submitted entries of an award, numbered after those that are there."""
    call = Call.objects.get(award__key=award, edition=edition)
    first = call.last_number + 1
    codes = new_codes(count, Entry.objects.values_list("code", flat=True))
    tracks = list(call.tracks.all()) or [None]
    step = (call.closes_at - call.opens_at) / (count + 1)
    entries = Entry.objects.bulk_create(
        Entry(
            call=call, track=track, code=code, title_zh=f"示例申报 {n:04}", title_en=f"Sample entry {n:04}", organisation="示例机构",
            country=country, answers={"summary": "示例内容"}, state=EntryState.SUBMITTED, receipt_number=f"{call.prefix}-{n:04}",
            submitted_at=call.opens_at + timedelta(seconds=round(step.total_seconds() * (n - first + 1))), is_sample=True,
        )
        for n, (code, track, country) in enumerate(zip(codes, cycle(tracks), cycle(COUNTRIES), strict=False), first)
    )  # fmt: skip
    EntryMember.objects.bulk_create(
        EntryMember(
            entry=entry, email=f"sample-{entry.receipt_number.lower()}@waic.test", name="示例申报人", is_lead=True, joined_at=entry.submitted_at
        )
        for entry in entries
    )  # fmt: skip
    Call.objects.filter(pk=call.pk).update(last_number=first - 1 + count)
