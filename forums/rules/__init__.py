"""The programme's rules in one place, for board, forms, API, imports and release.

    findings = check(Programme.of(edition), settings_of(edition))

A `Programme` is the plan as plain facts; a move that nobody has saved yet is a changed copy of it, so the same rules
say what it would cause (`compare`).
"""

from forums.rules.engine import Finding, check, compare, settings_of
from forums.rules.programme import Programme

__all__ = ["Finding", "Programme", "check", "compare", "settings_of"]
