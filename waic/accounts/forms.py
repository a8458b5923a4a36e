"""What people type about themselves and their organisations."""

from allauth.account.forms import AddEmailForm as BaseAddEmailForm
from allauth.account.forms import ChangeEmailForm as BaseChangeEmailForm
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import ConfirmEmailVerificationCodeForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as BaseResetPasswordKeyForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.apps import apps
from django.core.validators import MaxLengthValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from waic.accounts.models import Language, Organisation, Role, User
from waic.lib.places import country_choices
from waic.lib.text import clean_text

# Django's form field allows more than its model field can hold, and allauth would cut the rest off.
LONGEST_ADDRESS = 254


class BoundedAddressMixin:
    """An e-mail field that refuses what no column can hold."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.max_length = field.widget.attrs["maxlength"] = LONGEST_ADDRESS
        field.validators.append(MaxLengthValidator(LONGEST_ADDRESS))


class AddEmailForm(BoundedAddressMixin, BaseAddEmailForm):
    """Another address for the account."""


class ChangeEmailForm(BoundedAddressMixin, BaseChangeEmailForm):
    """A slip in the address, noticed while the code is awaited."""


class CodeMixin:
    """One word for what is typed off a mail or a phone; the phone offers digits and the code itself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Confirmation code")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update(autocapitalize="characters", spellcheck="false")


class ConfirmCodeForm(CodeMixin, ConfirmEmailVerificationCodeForm):
    """The code from the mail."""


class AuthenticateForm(CodeMixin, BaseAuthenticateForm):
    """A code of the app, or a recovery code."""


class ReauthenticateForm(CodeMixin, BaseReauthenticateForm):
    """The same before a risky step."""


class ActivateTotpForm(CodeMixin, ActivateTOTPForm):
    """The first code of a new app."""


class ResetPasswordForm(BoundedAddressMixin, BaseResetPasswordForm):
    """Where the link goes."""


class NewPasswordMixin:
    """What makes a good password, in one sentence instead of one for each validator."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "At least 10 characters, not only digits, and neither a common password nor like your name or address."
        )  # fmt: skip
        for name in ("oldpassword", "password1", "password2"):
            if name in self.fields:
                self.fields[name].widget.attrs.pop("placeholder", None)


class ResetPasswordKeyForm(NewPasswordMixin, BaseResetPasswordKeyForm):
    """The new password, after the link of the mail."""


class ChangePasswordForm(NewPasswordMixin, BaseChangePasswordForm):
    """The old one and the new one."""


class SignupForm(NewPasswordMixin, BoundedAddressMixin, BaseSignupForm):
    """Registration: name, e-mail, password; the language of the page becomes the person's."""

    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1", "password2"]

    def clean_name(self):
        return clean_text(self.cleaned_data["name"])

    def save(self, request):
        user = super().save(request)
        if user:
            user.name = self.cleaned_data["name"]
            user.language = Language.EN if (get_language() or "").startswith("en") else Language.ZH
            user.save(update_fields=["name", "language"])
        return user


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "phone", "language"]


class OrganisationForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("Country or region"), choices=country_choices)

    class Meta:
        model = Organisation
        fields = ["name_zh", "name_en", "credit_code", "country", "city", "website"]

    def clean_credit_code(self):
        return self.cleaned_data["credit_code"].upper()


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=LONGEST_ADDRESS)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)


def edition_choices():
    """Every published edition; editions lie above this package and are found by name."""
    published = apps.get_model("editions.Edition").objects.published()
    years = published.order_by("-year").values_list("year", flat=True)
    return [("", _("Every edition")), *((year, f"WAIC {year}") for year in years)]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
    )
    year = forms.TypedChoiceField(label=_("Edition"), coerce=int, empty_value=None, required=False)
    can_write = forms.BooleanField(label=_("May change things"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Looked up once; a callable would be asked again for each look at the choices.
        self.fields["year"].choices = edition_choices()
