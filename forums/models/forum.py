"""A forum and its parts: when and where."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from forums.models.kind import ForumKind
from forums.models.moments import First, Last, MomentsField, no_moments, span
from waic.editions.models import Edition, Room
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.models import Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized


class ForumState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("With the desk")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class ForumQuerySet(PublicQuerySet):
    def published(self):
        return self.filter(state=ForumState.PUBLISHED)

    def of_edition(self, edition):
        return self.filter(edition=edition)

    def begun(self):
        """Those that have begun, by the time visitors expect them."""
        return self.alias(begins=First("times")).filter(begins__lte=clock.now())

    def over(self):
        """Those that are over, by the time visitors expect them."""
        return self.alias(closes=Last("times")).filter(closes__lte=clock.now())

    def hosted_by(self, user):
        """Forums the person may edit as a host."""
        return self.filter(hosts__user=user)


class Forum(Versioned):
    """One forum, ceremony or activity of the programme."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="forums", verbose_name=_("edition")
    )
    kind = models.ForeignKey(
        ForumKind, models.PROTECT, related_name="forums", verbose_name=_("kind")
    )
    code = PublicCodeField(verbose_name=_("code"))
    title_zh = LineField(_("title in Chinese"), max_length=300)
    title_en = LineField(_("title in English"), max_length=300, blank=True)
    summary_zh = ProseField(_("summary in Chinese"), blank=True, max_length=5000)
    summary_en = ProseField(_("summary in English"), blank=True, max_length=5000)
    theme = LineField(_("theme or industry"), max_length=80, blank=True)
    language = models.CharField(_("languages spoken"), max_length=40, blank=True, default="zh")
    interpretation = models.CharField(_("interpretation"), max_length=40, blank=True)
    is_online = models.BooleanField(_("online only"), default=False)
    seats = models.PositiveIntegerField(_("seats that can be booked"), default=0)
    seats_taken = models.PositiveIntegerField(
        default=0, editable=False, verbose_name=_("seats taken")
    )
    allows_overlap = models.BooleanField(
        _("may be booked beside another"), default=False,
        help_text=_("A seat here does not keep a visitor from a seat elsewhere at the same time."),
    )  # fmt: skip
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offered seat is kept"), default=12,
        help_text=_("For the waiting list; never beyond the beginning of the forum."),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=12, choices=ForumState, default=ForumState.DRAFT
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    # Derived from the parts by forums.operations, so that lists sort without a join.
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    # When visitors expect it: as the newest release says, and as the parts are where none has it. Seats follow these.
    times = MomentsField(default=no_moments, editable=False)
    date = models.DateField(
        _("date"), null=True, blank=True, help_text=_("Where the day is known but not the time.")
    )
    external_id = LineField(_("identifier elsewhere"), max_length=60, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    source = ProseField(_("source"), blank=True)
    changed_at = models.DateTimeField(auto_now=True, verbose_name=_("changed at"))

    objects = ForumQuerySet.as_manager()

    class Meta:
        ordering = [F("starts_at").asc(nulls_last=True), "pk"]
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ForumState.PUBLISHED) | Q(published_at__isnull=False),
                name="forums_forum_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("seats")), name="forums_forum_never_oversold"
            ),
            models.UniqueConstraint(
                fields=["edition", "external_id"],
                condition=~Q(external_id=""),
                name="forums_forum_one_per_external_id",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "starts_at"], name="forums_forum_programme")
        ]

    def __str__(self):
        return localized(self, "title")

    def clean(self):
        # Said here, because Django leaves a constraint out whose column no form shows.
        if self.seats is not None and self.seats < self.seats_taken:
            sentence = _("%(count)d seats are taken already; there cannot be fewer.")
            refusal = ValidationError(sentence, code="taken", params={"count": self.seats_taken})
            raise ValidationError({"seats": refusal})

    @property
    def announced_start(self):
        """When visitors expect it to begin; None without a time."""
        return span(self.times)[0]

    @property
    def announced_end(self):
        """When visitors expect it to end; None without a time."""
        return span(self.times)[1]

    @property
    def has_begun(self):
        return self.announced_start is not None and self.announced_start <= clock.now()

    @property
    def is_over(self):
        return self.announced_end is not None and self.announced_end <= clock.now()

    @property
    def seats_left(self):
        return self.seats - self.seats_taken


class _TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ForumPart(models.Model):
    """A stretch of time a forum takes in a room (a morning, an afternoon). The database refuses a taken room."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="parts", verbose_name=_("forum"))
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_parts",
        verbose_name=_("room"),
    )
    label_zh = LineField(_("part, in Chinese"), max_length=60, blank=True)
    label_en = LineField(_("part, in English"), max_length=60, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place_note = LineField(_("place as announced"), max_length=200, blank=True)
    # False when the room allows several at once or the forum is cancelled; kept by save() and operations.
    holds_room = models.BooleanField(default=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("part of a forum")
        verbose_name_plural = _("parts of a forum")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="forums_forumpart_ends_after_start",
                violation_error_message=_("A forum cannot end before it begins."),
            ),
            ExclusionConstraint(
                name="forums_forumpart_room_taken_once",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (_TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(room__isnull=False, holds_room=True),
                violation_error_message=_("This room is taken at that time."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.forum} {clock.local(self.starts_at):%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        self.holds_room = self.needs_room
        super().save(*args, **kwargs)

    def clean(self):
        # Said here, beside the field, because PostgreSQL cannot even build a range that ends before it begins.
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError(
                {
                    "ends_at": ValidationError(
                        _("A forum cannot end before it begins."), code="order"
                    )
                }
            )

    def validate_constraints(self, exclude=None):
        # Django leaves out what a form does not show; the condition of the room's constraint needs this column.
        self.holds_room = self.needs_room
        super().validate_constraints(exclude=set(exclude or ()) - {"holds_room"})

    @property
    def needs_room(self):
        """True when nobody else may have the room at this time."""
        return (
            bool(self.room_id)
            and not self.room.allows_parallel
            and self.forum.state != ForumState.CANCELLED
        )
