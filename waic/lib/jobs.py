"""Long work that shows its progress and can be left (rule 8): a row is the truth, Celery only wakes somebody up.

In `<app>/jobs.py`:

    @job("programme-export", atomic=False)
    def export_programme(progress, *, year):
        progress.total = 95
        for forum in …:
            progress.step()
        return files.store(data, name="programme.xlsx", media_type=files.XLSX, kind="export", by=progress.by)

Anywhere: `run = jobs.start("programme-export", title=…, params={"year": 2024}, by=user)` and a redirect to
`reverse("jobs:progress", args=[run.uuid])`. Parameters are plain JSON. With `atomic=True` the function's writes
and the job's end are one transaction: a job that was stopped has written nothing.
"""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from waic.lib.models import JobRun, JobState

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
PULSE = 0.5  # seconds between two looks of the companion thread
MOST_ATTEMPTS = 3
MOST_ERRORS = 500
KEPT_DAYS = 14  # results hold personal data; they do not stay for ever

_kinds: dict = {}


class Stopped(Exception):
    """The job was cancelled, or somebody else took it over."""


@dataclass(frozen=True)
class Kind:
    name: str
    function: object
    atomic: bool


def job(name, *, atomic=False):
    """Register a function `(progress, **params)` that answers a StoredFile or None."""

    def register(function):
        _kinds[name] = Kind(name, function, atomic)
        return function

    return register


def kind(name):
    """The registered kind; KeyError when no app has it."""
    if name not in _kinds:
        autodiscover_modules("jobs", "imports")
    return _kinds[name]


# --- Starting and stopping ----------------------------------------------------------------------


def start(name, *, title, params=None, by=None, language=None):
    """Queue a job in the caller's transaction; answers the row, or the same request that still runs."""
    kind(name)
    values = {
        "kind": name, "params": params or {}, "requested_by": by,
        "language": language or translation.get_language() or "zh-hans",
    }  # fmt: skip
    busy = JobRun.objects.filter(**values, state__in=[JobState.QUEUED, JobState.RUNNING])
    if by is not None and (same := busy.first()):
        return same
    run = JobRun.objects.create(**values, title=str(title)[:200])
    transaction.on_commit(lambda: wake_up(run.pk))
    return run


def wake_up(pk):
    """Tell a worker; when the broker is away the sweeper finds the row within a minute."""
    from kombu.exceptions import OperationalError

    from waic.lib.tasks import run_job

    try:
        run_job.apply_async([pk], queue="bulk")
    except (OperationalError, OSError):
        return


def cancel(run):
    """Stop a job that has not ended; True when it was stopped by this."""
    waiting = JobRun.objects.filter(pk=run.pk, state__in=[JobState.QUEUED, JobState.RUNNING])
    return bool(waiting.update(state=JobState.CANCELLED, ended_at=timezone.now(), lease_until=None))


def sweep():
    """Wake up what waits too long or lost its worker; let old results go. Answers how many were woken."""
    now = timezone.now()
    lost = JobRun.objects.filter(
        Q(state=JobState.QUEUED, requested_at__lt=now - timedelta(seconds=20))
        | Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    pks = list(lost.order_by("pk").values_list("pk", flat=True)[:100])
    for pk in pks:
        wake_up(pk)
    forget_old(now)
    return len(pks)


def forget_old(now):
    """Remove jobs that ended long ago, with their files."""
    old = JobRun.objects.filter(ended_at__lt=now - timedelta(days=KEPT_DAYS))
    for run in old.select_related("result")[:100]:
        result = run.result
        run.delete()
        if result is not None:
            result.file.delete(save=False)
            result.delete()


# --- Running ------------------------------------------------------------------------------------


@dataclass
class Progress:
    """What a job function talks to. Set `total`, call `step()` often.

    `error()` is for what a person should mend before anything is done, `leave()` for what was left out while the rest
    was done.
    """

    run: JobRun
    total: int = 0
    done: int = 0
    note: str = ""
    errors: list = field(default_factory=list)
    left: list = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    _written: float = 0.0

    @property
    def by(self):
        return self.run.requested_by

    def step(self, count=1, note=None):
        """`count` more are done. Raises Stopped when the job was cancelled."""
        self.done += count
        if note is not None:
            self.note = str(note)[:300]
        if self.stopped.is_set():
            raise Stopped
        if not connection.in_atomic_block and time.monotonic() - self._written > PULSE:
            self.write()

    def error(self, text, *, row=None, column=None):
        """Something to mend, by row and column of a file where there is one."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"row": row, "column": column and str(column), "text": str(text)})

    def leave(self, text):
        """Something that could not be done; the job goes on and names it at its end."""
        if len(self.left) < MOST_ERRORS:
            self.left.append({"row": None, "column": None, "text": str(text)})

    def write(self):
        """Show the progress and keep the lease; notices a cancellation."""
        self._written = time.monotonic()
        if not mine(self.run).update(**self.shown(), lease_until=timezone.now() + LEASE):
            self.stopped.set()

    def shown(self):
        total = max(self.total, 0)
        return {"done": min(self.done, total) if total else 0, "total": total, "note": self.note}


def mine(run):
    """The row, as long as this attempt owns it; a later attempt has a higher number."""
    return JobRun.objects.filter(pk=run.pk, state=JobState.RUNNING, attempts=run.attempts)


def claim(pk):
    """Take a job that waits or was lost; None when there is nothing to take."""
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        run = JobRun.objects.select_for_update(skip_locked=True).filter(free, pk=pk).first()
        if run is None:
            return None
        if run.attempts >= MOST_ATTEMPTS:
            with translation.override(run.language):
                text = _("This was started %d times and never came to an end.") % run.attempts
            end(
                JobRun.objects.filter(pk=pk),
                JobState.FAILED,
                errors=[{"row": None, "column": None, "text": text}],
            )
            return None
        run.state, run.attempts, run.lease_until = JobState.RUNNING, run.attempts + 1, now + LEASE
        run.started_at = run.started_at or now
        run.save(update_fields=["state", "attempts", "lease_until", "started_at"])
    return run


def end(rows, state, **values):
    """Write how a job ended; False when it is not ours to end."""
    return bool(rows.update(state=state, ended_at=timezone.now(), lease_until=None, **values))


def run(pk):
    """Run one job if it is free; answers its state afterwards, or None when somebody else has it."""
    taken = claim(pk)
    if taken is None:
        return None
    progress = Progress(taken)
    with translation.override(taken.language), _companion(progress):
        try:
            _work(kind(taken.kind), progress)
        except Stopped:
            pass
        except ValidationError as refusal:
            for text in refusal.messages:
                progress.error(text)
            _fail(progress)
        except Exception:
            log.exception("job_failed", job=taken.pk, kind=taken.kind)
            progress.error(
                _("Something went wrong here. The organisers can see it; please try again later.")
            )
            _fail(progress)
    return JobRun.objects.values_list("state", flat=True).filter(pk=pk).first()


def _work(kind, progress):
    with transaction.atomic() if kind.atomic else _plainly():
        result = kind.function(progress, **progress.run.params)
        if progress.errors:
            raise ValidationError([])
        values = {
            **progress.shown(),
            "done": max(progress.total, 0),
            "result": result,
            "errors": progress.left,
        }
        if not end(mine(progress.run), JobState.DONE, **values):
            if result is not None:
                result.file.delete(save=False)
                result.delete()
            raise Stopped


def _fail(progress):
    end(mine(progress.run), JobState.FAILED, **progress.shown(), errors=progress.errors)


@contextmanager
def _plainly():
    yield


@contextmanager
def _companion(progress):
    """A thread with its own connection keeps the lease and shows progress, also from inside a transaction."""
    over = threading.Event()
    thread = threading.Thread(target=_accompany, args=(progress, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _accompany(progress, over):
    try:
        while not over.wait(PULSE):
            with transaction.atomic():
                # Never waits: the job's own transaction may hold the row.
                rows = JobRun.objects.select_for_update(skip_locked=True).filter(pk=progress.run.pk)
                row = rows.values("state", "attempts").first()
                if row is None:
                    continue
                if row != {"state": JobState.RUNNING, "attempts": progress.run.attempts}:
                    progress.stopped.set()
                    return
                mine(progress.run).update(**progress.shown(), lease_until=timezone.now() + LEASE)
    except Exception:
        # The lease runs out and the sweeper starts the job again.
        log.exception("job_companion_failed", job=progress.run.pk)
    finally:
        connection.close()


def again(run):
    """Queue a failed or stopped job once more; True when that was possible."""
    ended = JobRun.objects.filter(pk=run.pk, state__in=[JobState.FAILED, JobState.CANCELLED])
    fresh = {
        "attempts": 0,
        "done": 0,
        "errors": [],
        "note": "",
        "ended_at": None,
        "started_at": None,
    }
    if not ended.update(state=JobState.QUEUED, **fresh):
        return False
    transaction.on_commit(lambda: wake_up(run.pk))
    return True
