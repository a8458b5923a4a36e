"""Rows named 示例 / Sample until an edition reaches its published totals, in bulk."""

from waic.demo.load.scale.entries import add_entries
from waic.demo.load.scale.exhibition import add_exhibition
from waic.demo.load.scale.guests import add_guests
from waic.demo.load.scale.visitors import register_visitors
from waic.demo.load.scale.wanted import missing_of

__all__ = ["register_visitors", "scale_up"]


def scale_up(editions):
    """Fill the current edition up to its targets; rows that are there are counted, so a second run adds nothing."""
    edition = next(e for e in editions.values() if e.is_current)
    add_exhibition(edition, missing_of(edition, "exhibitors"), missing_of(edition, "exhibits"))
    add_guests(
        edition, missing_of(edition, "guests"), missing_of(edition, "laureates"), missing_of(edition, "academicians"),
    )  # fmt: skip
    add_entries(edition, "sail", missing_of(edition, "sail_entries"))
    add_entries(edition, "youth-paper", missing_of(edition, "youth_papers"))
