"""What the portal's front page shows: each package says what is a person's own and what happens next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from waic.lib import clock

_sections: list["Section"] = []


@dataclass(frozen=True)
class Item:
    """One thing of a person's: where it stands, what happens next and by when."""

    title: str
    url: str
    state: str = ""
    next_step: str = ""
    due: datetime | None = None
    is_yours: bool = False  # the person is to act

    @property
    def is_due_now(self):
        """On the last day, or late."""
        return self.due is not None and self.due - clock.now() < timedelta(days=1)


@dataclass(frozen=True)
class Section:
    """A part of the portal. `items` answers the person's own; `start` is (label, url name) of what may be begun."""

    key: str
    label: object
    board: str  # forum, expo, award, experience: whose colour it wears
    items: Callable
    start: Callable | None = None  # user -> list of (label, url)
    order: int = 0


def register(section):
    """Called once from AppConfig.ready of the package."""
    if all(known.key != section.key for known in _sections):
        _sections.append(section)


def sections_for(user):
    """[(section, items, starts)] in order, for a signed-in person."""
    return [
        (section, section.items(user), section.start(user) if section.start else [])
        for section in sorted(_sections, key=lambda s: s.order)
    ]
