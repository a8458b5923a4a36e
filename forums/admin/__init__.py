"""The programme desk: a file per subject."""

from forums.admin import (
    arrivals,
    bookings,
    changes,
    forum,
    invitations,
    people,
    planning,
    printing,
    proposals,
    releases,
    rules,
    sessions,
    slides,
    speaking,
    stage,
    tasks,
)

__all__ = [
    "arrivals",
    "bookings",
    "changes",
    "forum",
    "invitations",
    "people",
    "planning",
    "printing",
    "proposals",
    "releases",
    "rules",
    "sessions",
    "slides",
    "speaking",
    "stage",
    "tasks",
]
