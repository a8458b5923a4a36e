"""The river score (江谱): every timed item of the programme is one strand, its place along the river its time.

x: a band of 400 units per day, 09:00 to 18:00 over 360 of them. y: items are packed into lanes, main forums in
mid-stream; where many run at once the river swells.
"""

import math
from dataclasses import dataclass

BAND, INNER, MARGIN = 400, 360, 20
OPEN, CLOSE = 9 * 60, 18 * 60
HEIGHT, STEP, SAMPLE = 600, 40, 5
GAP_MINUTES = 12  # between two items of one lane


@dataclass(frozen=True)
class Strand:
    """One item: the day's index, start and end in minutes after midnight, and whether it runs in mid-stream."""

    day: int
    start: int
    end: int
    is_main: bool = False

    @property
    def span(self):
        return x_of(self.day, self.start), x_of(self.day, self.end)


def x_of(day, minutes):
    """Where a moment lies along the river; what is outside opening hours is clamped."""
    minutes = min(max(minutes, OPEN), CLOSE)
    return day * BAND + MARGIN + (minutes - OPEN) / (CLOSE - OPEN) * INNER


class River:
    """Paths for strands: `paths()` in the order given, `water()` for the lanes beneath."""

    def __init__(self, strands, days):
        self.strands, self.days, self.width = strands, days, days * BAND
        self.lane_of: dict[int, int] = {}
        self.lanes = max([1, *(self._pack(day) for day in range(days))])
        self.crowd = self._crowd()
        self.peak = max(self.crowd) or 1
        self.gap = HEIGHT * 0.8 / self.lanes

    def _pack(self, day):
        """Lanes of a day, main forums first, so that they run in mid-stream; answers how many there are."""
        lanes: list[list[tuple[int, int]]] = []
        todays = [(n, s) for n, s in enumerate(self.strands) if s.day == day]
        for n, strand in sorted(
            todays, key=lambda pair: (not pair[1].is_main, pair[1].start, -pair[1].end)
        ):
            free = (
                k
                for k, lane in enumerate(lanes)
                if all(
                    strand.end + GAP_MINUTES <= a or strand.start >= b + GAP_MINUTES
                    for a, b in lane
                )
            )
            lane = next(free, len(lanes))
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((strand.start, strand.end))
            self.lane_of[n] = lane
        return len(lanes)

    def _crowd(self):
        """How many items run at once, sampled and smoothed three times."""
        spans = [s.span for s in self.strands]
        counts = [
            float(sum(a <= x <= b for a, b in spans)) for x in range(0, self.width + 1, SAMPLE)
        ]
        for _round in range(3):
            counts = [
                sum(counts[max(0, k - 7) : k + 8]) / len(counts[max(0, k - 7) : k + 8])
                for k in range(len(counts))
            ]
        return counts

    def y(self, lane, x):
        """Height of a lane: the meander of the river and the lane's distance from mid-stream."""
        place = min(max(x / SAMPLE, 0), len(self.crowd) - 1.001)
        index = int(place)
        crowd = self.crowd[index] + (self.crowd[index + 1] - self.crowd[index]) * (place - index)
        meander = (
            HEIGHT / 2
            + 46 * math.sin(x / self.width * math.pi * 3.1 + 0.9)
            + 16 * math.sin(x / self.width * math.pi * 7)
        )
        offset = ((lane + 1) // 2) * (1 if lane % 2 else -1)
        return meander + offset * self.gap * (0.16 + 0.84 * (crowd / self.peak) ** 0.75)

    def path(self, lane, start, end, step=STEP):
        """A smooth path in whole numbers from x to x along a lane."""
        count = max(1, round((end - start) / step))
        xs = [start + (end - start) * k / count for k in range(count + 1)]
        points = [(x, self.y(lane, x)) for x in xs]
        d = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
        for k in range(count):
            x0, y0 = points[k]
            x1, y1 = points[k + 1]
            third = (x1 - x0) / 3
            slope0 = self._slope(points, k)
            slope1 = self._slope(points, k + 1)
            c = (third, slope0 * third, x1 - x0 - third, y1 - y0 - slope1 * third, x1 - x0, y1 - y0)
            d.append("c" + " ".join(f"{v:.0f}" for v in c))
        return "".join(d)

    @staticmethod
    def _slope(points, k):
        a, b = points[max(0, k - 1)], points[min(len(points) - 1, k + 1)]
        return (b[1] - a[1]) / (b[0] - a[0]) if b[0] != a[0] else 0.0

    def paths(self):
        """One path per strand, in the order they were given."""
        return [self.path(self.lane_of[n], *s.span) for n, s in enumerate(self.strands)]

    def water(self):
        """All lanes from end to end as one path."""
        return "".join(self.path(lane, 0, self.width, step=100) for lane in range(self.lanes))
