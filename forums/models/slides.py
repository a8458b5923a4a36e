"""Slides of a contribution: every version of the file, more time for somebody, and whether the public may have them."""

from django.db import models
from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models.moments import First, Last
from forums.models.session import (
    Participation,
    ParticipationQuerySet,
    ParticipationRole,
    SessionKind,
    Slot,
)
from forums.models.speaker import Speaker
from forums.models.speaking import Consent, ConsentKind
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.steps import Step, Workflow
from waic.lib.templatetags.dates import moment
from waic.lib.text import ProseField

# Whoever gives a keynote, and the speakers of a talk or a launch; panels, ceremonies and lists of guests need no slides.
TALKS = (SessionKind.SPEECH, SessionKind.LAUNCH)


def _edge(column):
    """The beginning or the end of a contribution as its guest was told: of the session by the newest release, by the slots
    of one that was not released yet; else of the forum. None without a time."""
    edge = First if column == "starts_at" else Last
    of_session = Case(
        When(session__announced=None, then=_slots(column)), default=edge("session__announced")
    )
    return Coalesce(of_session, edge("forum__times"))


def _slots(column):
    """The first start or last end of a contribution's session in the draft; None without one that takes place."""
    slots = Slot.objects.filter(session=OuterRef("session")).exclude(state="cancelled")
    edge = Min(column) if column == "starts_at" else Max(column)
    return Subquery(slots.order_by().values("session").annotate(edge=edge).values("edge"))


class ContributionQuerySet(ParticipationQuerySet):
    def real(self):
        """Confirmed people of forums that take place, where they speak: in a session, or in the forum as a whole."""
        in_session = Participation.objects.filter(
            forum=OuterRef("forum"), speaker=OuterRef("speaker")
        )
        whole = Q(session=None) & Q(Exists(in_session.exclude(session=None)))
        return (
            self.announced().filter(speaker__is_person=True).exclude(forum__state="cancelled").exclude(whole)
        )  # fmt: skip

    def presenting(self):
        """Those the stage expects slides of."""
        talk = Q(role=ParticipationRole.SPEAKER, session__kind__in=TALKS)
        return self.filter(Q(role=ParticipationRole.KEYNOTE) | talk)

    def timed(self):
        """Annotate `begins` and `ends`: of the session, else of the forum; and `due`, when slides must be here.

        More time for the speaker counts beside the edition's day, whichever is later; without either, the beginning.
        """
        begins = _edge("starts_at")
        given = Greatest(
            F("forum__edition__stage_rules__slides_due_at"), F("speaker__slides_extensions__until")
        )
        return self.annotate(
            begins=begins, ends=_edge("ends_at"), due=Coalesce(given, begins)
        )  # fmt: skip

    def with_slides(self):
        """Annotate `has_slides`."""
        return self.annotate(has_slides=Exists(Slides.objects.filter(participation=OuterRef("pk"))))


class ContributionManager(models.Manager.from_queryset(ContributionQuerySet)):  # type: ignore[misc]
    def get_queryset(self):
        return super().get_queryset().real()


class Contribution(Participation):
    """A guest's part in the programme as the stage sees it: other rows of the list of guests are none."""

    objects = ContributionManager()  # type: ignore[misc]

    class Meta:
        proxy = True
        ordering = ["forum", "order", "pk"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def __str__(self):
        return f"{self.speaker} · {self.session or self.forum}"

    @property
    def is_presenting(self):
        if self.role == ParticipationRole.SPEAKER:
            return self.session is not None and self.session.kind in TALKS
        return self.role == ParticipationRole.KEYNOTE


class SlidesState(models.TextChoices):
    KEPT = "kept", _("For the stage")
    RELEASED = "released", pgettext_lazy("slides", "Public")


class SlidesQuerySet(PublicQuerySet):
    def with_consent(self):
        """Annotate `is_consented`: the speaker's newest word on publishing; None while there is none."""
        newest = Consent.objects.filter(
            speaker=OuterRef("participation__speaker"), kind=ConsentKind.SLIDES
        ).order_by("-answered_at", "-pk")
        return self.annotate(is_consented=Subquery(newest.values("is_given")[:1]))

    def consented(self):
        """Of speakers whose newest word on publishing is yes."""
        return self.with_consent().filter(is_consented=True)

    def public(self):
        """What anybody may download: released, consented to this day, of an announced guest of a published forum."""
        return self.consented().filter(
            state=SlidesState.RELEASED, participation__is_confirmed=True, participation__forum__state="published",
        )  # fmt: skip


class Slides(Versioned):
    """The slides of one contribution. The newest file is what the stage shows; the public gets it after a release."""

    participation = models.OneToOneField(
        Participation, models.CASCADE, related_name="slides", verbose_name=_("contribution")
    )
    code = PublicCodeField(verbose_name=_("code"))
    state = models.CharField(_("state"), max_length=10, choices=SlidesState, default=SlidesState.KEPT)  # fmt: skip
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("newest version since"), default=clock.now, editable=False)

    objects = SlidesQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("slides")
        verbose_name_plural = _("slides")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="kept", released_at=None) | Q(state="released", released_at__isnull=False),
                name="forums_slides_released_has_time",
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.participation.speaker} · {self.participation.session or self.participation.forum}"

    @property
    def current(self):
        """The newest version."""
        return max(self.files.all(), key=lambda file: file.number)

    @property
    def step_note(self):
        """What a release would publish, for whoever is about to decide."""
        newest = self.current
        words = {
            "number": newest.number,
            "name": newest.file.name,
            "moment": moment(newest.file.uploaded_at),
        }
        return _("version %(number)d, %(name)s, %(moment)s") % words

    @property
    def earlier(self):
        """All versions but the newest, newest first."""
        return sorted(self.files.all(), key=lambda file: -file.number)[1:]


class SlidesFile(models.Model):
    """One version. Rows are only ever added."""

    slides = models.ForeignKey(
        Slides, models.CASCADE, related_name="files", verbose_name=_("slides")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("file")
    )

    class Meta:
        ordering = ["slides", "-number"]
        verbose_name = _("version of slides")
        verbose_name_plural = _("versions of slides")
        constraints = [
            models.UniqueConstraint(fields=["slides", "number"], name="forums_slidesfile_one_per_number")
        ]  # fmt: skip

    def __str__(self):
        return f"{self.number}: {self.file}"


class SlidesExtension(models.Model):
    """More time for one person's slides, from the desk, with the reason."""

    speaker = models.ForeignKey(
        Speaker, models.CASCADE, related_name="slides_extensions", verbose_name=_("speaker")
    )
    until = models.DateTimeField(_("slides are taken until"))
    reason = ProseField(_("reason"), max_length=500, help_text=_("For the desk; kept on record."))

    class Meta:
        ordering = ["-until", "-pk"]
        verbose_name = _("more time for slides")
        verbose_name_plural = _("more time for slides")
        constraints = [
            models.UniqueConstraint(fields=["speaker"], name="forums_slidesextension_one_per_speaker"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="forums_slidesextension_has_a_reason",
                violation_error_message=_("Please give a reason."),
            )
        ]  # fmt: skip

    def __str__(self):
        return str(self.speaker)


_S = SlidesState
SLIDES = Workflow(
    steps=(
        Step("release", _("Release to the public"), (_S.KEPT,), _S.RELEASED, stamp="released_at"),
        Step("take_back", _("Take back from the public"), (_S.RELEASED,), _S.KEPT, needs_reason=True, danger=True),
        Step("replace", _("Upload a newer version"), (_S.RELEASED,), _S.KEPT, side="theirs"),
    ),
    path=(_S.KEPT, _S.RELEASED),
)  # fmt: skip
