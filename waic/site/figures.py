"""Live figures of an edition, counted from its rows."""

from awards.models import Entry, Winner
from exhibitors.models import Application, Exhibit
from forums.releases.shown import public_programme


def board_figures(edition, items):
    """{'forums': 95, …}: what the four boards show. items: the programme's, which the page has read anyway."""
    return {
        "forums": len({item.forum.pk for item in items}),
        "speakers": public_programme(edition).speakers().count(),
        "exhibitors": Application.objects.filter(edition=edition).public().count(),
        "exhibits": Exhibit.objects.public().filter(application__edition=edition).count(),
        "winners": Winner.objects.filter(edition=edition).count(),
        "entries": Entry.objects.filter(call__edition=edition).handed_in().count(),
    }
