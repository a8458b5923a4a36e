"""Runs of the planner: what was asked, how it went, which moves it proposes and which wishes it breaks."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums.models.forum import Forum, ForumPart
from waic.editions.models import Edition, Room
from waic.lib import clock
from waic.lib.models import JobRun, JobState, Versioned
from waic.lib.text import ProseField

SHORTEST, LONGEST = 5, 300  # seconds of one run; a worker's time limit lies above


class PlanState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Looking for a plan")
    STOPPING = "stopping", _("Coming to an end")
    READY = "ready", _("Proposal to look at")
    ACCEPTED = "accepted", _("Accepted, in whole or in part")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Given up")


AT_WORK = (PlanState.QUEUED, PlanState.RUNNING, PlanState.STOPPING)


class PlanTrouble(models.TextChoices):
    """Why a run failed, as a sentence that says what to do."""

    LOST = "lost", _("The worker was lost in the middle of the calculation. Nothing was changed; start it again.")  # fmt: skip
    MEMORY = "memory", _("The calculation needed more memory than it may have, or broke down. Start it again with fewer seconds, or place some forums by hand first.")  # fmt: skip
    EMPTY = "empty", _("There is nothing to plan: this edition has no room, no day or no forum that could move.")  # fmt: skip


class PlanRunQuerySet(models.QuerySet):
    def at_work(self):
        return self.filter(state__in=AT_WORK)


class PlanRun(Versioned):
    """One run of the planner and its proposal. It moves in forums.operations.planning only."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="plan_runs", verbose_name=_("edition")
    )
    seconds = models.PositiveSmallIntegerField(
        _("seconds"), default=60, help_text=_("How long to look for a better plan; you can stop it earlier."),
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)],
    )  # fmt: skip
    seed = models.PositiveIntegerField(
        _("seed"), default=1, help_text=_("Another number looks in another order."),
        validators=[MaxValueValidator(1_000_000)],
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=12, choices=PlanState, default=PlanState.QUEUED, editable=False
    )
    trouble = models.CharField(max_length=10, choices=PlanTrouble, blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("asked for by"),
    )  # fmt: skip
    requested_at = models.DateTimeField(_("asked for"), default=clock.now, editable=False)
    job = models.ForeignKey(
        JobRun, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("job")
    )  # fmt: skip
    # Of today's programme, of the proposal, and what no plan can fall below.
    price_before = models.PositiveBigIntegerField(_("price of today's plan"), null=True, editable=False)  # fmt: skip
    price = models.PositiveBigIntegerField(_("price"), null=True, editable=False)
    bound = models.PositiveBigIntegerField(_("bound"), null=True, editable=False)
    spent = models.FloatField(_("seconds spent"), null=True, editable=False)
    is_stopped = models.BooleanField(_("stopped early"), default=False, editable=False)
    staying = models.PositiveIntegerField(_("parts that stay"), default=0, editable=False)
    # [[seconds, price, bound], …] as it went.
    progress = models.JSONField(default=list, editable=False)

    objects = PlanRunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("run of the planner")
        verbose_name_plural = _("runs of the planner")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state__in=AT_WORK), name="forums_planrun_one_at_work",
                violation_error_message=_("The planner is at work for this edition already. Wait for it or stop it."),
            ),
            models.CheckConstraint(
                condition=Q(seconds__gte=SHORTEST, seconds__lte=LONGEST), name="forums_planrun_seconds_in_bounds",
                violation_error_message=_("Between 5 and 300 seconds."),
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(bound__lte=F("price")), name="forums_planrun_bound_below_price"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.edition} · {self.requested_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self):
        return self.state in AT_WORK

    @property
    def gap(self):
        """How far the price may be above the best there is, in whole per cent; None without a price."""
        if self.price is None:
            return None
        return round(100 * (self.price - self.bound) / self.price) if self.price else 0

    @property
    def is_lost(self):
        """Its worker has not been heard of for longer than its lease, or its job ended without it."""
        if not self.is_at_work:
            return False
        if self.job is None or self.job.state not in (JobState.QUEUED, JobState.RUNNING):
            return True
        return self.job.lease_until is not None and self.job.lease_until < timezone.now()


class MoveState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    STALE = "stale", _("Overtaken")
    REFUSED = "refused", _("Refused by a rule")
    UNDONE = "undone", _("Undone")


class PlanMove(models.Model):
    """One part of a forum in a new place: from where, to where, and what became of the proposal."""

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="moves")
    forum = models.ForeignKey(Forum, models.CASCADE, related_name="+", verbose_name=_("forum"))
    # A forum without a place has no part yet; accepting makes it, undoing takes it away again.
    part = models.ForeignKey(ForumPart, models.SET_NULL, null=True, related_name="+")
    is_new = models.BooleanField(default=False)
    from_room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+")
    from_starts_at = models.DateTimeField(null=True)
    from_ends_at = models.DateTimeField(null=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", verbose_name=_("room"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(max_length=10, choices=MoveState, default=MoveState.PROPOSED)
    # Why it was refused or overtaken, as it was said to whoever accepted.
    note = ProseField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")  # fmt: skip

    class Meta:
        ordering = ["starts_at", "room", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="forums_planmove_ends_after_start"),
            models.UniqueConstraint(fields=["run", "part"], name="forums_planmove_once_per_part"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.forum} → {self.starts_at.astimezone(clock.ZONE):%m-%d %H:%M} {self.room}"

    @property
    def old(self):
        """(room, start, end) before."""
        return self.from_room_id, self.from_starts_at, self.from_ends_at

    @property
    def new(self):
        return self.room_id, self.starts_at, self.ends_at


class PlanWish(models.Model):
    """A wish the proposal breaks: which, at what cost, and about what; the sentence is made for each reader."""

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="wishes")
    wish = models.CharField(max_length=20)
    cost = models.PositiveBigIntegerField()
    # {"forums": [pk], "people": ["s12"], "room": pk, "starts": …, …}: see forums.planner.explaining.
    about = models.JSONField(default=dict)

    class Meta:
        ordering = ["-cost", "pk"]

    def __str__(self):
        return f"{self.wish} {self.cost}"
