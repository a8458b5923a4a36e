"""Awards and contests, a file per subject."""

from awards.models.award import Award, Call, FieldKind, FormField, Stage, Track, Winner
from awards.models.entry import ENTRY, Entry, EntryFile, EntryMember, EntryState
from awards.models.judging import (
    Assignment,
    Conflict,
    Criterion,
    Dossier,
    DossierPaper,
    Judge,
    PaperReading,
    Review,
)

__all__ = [
    "ENTRY",
    "Assignment",
    "Award",
    "Call",
    "Conflict",
    "Criterion",
    "Dossier",
    "DossierPaper",
    "Entry",
    "EntryFile",
    "EntryMember",
    "EntryState",
    "FieldKind",
    "FormField",
    "Judge",
    "PaperReading",
    "Review",
    "Stage",
    "Track",
    "Winner",
]
