"""How many samples an edition still wants of each published figure."""

from waic.editions.models import Target
from waic.reports.facts import BY_KEY


def missing_of(edition, key):
    """Published target less what the press figure counts now; nought when it is reached or unknown."""
    target = Target.objects.filter(edition=edition, key=key).first()
    return max(0, target.value - BY_KEY[key].value(edition)) if target else 0


def number_after(queryset, field):
    """The number after the last `示例 … 0042` in a column, so that samples added later go on counting."""
    names = queryset.values_list(field, flat=True)
    return 1 + max((int(n.rsplit(" ", 1)[-1]) for n in names if n[-4:].isdigit()), default=0)
