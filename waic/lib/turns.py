"""The line of turns: a workflow drawn as an exchange; high points are the committee's turn, low points yours."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import mark_safe


@dataclass(frozen=True)
class Turn:
    """One point of the line. `side` is "theirs" (the person reading) or "ours" (the committee)."""

    name: object
    side: str
    note: object = ""
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Turns:
    """For `_turns.html`: the points in order and the line through them."""

    steps: list

    @property
    def svg(self):
        """The line; done up to the last done point. Points sit in the middle of equal columns."""
        width = 1000 / max(1, len(self.steps))
        points = [
            f"{width * (n + 0.5):.0f},{100 if turn.side == 'theirs' else 0}"
            for n, turn in enumerate(self.steps)
        ]
        reached = max(
            (n for n, turn in enumerate(self.steps) if turn.is_done or turn.is_current), default=0
        )
        return format_html(
            '<svg class="turns__line" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">'
            '<polyline points="{}"/><polyline class="done" points="{}"/></svg>',
            mark_safe(" ".join(points)),
            mark_safe(" ".join(points[: reached + 1])),
        )
