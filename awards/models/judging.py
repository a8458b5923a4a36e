"""Judging: a rubric per stage, judges, their conflicts, blind dossiers, assignments and reviews."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awards.models.award import Call, Stage
from awards.models.entry import Entry
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.rubric import RubricLine
from waic.lib.text import LineField, ProseField


class Criterion(RubricLine):
    """One line of a stage's rubric with its weight."""

    stage = models.ForeignKey(
        Stage, models.CASCADE, related_name="criteria", verbose_name=_("stage")
    )

    class Meta:
        ordering = ["stage", "order", "pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["stage", "key"], name="awards_criterion_one_per_key"),
            models.CheckConstraint(
                condition=Q(weight__gte=1) & Q(maximum__gte=2),
                name="awards_criterion_has_weight_and_scale",
                violation_error_message=_("A criterion weighs at least 1 and goes to 2 or more."),
            ),
        ]


class Judge(models.Model):
    """A person who judges in a call."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="judges", verbose_name=_("call"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="judgeships",
        verbose_name=_("person"),
    )
    most_entries = models.PositiveSmallIntegerField(_("at most"), default=25)

    class Meta:
        ordering = ["call", "pk"]
        verbose_name = _("judge")
        verbose_name_plural = _("judges")
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="awards_judge_once_per_call")
        ]

    def __str__(self):
        return str(self.user)


class Conflict(models.Model):
    """A judge must not see an entry; for both, it does not exist."""

    judge = models.ForeignKey(
        Judge, models.CASCADE, related_name="conflicts", verbose_name=_("judge")
    )
    entry = models.ForeignKey(
        Entry, models.CASCADE, related_name="conflicts", verbose_name=_("entry")
    )
    reason = LineField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["judge", "pk"]
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="awards_conflict_once")
        ]

    def __str__(self):
        return f"{self.judge} × {self.entry}"


class Dossier(models.Model):
    """The blind copy of an entry that judges read: its own code, no names, no identifying answers."""

    entry = models.OneToOneField(
        Entry, models.CASCADE, related_name="dossier", verbose_name=_("entry")
    )
    code = PublicCodeField(verbose_name=_("code"))
    title_zh = LineField(max_length=200, blank=True, verbose_name=_("title in Chinese"))
    title_en = LineField(max_length=200, blank=True, verbose_name=_("title in English"))
    track_zh = LineField(max_length=80, blank=True, verbose_name=_("track in Chinese"))
    track_en = LineField(max_length=80, blank=True, verbose_name=_("track in English"))
    answers = models.JSONField(
        default=list,
        help_text=_("Questions and answers in order, without the identifying ones."),
        verbose_name=_("answers"),
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")

    def __str__(self):
        return self.code


class DossierPaper(models.Model):
    """The paper of an entry as its judges may read it: redacted by the desk, under a code of its own, without metadata."""

    dossier = models.OneToOneField(
        Dossier, models.CASCADE, related_name="paper", verbose_name=_("dossier")
    )
    code = PublicCodeField(verbose_name=_("code"))
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["dossier"]
        verbose_name = _("redacted paper")
        verbose_name_plural = _("redacted papers")

    def __str__(self):
        return self.code


class PaperReading(models.Model):
    """Who opened which redacted paper when. Rows are only ever added."""

    dossier = models.ForeignKey(
        Dossier, models.CASCADE, related_name="readings", verbose_name=_("dossier")
    )
    paper = models.CharField(_("redacted paper"), max_length=12)
    sha256 = models.CharField("SHA-256", max_length=64)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(_("read at"), default=clock.now)

    class Meta:
        ordering = ["-read_at", "-pk"]
        verbose_name = _("reading of a paper")
        verbose_name_plural = _("readings of papers")

    def __str__(self):
        return f"{self.paper} · {self.reader}"


class Assignment(models.Model):
    """A judge is to review a dossier in a stage."""

    stage = models.ForeignKey(
        Stage, models.CASCADE, related_name="assignments", verbose_name=_("stage")
    )
    judge = models.ForeignKey(
        Judge, models.CASCADE, related_name="assignments", verbose_name=_("judge")
    )
    dossier = models.ForeignKey(
        Dossier, models.CASCADE, related_name="assignments", verbose_name=_("dossier")
    )

    class Meta:
        ordering = ["stage", "dossier__code"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "judge", "dossier"], name="awards_assignment_once_per_stage"
            )
        ]

    def __str__(self):
        return f"{self.judge} · {self.dossier}"


class Review(Versioned):
    """A judge's scores and words for one assignment; final once handed in."""

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, related_name="review", verbose_name=_("assignment")
    )
    scores = models.JSONField(_("scores"), default=dict)
    total = models.DecimalField(
        _("total of 100"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    comment = ProseField(_("comment"), blank=True, max_length=3000)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    class Meta:
        ordering = ["assignment"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_in_at=None) | Q(total__isnull=False),
                name="awards_review_handed_in_has_total",
            )
        ]

    def __str__(self):
        return str(self.assignment)
