"""Editions and their places, a file per subject."""

from waic.editions.models.edition import Edition, PublishedFigure, Target, validate_lines
from waic.editions.models.search import SearchEntry
from waic.editions.models.venue import Hall, HallWalk, OpeningHours, Room, Venue

__all__ = [
    "Edition",
    "Hall",
    "HallWalk",
    "OpeningHours",
    "PublishedFigure",
    "Room",
    "SearchEntry",
    "Target",
    "Venue",
    "validate_lines",
]
