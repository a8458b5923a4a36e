"""Each rule's cases, and the rules made wrong that the cases must catch; by subject."""

from tests.forums.rule_cases import content, people, rooms

CASES = {**rooms.CASES, **people.CASES, **content.CASES}
WRONG = [*rooms.WRONG, *people.WRONG, *content.WRONG]
