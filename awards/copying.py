"""What a new edition takes over of the awards: each call with its dates, tracks, form and stages; no entry."""

import re
from itertools import chain, count

from awards.models import Call, FormField, Stage, Track
from waic.editions.copying import copied


@copied
def calls(copying):
    old, year = copying.old, copying.new.year
    copying.rows(
        Call.objects.filter(edition=old),
        prefix=lambda call: prefix_for(call.prefix, year),
        last_number=0,
    )
    for model in (Track, FormField, Stage):
        copying.rows(model.objects.filter(call__edition=old))


def prefix_for(prefix, year):
    """A prefix of receipts that no call has yet: after SAIL2025 comes SAIL2026, and SAIL2026X2 should that be taken."""
    letters = re.sub(r"\d+$", "", prefix)[:6]
    taken = set(Call.objects.filter(prefix__startswith=letters).values_list("prefix", flat=True))
    names = chain([f"{letters}{year}"], (f"{letters}{year}X{n}" for n in count(2)))
    return next(name for name in names if name not in taken)
