"""Which tracks to set free next: those that pay for something, with their rivals and neighbours."""

from collections import defaultdict

from forums.planner.wishes import broken_wishes


def some_tracks(problem, plan, size, chance):
    """Tracks with about `size` talks: one that pays for something, then its rivals and neighbours, then any."""
    paying = [t for t, weight in _guilt(problem, plan).items() for _n in range(weight)]
    alive = [t for t, talks in enumerate(problem.talks_of) if talks]
    first = chance.choice(paying or alive)
    near = [t for t in _near(problem, plan, first) if t != first and problem.talks_of[t]]
    chance.shuffle(near)
    chance.shuffle(alive)
    chosen, talks = [first], len(problem.talks_of[first])
    for t in [*near[: max(1, len(near) // 2)], *alive]:
        if talks >= size:
            break
        if t not in chosen:
            chosen.append(t)
            talks += len(problem.talks_of[t])
    return chosen


def _guilt(problem, plan):
    """How often each track has a part in a broken wish."""
    guilt = defaultdict(int)
    for broken in broken_wishes(problem, plan):
        for t in {*broken.tracks, *(problem.talks[i].track for i in broken.talks)}:
            guilt[t] += 1
    return guilt


def _near(problem, plan, t):
    """Tracks in the same rooms, or that should not be at the same time."""
    tracks = plan.tracks(problem)
    rooms = {r for (_b, r), other in tracks.items() if other == t}
    near = {other for (_b, r), other in tracks.items() if r in rooms}
    near |= {other for pair in problem.track_pairs if t in pair for other in pair}
    for i, j in problem.talk_pairs:
        both = {problem.talks[i].track, problem.talks[j].track}
        near |= both if t in both else set()
    return sorted(near)
