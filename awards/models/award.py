"""Awards and contests: rules, tracks, calls with their form, stages, winners."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.lib import clock
from waic.lib.codes import PublicCodeField
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized


class AwardKind(models.TextChoices):
    AWARD = "award", _("Award")
    CONTEST = "contest", _("Contest")


class Award(models.Model):
    """An award or contest that comes back every edition: SAIL, Yunfan, youth paper, BPAA, Puyuan."""

    key = models.SlugField(_("key in addresses"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=AwardKind, default=AwardKind.AWARD)
    name_zh = LineField(_("name in Chinese"), max_length=120)
    name_en = LineField(_("name in English"), max_length=120, blank=True)
    full_zh = LineField(_("full name in Chinese"), max_length=200, blank=True)
    full_en = LineField(_("full name in English"), max_length=200, blank=True)
    about_zh = ProseField(_("about, in Chinese"), blank=True, max_length=5000)
    about_en = ProseField(_("about, in English"), blank=True, max_length=5000)
    since = models.PositiveSmallIntegerField(_("since the year"), null=True, blank=True)
    facts = models.JSONField(_("facts on record"), default=dict, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = ProseField(_("source"), blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")

    def __str__(self):
        return localized(self, "name")


class CallQuerySet(PublicQuerySet):
    def open(self):
        """Calls in which something can be submitted at this domain moment."""
        now = clock.now()
        return self.filter(opens_at__lte=now, closes_at__gt=now)


class Call(models.Model):
    """The call of an award in one edition: when it is open, how entries are numbered."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="calls", verbose_name=_("award"))
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="calls", verbose_name=_("edition")
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), help_text=_("At this moment it is too late."))
    rules_zh = ProseField(_("rules in Chinese"), blank=True, max_length=20_000)
    rules_en = ProseField(_("rules in English"), blank=True, max_length=20_000)
    prefix = models.CharField(
        _("receipt prefix"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]+\Z", _("Capital letters and digits only."))],
        help_text=_("Receipts read PREFIX-0001."),
        error_messages={
            "unique": _("Another call has this prefix; its receipts would look alike.")
        },
    )
    last_number = models.PositiveIntegerField(_("last receipt number"), default=0, editable=False)
    is_sample = models.BooleanField(_("dates are samples"), default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "pk"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(fields=["award", "edition"], name="awards_call_one_per_edition"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="awards_call_closes_after_opening",
                violation_error_message=_("The call closes before it opens."),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.award} {self.edition.year}"

    @property
    def is_open(self) -> bool:
        return self.opens_at <= clock.now() < self.closes_at


class Track(models.Model):
    """A track of a call: Superior, Applicative, Innovative, Leading."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="tracks", verbose_name=_("call"))
    key = models.SlugField(_("key"), max_length=30)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["call", "order", "pk"]
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="awards_track_one_per_key")
        ]

    def __str__(self):
        return localized(self, "name")


class FieldKind(models.TextChoices):
    LINE = "line", _("One line")
    PROSE = "prose", _("Paragraphs")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of a list")
    CHOICES = "choices", _("Several of a list")
    YES = "yes", _("Yes or no")
    URL = "url", _("Link")
    FILE = "file", _("File")


# Names that the form's own inputs have.
RESERVED_KEYS = {
    "title_zh", "title_en", "organisation", "country", "track", "seen", "save", "submit", "remove", "csrfmiddlewaretoken",
}  # fmt: skip
ACCEPTED = {"pdf", "image", "slides"}


class FormField(models.Model):
    """One question of a call's form."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="fields", verbose_name=_("call"))
    key = models.SlugField(_("key"), max_length=40)
    part_zh = LineField(_("part of the form, in Chinese"), max_length=80, blank=True)
    part_en = LineField(_("part of the form, in English"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=FieldKind)
    label_zh = LineField(_("question in Chinese"), max_length=200)
    label_en = LineField(_("question in English"), max_length=200)
    help_zh = LineField(_("help in Chinese"), max_length=500, blank=True)
    help_en = LineField(_("help in English"), max_length=500, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    max_length = models.PositiveIntegerField(
        _("at most, characters or megabytes"), null=True, blank=True
    )
    choices = models.JSONField(
        _("list"), default=list, blank=True, help_text=_('[{"key": "a", "zh": "甲", "en": "A"}]')
    )
    accept = models.CharField(
        _("file types"),
        max_length=60,
        blank=True,
        help_text=_("pdf, image, slides; comma between them"),
    )
    is_identifying = models.BooleanField(
        _("tells who it is"), default=False, help_text=_("Kept from judges.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["call", "order", "pk"]
        verbose_name = _("form field")
        verbose_name_plural = _("form fields")
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="awards_formfield_one_per_key")
        ]

    def __str__(self):
        return localized(self, "label")

    def clean(self):
        """What would break the applicants' page is refused at the desk."""
        problems = {}
        if self.key in RESERVED_KEYS:
            problems["key"] = _("The form uses this key itself; please take another one.")
        if self.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and not self.has_good_choices():
            problems["choices"] = _(
                'Please give a list like [{"key": "a", "zh": "甲", "en": "A"}].'
            )
        if not self.accepted_kinds() <= ACCEPTED:
            problems["accept"] = _("Please use pdf, image or slides, with commas between them.")
        if problems:
            raise ValidationError(problems)

    def accepted_kinds(self):
        return {kind.strip() for kind in self.accept.split(",") if kind.strip()}

    def has_good_choices(self):
        """True when there is something to choose, each with a key of its own and a text."""
        if not isinstance(self.choices, list) or not self.choices:
            return False
        if not all(
            isinstance(c, dict) and all(isinstance(v, str) for v in c.values())
            for c in self.choices
        ):
            return False
        keys = [c.get("key") for c in self.choices]
        return all(keys) and len(set(keys)) == len(keys) and all(c.get("zh") for c in self.choices)


class Stage(models.Model):
    """A stage of a call: screening, first review, second review, final, publicity."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="stages", verbose_name=_("call"))
    key = models.SlugField(_("key"), max_length=30)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    name_en = LineField(_("name in English"), max_length=80, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["call", "order", "pk"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="awards_stage_one_per_key")
        ]

    def __str__(self):
        return f"{self.call} · {localized(self, 'name')}"


class Winner(models.Model):
    """A published winner of an award in an edition; facts on record, linked to an entry where there is one."""

    award = models.ForeignKey(
        Award, models.CASCADE, related_name="winners", verbose_name=_("award")
    )
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="winners", verbose_name=_("edition")
    )
    entry = models.ForeignKey(
        "awards.Entry",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="wins",
        verbose_name=_("entry"),
    )
    code = PublicCodeField(verbose_name=_("code"))
    level = LineField(_("level"), max_length=80, blank=True)
    track = LineField(_("track"), max_length=120, blank=True)
    title_zh = LineField(_("title in Chinese"), max_length=400, blank=True)
    title_en = LineField(_("title in English"), max_length=400, blank=True)
    organisation = LineField(_("organisation"), max_length=300, blank=True)
    people = LineField(_("people"), max_length=300, blank=True)
    note = ProseField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = ProseField(_("source"), blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["-edition__year", "award__order", "order", "pk"]
        verbose_name = _("winner")
        verbose_name_plural = _("winners")

    def __str__(self):
        return localized(self, "title") or self.people or self.organisation
