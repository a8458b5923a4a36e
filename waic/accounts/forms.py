"""What people type about themselves and their organisations."""

from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from waic.accounts.models import Language, Organisation, Role, User
from waic.lib.places import country_choices
from waic.lib.text import clean_text


class SignupForm(BaseSignupForm):
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
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
    )
    can_write = forms.BooleanField(label=_("May change things"), required=False)
