"""The programme desk: a file per subject."""

from forums.admin import (
    bookings,
    forum,
    invitations,
    people,
    planning,
    proposals,
    releases,
    rules,
    sessions,
    speaking,
    tasks,
)

__all__ = [
    "bookings",
    "forum",
    "invitations",
    "people",
    "planning",
    "proposals",
    "releases",
    "rules",
    "sessions",
    "speaking",
    "tasks",
]
