"""The dashboard's figures: what is reached of an edition's targets, each with the list behind it."""

from django.urls import reverse

from waic.reports.facts import BY_KEY

# A figure is for whoever may see its rows; the report that lists them.
RIGHTS = {
    "guests": ("forums.view_speaker", "speakers"),
    "laureates": ("forums.view_speaker", "speakers"),
    "academicians": ("forums.view_speaker", "speakers"),
    "exhibitors": ("exhibitors.view_application", "exhibitors"),
    "exhibits": ("exhibitors.view_exhibit", "exhibits"),
    "sail_entries": ("awards.view_entry", "entries"),
    "youth_papers": ("awards.view_entry", "entries"),
    "visitors": ("visitors.view_registration", None),
    "area": ("editions.view_edition", None),
}


def figures_of(user, edition):
    """[{name, value, target, percent, link}] of the targets the person's desk is concerned with."""
    found = []
    for target in edition.targets.all():
        right, report = RIGHTS.get(target.key, ("editions.change_edition", None))
        value = _value(target.key, edition) if user.has_perm(right) else None
        if value is not None:
            found.append(
                {
                    "name": str(target),
                    "value": value,
                    "target": target.value,
                    "percent": _percent(value, target.value),
                    "link": _link(target.key, report, edition),
                }
            )
    return found


def _percent(value, target):
    """Whole per cent, rounded down: a target that is almost reached is not reached."""
    return min(100, int(100 * value / target)) if target else 100


def _value(key, edition):
    if key in BY_KEY:
        return BY_KEY[key].value(edition)
    if key == "visitors":
        return edition.registrations.count()
    return edition.floor_area if key == "area" else None


def _link(key, report, edition):
    if report:
        return f"{reverse('reports:report', args=[report])}?year={edition.year}"
    if key == "visitors":
        page = reverse("admin:visitors_registration_changelist")
        return f"{page}?edition__id__exact={edition.pk}"
    return reverse("admin:editions_edition_change", args=[edition.pk])
