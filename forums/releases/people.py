"""The people a document names by number, as they are on record today: two entries that were merged are one person."""

from forums.models import Speaker
from forums.releases.diff import difference


def merged_into(edition):
    """{number of an entry that was merged: number of the one it is in the end}, in one query."""
    rows = Speaker.objects.filter(edition=edition).exclude(merged_into=None).order_by()
    steps = dict(rows.values_list("pk", "merged_into"))
    found = {}
    for start in steps:
        seen, pk = {start}, steps[start]
        while pk in steps and pk not in seen:
            seen.add(pk)
            pk = steps[pk]
        found[start] = pk
    return found


def with_people_of_today(content, merged):
    """The document with everybody under the number they have now, once in a place; the same object without merges."""
    if not (content and merged):
        return content
    gone = [_ghost(ghost, merged) for ghost in content["gone"]]
    return {**content, "forums": [_forum(doc, merged) for doc in content["forums"]], "gone": gone}


def _forum(doc, merged):
    return _owner({**doc, "sessions": [_owner(session, merged) for session in doc["sessions"]]}, merged)  # fmt: skip


def _ghost(ghost, merged):
    session = ghost["session"] and _owner(ghost["session"], merged)
    return {**ghost, "forum": _forum(ghost["forum"], merged), "session": session}


def _owner(doc, merged):
    once: dict = {}
    for participation, speaker, role in doc["people"]:
        number = merged.get(speaker, speaker)
        once.setdefault(number, [participation, number, role])
    return {**doc, "people": list(once.values())}


def difference_of(edition, before, after):
    """The difference between two documents of an edition; that two entries were merged is none."""
    merged = merged_into(edition)
    return difference(with_people_of_today(before, merged), with_people_of_today(after, merged))
