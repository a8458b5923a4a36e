"""The two jobs of an import: the check, which is undone, and the import, which keeps what the check showed.

Small files are worked on while the person waits, large ones by the worker; both are job rows (rule 8).
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waic.lib import files, jobs
from waic.lib.imports import preview as previews
from waic.lib.imports.engine import import_named
from waic.lib.imports.reading import check_size
from waic.lib.models import StoredFile

CHECK, IMPORT = "import-check", "import"
UPLOAD = "import-upload"
AT_ONCE = 300  # rows worked on while somebody waits


def start_check(import_class, scope, upload, *, by):
    """Keep an uploaded file and check it; answers the job. ValidationError about the whole file."""
    check_size(upload.size)
    data = upload.read()
    media_type, rows = import_class.look_at(data)
    forget_old_uploads()
    with transaction.atomic():
        stored = files.store(data, name=upload.name, media_type=media_type, kind=UPLOAD, by=by)
        params = {"importer": import_class.key, "scope": scope, "upload": str(stored.uuid)}
        return _start(CHECK, _("Check of %(file)s"), stored, params, rows, by)


def check_again(run):
    """A new check of the same file."""
    stored = StoredFile.objects.get(uuid=run.params["upload"])
    rows = import_named(run.params["importer"]).look_at(_bytes(stored))[1]
    with transaction.atomic():
        return _start(CHECK, _("Check of %(file)s"), stored, run.params, rows, run.requested_by)


def start_import(run, digest):
    """Do what a check showed; answers the job. A second call while it runs answers the same job."""
    stored = StoredFile.objects.get(uuid=run.params["upload"])
    params = {**run.params, "check": str(run.uuid), "digest": digest}
    rows = len(shown_by(run)[0].rows)
    with transaction.atomic():
        title = _("Import of %(file)s")
        return _start(IMPORT, title, stored, params, rows, run.requested_by, run.language)


def _start(kind, title, stored, params, rows, by, language=None):
    run = jobs.start(kind, title=title % {"file": stored.name}, params=params, by=by, language=language)  # fmt: skip
    if rows <= AT_ONCE:
        # Inside the caller's transaction, so that no worker is quicker.
        jobs.run(run.pk)
        run.refresh_from_db()
    return run


def import_after(run):
    """The import that was started from a check and did not fail, or None."""
    rows = run.requested_by.jobs.filter(kind=IMPORT, params__check=str(run.uuid))
    return rows.exclude(state="failed").order_by("-pk").first()


def page_of(run):
    """The address of the page that shows a check or an import."""
    meta = import_named(run.params["importer"]).model._meta
    uuid = run.params.get("check", run.uuid)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_import_page", args=[uuid])


def shown_by(run):
    """(Preview, digest) of a check that is done."""
    with run.result.file.open("rb") as handle:
        return previews.load(handle.read())


def forget_old_uploads():
    """Uploads hold personal data; they go when their jobs go."""
    before = timezone.now() - timedelta(days=jobs.KEPT_DAYS)
    for stored in StoredFile.objects.filter(kind=UPLOAD, uploaded_at__lt=before)[:100]:
        stored.file.delete(save=False)
        stored.delete()


def may_import(user, import_class):
    """Whether somebody may add and change what an import writes."""
    meta = import_class.model._meta
    verbs = ("add", "change")
    return user.is_active and user.is_staff and all(
        user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}") for verb in verbs
    )  # fmt: skip


# --- Jobs ---------------------------------------------------------------------------------------


def _bytes(stored):
    with stored.file.open("rb") as handle:
        return handle.read()


def _carry_out(progress, importer, scope, upload):
    import_class = import_named(importer)
    if not may_import(progress.by, import_class):
        raise ValidationError(_("You may not do this."), code="not_allowed")
    stored = StoredFile.objects.get(uuid=upload)
    data = _bytes(stored)
    progress.total = import_class.look_at(data)[1]
    work = import_class(scope, progress.by, stored.name)
    return work.carry_out(data, progress.step)


@jobs.job(CHECK)
def check(progress, *, importer, scope, upload):
    """Everything an import would do, undone; the preview is kept as the job's result."""
    with transaction.atomic():
        found = _carry_out(progress, importer, scope, upload)
        transaction.set_rollback(True)
    return files.store(
        found.dump(), name=f"{importer}-preview.json", media_type=files.JSON, kind="import-preview", by=progress.by
    )  # fmt: skip


@jobs.job(IMPORT, atomic=True)
def carry_out(progress, *, importer, scope, upload, check, digest):
    """Write what the check showed, all of it or, when it would come to anything else by now, nothing."""
    _be_the_only_one(importer)
    done = _carry_out(progress, importer, scope, upload)
    if not done.is_possible or done.digest != digest:
        progress.error(
            _(
                "Something has changed since this file was checked, so nothing was written. Check it again."
            )
        )
        return
    counts = done.counts
    added = ngettext("%d added", "%d added", counts[previews.NEW]) % counts[previews.NEW]
    changed = ngettext("%d changed", "%d changed", counts[previews.CHANGED]) % counts[previews.CHANGED]  # fmt: skip
    progress.note = f"{added}, {changed}"


def _be_the_only_one(importer):
    """Hold the lock of this kind of import to the end of the transaction: two at once would each see half of the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"import:{importer}"])
        if not cursor.fetchone()[0]:
            raise ValidationError(
                _("Another import of this kind is at work. Check again in a moment."), code="busy"
            )
