"""People, organisations and who works for whom."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waic.accounts.credit_code import check_credit_code
from waic.lib.codes import PublicCodeField
from waic.lib.text import LineField, clean_text, pinyin_key


class Language(models.TextChoices):
    ZH = "zh-hans", "中文"
    EN = "en", "English"


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """A person who signs in by e-mail."""
        user = self.model(email=self.normalize_email(clean_text(email)).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; the e-mail address is the sign-in name."""

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("This e-mail address has an account already.")},
    )
    name = LineField(_("name"), max_length=100, blank=True)
    phone = LineField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.ZH)
    is_staff = models.BooleanField(_("works at a desk"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []  # type: ignore[misc]

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="accounts_user_email_in_lower_case"
            )
        ]

    def __str__(self):
        return self.name or self.email

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


class OrganisationQuerySet(models.QuerySet):
    def of(self, user):
        """Organisations the person works for."""
        return self.filter(memberships__user=user)


NAMELESS = _("Give the name in Chinese or in English.")


class Organisation(models.Model):
    """A company, institute, school or authority."""

    code = PublicCodeField(verbose_name=_("code"))
    name_zh = LineField(_("name in Chinese"), max_length=200, blank=True)
    name_en = LineField(_("name in English"), max_length=200, blank=True)
    short_name = LineField(_("short name"), max_length=60, blank=True)
    sort_key = models.CharField(max_length=200, editable=False, blank=True)
    credit_code = LineField(
        _("unified social credit code"), max_length=18, blank=True, validators=[check_credit_code],
        help_text=_("18 characters; organisations from abroad leave it empty."),
    )  # fmt: skip
    country = models.CharField(_("country or region"), max_length=2, blank=True)
    city = LineField(_("city"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True)
    source = LineField(_("source"), max_length=500, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~Q(credit_code=""), name="accounts_organisation_one_per_credit_code",
                violation_error_message=_("An organisation with this credit code is registered already."),
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") | ~Q(name_en=""), name="accounts_organisation_has_a_name",
                violation_error_message=NAMELESS,
            ),
        ]  # fmt: skip

    def __str__(self):
        from waic.lib.text import localized

        return localized(self, "name")

    def save(self, *args, **kwargs):
        self.credit_code = self.credit_code.upper()
        self.sort_key = pinyin_key(self.name_zh or self.name_en)
        super().save(*args, **kwargs)

    def clean(self):
        """The same as the constraint, said next to the field."""
        if not self.name_zh and not self.name_en:
            raise ValidationError({"name_zh": ValidationError(NAMELESS, code="nameless")})


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A person works for an organisation."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    since = models.DateTimeField(auto_now_add=True, verbose_name=_("since"))

    class Meta:
        ordering = ["organisation", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="accounts_membership_once_per_person"
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation}"

    @property
    def can_edit(self):
        return self.role in (Role.OWNER, Role.EDITOR)


def digest(token):
    """What is stored of a secret: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token():
    return secrets.token_urlsafe(32)


def in_two_weeks():
    return timezone.now() + timedelta(days=14)


class TeamInvitation(models.Model):
    """A teammate asked by mail to join an organisation; the link's secret is stored as a digest only."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(auto_now_add=True, verbose_name=_("invited at"))
    expires_at = models.DateTimeField(default=in_two_weeks, verbose_name=_("expires"))
    accepted_at = models.DateTimeField(null=True, blank=True, verbose_name=_("accepted at"))
    accepted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, verbose_name=_("withdrawn at"))

    class Meta:
        ordering = ["-invited_at"]
        verbose_name = _("team invitation")
        verbose_name_plural = _("team invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("email"), condition=Q(accepted_at=None, withdrawn_at=None),
                name="accounts_teaminvitation_one_open_per_address",
                violation_error_message=_("This address is invited already."),
            )
        ]  # fmt: skip

    def __str__(self):
        return self.email

    @property
    def is_open(self):
        """Whether the link still lets somebody in."""
        answered = self.accepted_at or self.withdrawn_at
        return not answered and self.expires_at > timezone.now()


class ApiToken(models.Model):
    """A bearer token of a person: shown once, stored as a digest, scoped by verb and edition, with an end."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = LineField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    can_write = models.BooleanField(_("may write"), default=False)
    # A year, not a row: editions lie above this package.
    year = models.PositiveSmallIntegerField(
        _("edition"),
        null=True,
        blank=True,
        help_text=_("The only edition whose rows it opens; empty for every edition."),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self):
        return self.name

    @property
    def has_ended(self):
        return self.expires_at <= timezone.now()
