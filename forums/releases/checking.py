"""The edition's rules held against a document: of the draft before its release, of an older release before going back."""

from dataclasses import replace

from forums.models import ForumState
from forums.releases.declines import declined_of, without_declined
from forums.releases.people import merged_into, with_people_of_today
from forums.releases.snapshot import moment
from forums.releases.wording import said
from forums.rules import Programme, check, settings_of
from forums.rules.facts import Item
from forums.rules.reading import forums_of


def blocking_findings(edition, content):
    """What the edition's rules do not let pass in a release of this document, the weightiest first."""
    findings = check(programme_of(edition, content), settings_of(edition))
    return [finding for finding in findings if finding.blocks_release]


def programme_of(edition, content):
    """The Programme that the public would see of a document, among today's rooms, opening hours and people.

    What is called off or taken back by now is no part of it; an item in a room that is no more has no room.
    """
    content = with_people_of_today(content, merged_into(edition))
    content = without_declined(content, declined_of(edition))
    live = {pk: f for pk, f in forums_of(edition).items() if f.state == ForumState.PUBLISHED}
    docs = [doc for doc in content["forums"] if doc["pk"] in live]
    forums = {doc["pk"]: _facts(doc, live[doc["pk"]]) for doc in docs}
    empty = Programme.around(edition, forums=forums, parts=(), slots=(), people_of=_people_of(docs))  # fmt: skip
    return empty.moved(*(item for doc in docs for item in _items(doc, empty.places)))


def _facts(doc, live):
    shown = {"language": doc["language"], "is_online": doc["online"]}
    return replace(live, title=_title(doc), has_english=bool(doc["en"]), **shown)


def _items(doc, rooms):
    for entry in doc["parts"]:
        yield _item("part", doc, entry, rooms)
    for session in doc["sessions"]:
        for entry in session["slots"]:
            if entry["state"] != "cancelled":
                yield _item("slot", doc, entry, rooms, _title(session), session["pk"])


def _item(kind, doc, entry, rooms, *session):
    room = entry["room"] if entry["room"] in rooms else None
    times = moment(entry["starts"]), moment(entry["ends"])
    return Item(kind, entry["pk"], doc["pk"], room, *times, *session)


def _people_of(docs):
    found = {}
    for doc in docs:
        for session, owner in ((None, doc), *((s["pk"], s) for s in doc["sessions"])):
            if owner["people"]:
                found[doc["pk"], session] = {speaker for _pk, speaker, _role in owner["people"]}
    return found


def _title(doc):
    return said((doc["zh"], doc["en"]))
