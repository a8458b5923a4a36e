"""Imports of the programme: forums with place, time, organisations and guests; speakers with their forums."""

from forums.imports import forum, speaker  # noqa: F401 (they register themselves)
