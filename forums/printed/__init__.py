"""What is printed of a programme: the booklet and the signs of its rooms, both of what the public sees.

source.py   the forums with parts, agenda, people and hosts
booklet.py  the data of templates/forums/pdf/booklet.typ, one language
signs.py    the data of templates/forums/pdf/signs.typ, both languages
"""
