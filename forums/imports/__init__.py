"""Imports of the programme: forums, their agenda and their speakers, from tables or from schedules of other systems."""

from forums.imports import forum, session, speaker  # noqa: F401 (they register themselves)
