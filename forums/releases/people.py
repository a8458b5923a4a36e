"""The people a document names by number, as they are on record today: two entries that were merged are one person."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from forums.models import Speaker
from forums.releases.diff import difference


def merges_of(edition):
    """A subquery with a row for each entry that was merged; `edition` is an expression for the edition."""
    rows = Speaker.objects.filter(edition=OuterRef(edition)).exclude(merged_into=None).order_by()
    return ArraySubquery(rows.values(json=JSONObject(pk="pk", into="merged_into")))


def merged_into(edition):
    """{number of an entry that was merged: number of the one it is in the end}; no query where `merges` came along."""
    steps = _steps(edition)
    found = {}
    for start in steps:
        seen, pk = {start}, steps[start]
        while pk in steps and pk not in seen:
            seen.add(pk)
            pk = steps[pk]
        found[start] = pk
    return found


def _steps(edition):
    if "merges" in edition.__dict__:
        return {row["pk"]: row["into"] for row in edition.merges}
    rows = Speaker.objects.filter(edition=edition).exclude(merged_into=None).order_by()
    return dict(rows.values_list("pk", "merged_into"))


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
