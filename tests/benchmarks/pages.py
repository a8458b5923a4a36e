"""What is measured: the rows of the promises under "Speed" that are answered by GET."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    what: str
    path: str
    cached: bool = True


def pages(year=2024):
    """Every page with an object of the full-scale demo in its address."""
    from exhibitors.models import Application, Exhibit
    from forums.models import Forum, Session, Speaker

    forum = Forum.objects.published().filter(edition__year=year, seats__gt=0).order_by("pk")[0]
    session = Session.objects.filter(forum__edition__year=year, forum__state="published")[0]
    speaker = Speaker.objects.public().filter(edition__year=year, participations__forum=forum)[0]
    exhibitor = Application.objects.public().filter(edition__year=year)[0]
    exhibit = Exhibit.objects.public().filter(application__edition__year=year)[0]
    return [
        Page("home", "/"),
        Page("programme as one page", f"/{year}/programme/"),
        Page("schedule.json", f"/{year}/programme/schedule.json"),
        Page("schedule.xml", f"/{year}/programme/schedule.xml"),
        Page("speakers, 1,000", f"/{year}/speakers/"),
        Page("forum", f"/{year}/forums/{forum.code}/"),
        Page("session", f"/{year}/sessions/{session.code}/"),
        Page("speaker", f"/{year}/speakers/{speaker.code}/"),
        Page("exhibitors", f"/{year}/exhibitors/"),
        Page("exhibitor", f"/{year}/exhibitors/{exhibitor.code}/"),
        Page("exhibit", f"/{year}/exhibits/{exhibit.code}/"),
        Page("search 具身智能", f"/{year}/search/?q=%E5%85%B7%E8%BA%AB%E6%99%BA%E8%83%BD", False),
        Page("API forums, 50 rows", "/api/v1/forums/?page_size=50", False),
        Page("API speakers, 50 rows", "/api/v1/speakers/?page_size=50", False),
        Page("API exhibits, 50 rows", "/api/v1/exhibits/?page_size=50", False),
    ]
