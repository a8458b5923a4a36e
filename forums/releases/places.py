"""Where and when somebody is to be, as they were told: by the newest release, by the draft for what it has not got yet."""

from forums.releases.released import Released
from forums.releases.shown import public_programme


def as_told(rows):
    """Participations with their forum, its parts, session and slots under the titles, times and rooms of the newest release.

    The rows were read with these; a query for the rooms is all this adds, however many there are.
    """
    for edition in {row.forum.edition for row in rows}:
        programme = public_programme(edition)
        if isinstance(programme, Released):
            docs = {doc["pk"]: doc for doc in programme.as_released["forums"]}
            for row in rows:
                if row.forum.edition == edition and row.forum_id in docs:
                    _tell(row, docs[row.forum_id], programme.build)
    return rows


def _tell(row, doc, build):
    session = next((s for s in doc["sessions"] if s["pk"] == row.session_id), None)
    (row.forum,) = build.forums([doc], {row.forum_id: row.forum})
    if session:
        row.session = build.session(row.forum, session)
