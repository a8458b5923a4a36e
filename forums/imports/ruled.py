"""What an import would break: the edition's rules look at the programme before the first row and after the last."""

from django.utils.translation import ngettext

from forums.models import Session, Slot
from forums.rules import Programme, compare, settings_of
from waic.lib.imports.preview import FAULTY, Fault

MOST_TOLD = 50


class Ruled:
    """Mixin of an import that changes times, places or guests. What warns is a remark at its row, what this edition refuses to
    save makes the row faulty.
    """

    def prepare(self):
        super().prepare()
        self.before = Programme.of(self.edition)

    def subject_of(self, obj):
        """What the rules know a row by: ("forum", number) or ("person", number)."""
        raise NotImplementedError

    def look_back(self, rows, preview):
        after = Programme.of(self.edition)
        caused = compare(self.before, after, settings_of(self.edition)).caused
        places = self._places(rows)
        for finding in caused[:MOST_TOLD]:
            self._tell(finding, _row_of(finding, places, rows), preview)
        more = len(caused) - MOST_TOLD
        if more > 0:
            text = ngettext("… and %d more, in “Things to look at” after the import.", "… and %d more, in “Things to look at” after the import.", more)  # fmt: skip
            preview.notes.append(text % more)

    def _places(self, rows):
        """{what the rules are about: row that speaks of it}, the first of several; slots before their forum."""
        places: dict = {}
        for obj, row in rows:
            places.setdefault(self.subject_of(obj), row)
        sessions = {obj.pk: row for obj, row in rows if isinstance(obj, Session)}
        for pk, session in Slot.objects.filter(session__in=sessions).values_list("pk", "session"):
            places["slot", pk] = sessions[session]
        return places

    @staticmethod
    def _tell(finding, row, preview):
        if finding.blocks_saving and row is not None:
            row.kind = FAULTY
            row.faults.append(Fault("", "", finding.sentence))
        elif row is not None:
            row.notes.append(finding.sentence)
        else:
            preview.notes.append(finding.sentence)


def _row_of(finding, places, rows):
    """The row a finding belongs to; None where no row speaks of it, and the first one for what refuses all the same."""
    keys = [key for key in finding.about if isinstance(key, tuple)]
    keys += [("forum", pk) for pk in finding.forums] + [("person", pk) for pk in finding.people]
    found = next((places[key] for key in keys if key in places), None)
    return rows[0][1] if found is None and finding.blocks_saving and rows else found
