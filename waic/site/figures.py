"""Live figures of an edition, counted from its rows."""

from awards.models import Entry, Winner
from exhibitors.models import Application, Exhibit
from forums.models import Forum, Speaker


def board_figures(edition):
    """{'forums': 95, …}: what the four boards show. Six queries."""
    return {
        "forums": Forum.objects.of_edition(edition).published().count(),
        "speakers": Speaker.objects.of_edition(edition).public().count(),
        "exhibitors": Application.objects.filter(edition=edition).public().count(),
        "exhibits": Exhibit.objects.public().filter(application__edition=edition).count(),
        "winners": Winner.objects.filter(edition=edition).count(),
        "entries": Entry.objects.filter(call__edition=edition).handed_in().count(),
    }
