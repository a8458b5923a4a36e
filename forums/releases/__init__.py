"""Releases of the programme: the public sees the newest one, the desk works on the draft. See docs/organisers.md.

snapshot.py   the draft as one JSON document
numbering.py  what calendars need across releases: SEQUENCE, stamps, what is gone
shown.py      which programme the public sees of an edition: Live or Released, which answer the same questions
live.py       from the rows, before the first release and in a preview
released.py   from the newest document; rows.py builds what it answers; people.py finds who was merged since,
              declines.py who declined since
indexing.py   search follows what is shown; seating.py: so do seats
diff.py       what two documents differ in; wording.py says it
checking.py   which rules a document breaks
telling.py    who is told of a difference
"""
