"""Rows the ground keeps for every room: steps on record, private files, long jobs."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.lib import clock
from waic.lib.text import LineField, ProseField


class Versioned(models.Model):
    """Abstract: a version that every change raises, so that two people never overwrite each other (R9)."""

    version = models.PositiveIntegerField(default=1, editable=False, verbose_name=_("version"))

    class Meta:
        abstract = True


class StepRecordManager(models.Manager):
    def record(self, obj, *, step, before, after, by, reason):
        """Append one step of any object."""
        return self.create(
            content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk,
            step=step, before=before, after=after, by=by, reason=reason, taken_at=clock.now(),
        )  # fmt: skip

    def record_all(self, objects, *, step, after, by, reason):
        """Append the same step of many objects, which still say where they were before it."""
        kind, now = ContentType.objects.get_for_model(objects[0]), clock.now()
        self.bulk_create(
            StepRecord(content_type=kind, object_id=obj.pk, step=step, before=obj.state, after=after,
                       by=by, reason=reason, taken_at=now)
            for obj in objects
        )  # fmt: skip

    def of(self, obj):
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)


class StepRecord(models.Model):
    """Who took which step of what, when and why. Rows are only ever added."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of row"))
    object_id = models.PositiveBigIntegerField(verbose_name=_("number of the row"))
    object = GenericForeignKey()
    step = models.CharField(_("step"), max_length=40)
    before = models.CharField(_("before"), max_length=40, blank=True)
    after = models.CharField(_("after"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = ProseField(_("reason"), blank=True, max_length=2000)
    taken_at = models.DateTimeField(_("taken at"))

    objects = StepRecordManager()

    class Meta:
        ordering = ["-taken_at", "-pk"]
        verbose_name = _("step on record")
        verbose_name_plural = _("steps on record")
        indexes = [
            models.Index(
                fields=["content_type", "object_id", "-taken_at"], name="lib_steprecord_of_object"
            )
        ]

    def __str__(self):
        return f"{self.before} → {self.after}"


def upload_path(stored, _name):
    """A generated name; what the person called the file is only a column."""
    return f"{stored.kind}/{stored.uuid.hex[:2]}/{stored.uuid.hex}{stored.extension}"


class StoredFile(models.Model):
    """A file somebody uploaded or a job made: private unless `is_public`, typed by content, bounded."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=40)
    name = LineField(_("file name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, verbose_name=_("SHA-256"))
    file = models.FileField(upload_to=upload_path, max_length=200, verbose_name=_("file"))
    is_public = models.BooleanField(_("public"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self):
        return self.name

    @property
    def extension(self):
        from waic.lib.files import EXTENSIONS

        return EXTENSIONS.get(self.media_type, ".bin")


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


class JobRun(models.Model):
    """Long work that shows its progress and can be left: an import, an export, a solver, a campaign."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=60)
    title = LineField(_("title"), max_length=200)
    params = models.JSONField(default=dict, verbose_name=_("parameters"))
    language = models.CharField(max_length=10, default="zh-hans", verbose_name=_("language"))
    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    note = LineField(_("note"), max_length=300, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    result = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("result"),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("requested by"),
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, verbose_name=_("started at"))
    ended_at = models.DateTimeField(null=True, blank=True, verbose_name=_("ended at"))
    lease_until = models.DateTimeField(null=True, blank=True, verbose_name=_("lease until"))
    attempts = models.PositiveSmallIntegerField(default=0, verbose_name=_("attempts"))

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=0) | Q(done__lte=F("total")), name="lib_jobrun_done_at_most_total"
            )
        ]

    def __str__(self):
        return self.title


class KeptAnswer(models.Model):
    """What a write with an Idempotency-Key was answered, for a day. Written in the write's own transaction."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(max_length=64, verbose_name=_("fingerprint"))
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    body = models.TextField(_("answer"), blank=True)
    kept_at = models.DateTimeField(_("kept at"), auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-kept_at", "-pk"]
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="lib_keptanswer_once_per_key")
        ]

    def __str__(self):
        return self.key
