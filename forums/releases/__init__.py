"""Releases of the programme: the public sees the newest one, the desk works on the draft. See docs/organisers.md.

snapshot.py   the draft as one JSON document
numbering.py  what calendars need across releases: SEQUENCE, stamps, what is gone
shown.py      the newest release as the rows that pages and feeds read
diff.py       what two documents differ in; wording.py says it
telling.py    who is told of it
"""
