"""The awards desk: a file per subject."""

from awards.admin import calls, dossiers, entries, judging

__all__ = ["calls", "dossiers", "entries", "judging"]
