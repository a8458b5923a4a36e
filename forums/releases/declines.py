"""Guests who said no, or were uninvited, after a release announced them: nobody reads their name there any more.

A release stays as it was made; who reads it leaves them out at once, as it does with who was erased and what was called
off, because nobody is to come for a guest who will not be there. The next release tells who is concerned.
"""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from forums.models import Invitation, InvitationState, Participation
from forums.releases.snapshot import instant, moment


def declines_of(edition):
    """A subquery with a row for each of them; `edition` is an expression for the edition."""
    rows = _declined().filter(forum__edition=OuterRef(edition))
    return ArraySubquery(rows.values(json=JSONObject(forum="forum", speaker="speaker", at="answered_at")))  # fmt: skip


def _declined():
    """Letters with a no, or that were taken back after they were sent, of who is confirmed nowhere in the forum."""
    ended = Q(state=InvitationState.DECLINED) | Q(
        state=InvitationState.WITHDRAWN, sent_at__isnull=False
    )
    same = {"forum": OuterRef("forum"), "speaker": OuterRef("speaker")}
    return Invitation.objects.filter(
        ended, ~Exists(Participation.objects.announced().filter(**same))
    ).order_by()


def declined_of(edition):
    """{(forum, speaker): when they answered, or None}; no query where `declines` came along."""
    if "declines" in edition.__dict__:
        rows = [(row["forum"], row["speaker"], row["at"]) for row in edition.declines]
    else:
        letters = _declined().filter(forum__edition=edition)
        rows = letters.values_list("forum", "speaker", "answered_at")
    return {(forum, speaker): _moment(at) for forum, speaker, at in rows}


def _moment(at):
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def without_declined(content, declined):
    """The document without them, its entries as new as their answers; the same object where there are none."""
    forums = {forum for forum, _speaker in declined}
    if not content or forums.isdisjoint(doc["pk"] for doc in content["forums"]):
        return content
    docs = [_forum(doc, declined) if doc["pk"] in forums else doc for doc in content["forums"]]
    return {**content, "forums": docs}


def _forum(doc, declined):
    said = {speaker: at for (forum, speaker), at in declined.items() if forum == doc["pk"]}
    sessions = [_owner(session, "slots", said) for session in doc["sessions"]]
    return _owner({**doc, "sessions": sessions}, "parts", said)


def _owner(doc, places, said):
    """A forum or session without who said no; its places carry the newest of their answers."""
    left = {speaker for _pk, speaker, _role in doc["people"]} & set(said)
    if not left:
        return doc
    answers = [said[speaker] for speaker in left if said[speaker]]
    people = [entry for entry in doc["people"] if entry[1] not in left]
    return {**doc, "people": people, places: [_newer(entry, answers) for entry in doc[places]]}


def _newer(entry, answers):
    newest = max([moment(entry["changed"]), *answers])
    return {**entry, "changed": instant(newest)}
