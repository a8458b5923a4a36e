"""What is shown on a stand, and the claim that it is shown for the first time."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exhibitors.models.application import Application, ApplicationState
from exhibitors.models.names import other_language
from waic.lib.codes import PublicCodeField
from waic.lib.models import StoredFile, Versioned
from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField, ProseField, localized, pinyin_key


class ExhibitQuerySet(PublicQuerySet):
    def public(self):
        """Exhibits of approved applications."""
        return self.filter(application__state=ApplicationState.APPROVED)

    def of(self, user):
        return self.filter(application__organisation__memberships__user=user)


class Exhibit(Versioned):
    """Something shown on a stand."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="exhibits", verbose_name=_("exhibitor")
    )
    code = PublicCodeField(verbose_name=_("code"))
    name_zh = LineField(_("name in Chinese"), max_length=200, blank=True)
    name_en = LineField(_("name in English"), max_length=200, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    description_zh = ProseField(_("description in Chinese"), blank=True, max_length=3000)
    description_en = ProseField(_("description in English"), blank=True, max_length=3000)
    category = LineField(_("field"), max_length=60, blank=True)
    picture = models.ForeignKey(
        StoredFile,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    is_highlight = models.BooleanField(_("highlight of the show"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # The key of the form or request that made this row: a second click finds it again.
    entry_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="exhibitors_exhibit_has_a_name",
                                   violation_error_message=_("Give the name in Chinese or in English.")),
        ]  # fmt: skip

    def __str__(self):
        return localized(self, "name")

    @property
    def other_name(self):
        return other_language(self, "name")

    def save(self, *args, update_fields=None, **kwargs):
        self.sort_key = pinyin_key(self.name_zh or self.name_en)
        if update_fields is not None:
            update_fields = {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)


class Scope(models.TextChoices):
    WORLD = "world", _("World")
    CHINA = "china", _("China")
    EXHIBITION = "exhibition", _("First time at an exhibition")


class ClaimState(models.TextChoices):
    CLAIMED = "claimed", _("Claimed")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class FirstLaunchQuerySet(PublicQuerySet):
    def confirmed(self):
        return self.filter(state=ClaimState.CONFIRMED)


class FirstLaunch(models.Model):
    """The claim that an exhibit is shown for the first time, and what the desk found."""

    exhibit = models.OneToOneField(
        Exhibit, models.CASCADE, related_name="first_launch", verbose_name=_("exhibit")
    )
    scope = models.CharField(_("first in"), max_length=12, choices=Scope, default=Scope.WORLD)
    evidence = ProseField(_("what shows it"), blank=True, max_length=1000)
    launch_at = models.DateTimeField(_("launch at"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ClaimState, default=ClaimState.CLAIMED
    )
    remark = LineField(_("remark of the desk"), max_length=300, blank=True)

    objects = FirstLaunchQuerySet.as_manager()

    class Meta:
        ordering = ["exhibit"]
        verbose_name = _("first launch")
        verbose_name_plural = _("first launches")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REFUSED) | ~Q(remark=""),
                name="exhibitors_firstlaunch_refused_has_remark",
                violation_error_message=_("Please give a reason."),
                violation_error_code="reason",
            )
        ]

    def __str__(self):
        return str(self.exhibit)

    def clean(self):
        """The same as the constraint, said next to the field."""
        if self.state == ClaimState.REFUSED and not self.remark.strip():
            raise ValidationError(
                {"remark": ValidationError(_("Please give a reason."), code="reason")}
            )
