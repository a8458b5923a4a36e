"""All plans of a small problem, by trying: the rules are written again here, to be held against the planner's."""

from itertools import combinations, product

from forums.planner.plan import Place, Plan
from forums.planner.problem import BAN


def all_plans(problem):
    """Every plan that keeps the rules."""
    places = [
        Place(b, r, slot)
        for b, block in enumerate(problem.blocks)
        for r in range(len(problem.rooms))
        for slot in range(block.slots)
    ]
    for choice in product(places, repeat=len(problem.talks)):
        if keeps_rules(problem, choice):
            yield Plan(enumerate(choice))


def keeps_rules(problem, choice):
    times = []
    for talk, place in zip(problem.talks, choice, strict=True):
        block = problem.blocks[place.block]
        begin = block.start + place.slot
        end = begin + talk.length
        away = [stretch for person in talk.people for stretch in problem.away.get(person, ())]
        if end > block.start + block.slots or any(begin < b and a < end for a, b in away):
            return False
        if problem.block_room.get(place[:2], 0) >= BAN:
            return False
        times.append((begin, end))
    if not rooms_are_ready(problem, choice, times):
        return False
    return all(
        may_both_be(problem, i, j, choice, times) for i, j in combinations(range(len(choice)), 2)
    )


def rooms_are_ready(problem, choice, times):
    """Where a turnover is a rule: nobody begins in a room of another track before its pause is over."""
    if problem.prices.turnover < BAN:
        return True
    uses = [
        (place.room, begin, end + talk.pause, talk.track)
        for talk, place, (begin, end) in zip(problem.talks, choice, times, strict=True)
    ]
    uses_and_stays = uses + [(s.room, s.begins, s.ready, s.track) for s in problem.stays]
    return not any(
        one[0] == other[0] and one[3] != other[3] and one[1] < other[2] and other[1] < one[2]
        for n, one in enumerate(uses)
        for other in uses_and_stays[n + 1 :]
    )


def may_both_be(problem, i, j, choice, times):
    one, other = problem.talks[i], problem.talks[j]
    gap = max(times[j][0] - times[i][1], times[i][0] - times[j][1])
    if choice[i].room == choice[j].room:
        same_block = choice[i].block == choice[j].block
        return gap >= 0 and not (same_block and one.track != other.track)
    chairs = [problem.tracks[talk.track].chairs for talk in (one, other)]
    shared = one.people & other.people
    if one.track != other.track:
        shared |= (one.people & chairs[1]) | (other.people & chairs[0])
    if shared and problem.walks and 0 <= gap < 1:
        return False
    return not (shared and problem.prices.people_slot and gap < 0)
