"""Redacted papers: the awards desk provides one per entry, judges of that entry open it, every opening is on record."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from awards.models import DossierPaper, FieldKind, PaperReading
from waic.lib import files
from waic.lib.keeping import discard

PAPER = files.FileRule((files.PDF,), 20 * files.MEGABYTE, max_pages=100)


def redacted(upload, entry, *, allow_names=False):
    """The bytes that judges may have of an uploaded PDF.

    ValidationError: what files.check refuses, `layers`, `unreadable`, and `names` when its text still holds names of
    the entry's people or organisation (unless `allow_names`: somebody looked, and they are other words).
    """
    # Imported here: it brings a PDF library, and only this needs it.
    from awards import redaction

    data = files.check(upload, PAPER)
    try:
        if redaction.has_layers(data):
            raise ValidationError(
                _("This PDF has layers that can be switched on. Please print it to a new PDF first."), code="layers"
            )  # fmt: skip
        stripped = redaction.without_metadata(data)
        found = [] if allow_names else redaction.names_found(stripped, names_of(entry))
    except ValidationError:
        raise
    except Exception as error:  # whatever a parser makes of a broken file
        raise ValidationError(
            _("This PDF cannot be read. Please export it again and retry."), code="unreadable"
        ) from error
    if found:
        raise ValidationError(
            _(
                "The text of this PDF still holds: %(names)s. A black box does not remove what is under it; "
                "take the words out and export it again."
            ),
            code="names",
            params={"names": "、".join(found)},
        )
    return stripped


def names_of(entry):
    """What would tell who an entry is by: organisation, people, addresses, and the identifying answers."""
    names = [entry.organisation]
    for member in entry.members.all():
        names += [member.name, member.email]
    kinds = (FieldKind.LINE, FieldKind.PROSE)
    for field in entry.call.fields.filter(is_identifying=True, kind__in=kinds):
        names.append(entry.answers.get(field.key, ""))
    return list(dict.fromkeys(name for name in names if name))


@transaction.atomic
def provide_paper(dossier, data, *, by):
    """Keep a redacted paper for the judges of an entry; the one before it is gone, with its bytes."""
    withdraw_paper(dossier)
    paper = DossierPaper(dossier=dossier)
    paper.file = files.store(
        data, name=f"paper-{paper.code}.pdf", media_type=files.PDF, kind="dossier-paper", by=by
    )
    paper.save()
    return paper


@transaction.atomic
def withdraw_paper(dossier):
    """Take the paper from the judges. True if there was one."""
    paper = DossierPaper.objects.select_for_update().filter(dossier=dossier).first()
    if paper is None:
        return False
    paper.delete()
    discard(paper.file)
    return True


def read_paper(paper, *, by):
    """Put on record that somebody opens a paper; to be called before its bytes are sent."""
    PaperReading.objects.create(
        dossier=paper.dossier, paper=paper.code, sha256=paper.file.sha256, reader=by
    )
