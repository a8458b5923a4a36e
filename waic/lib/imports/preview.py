"""A row as it is read, and what an import comes to, row by row."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field

NEW, CHANGED, SAME, FAULTY = "new", "changed", "same", "faulty"
KINDS = (FAULTY, NEW, CHANGED, SAME)
MOST_TEXT = 600  # characters of a value that are kept to be shown


@dataclass
class Row:
    """One row that is being read. values: column name → value, of the cells that say something."""

    number: int
    values: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    given: dict = field(default_factory=dict)

    def get(self, name, default=None):
        return self.values.get(name, default)


@dataclass
class Change:
    """One field of a row: what it is and what it becomes, as a person reads them."""

    column: str
    label: str
    old: str
    new: str


@dataclass
class Fault:
    """What is wrong with a row: in which column, and what to do. column and label are empty for the whole row."""

    column: str
    label: str
    text: str
    given: str = ""


@dataclass
class PreviewRow:
    number: int
    label: str = ""
    kind: str = SAME
    changes: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)


@dataclass
class Preview:
    """notes: sentences about the whole file. rows: one per row of the file."""

    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def counts(self):
        """{kind: how many}, every kind named."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in KINDS}

    @property
    def is_possible(self):
        return not self.counts[FAULTY]

    @property
    def remarked(self):
        """How many rows somebody should look at before they confirm."""
        return sum(bool(row.notes) for row in self.rows)

    @property
    def changes_something(self):
        return bool(self.counts[NEW] or self.counts[CHANGED])

    @property
    def digest(self):
        """The same for two runs that come to exactly the same."""
        told = [
            (row.number, row.kind, [(c.column, c.old, c.new) for c in row.changes])
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def dump(self):
        """Bytes to keep; long values are shortened, the digest is of the whole ones."""
        whole = asdict(self) | {"digest": self.digest}
        for row in whole["rows"]:
            for change in row["changes"]:
                change["old"], change["new"] = shortened(change["old"]), shortened(change["new"])
        return json.dumps(whole, ensure_ascii=False).encode()


def load(data):
    """(Preview, digest) of kept bytes."""
    kept = json.loads(data)
    rows = [
        PreviewRow(**{**row, "changes": [Change(**c) for c in row["changes"]],
                      "faults": [Fault(**f) for f in row["faults"]]})
        for row in kept["rows"]
    ]  # fmt: skip
    return Preview(rows, kept["notes"]), kept["digest"]


def shortened(text):
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
