"""What applicants type: starting, the draft in parts, an exhibit. Forms read; operations decide."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from exhibitors import completeness, drafts
from exhibitors.models import Application, Exhibit, Scope
from exhibitors.operations.uploads import RULES
from waic.accounts.credit_code import check_credit_code
from waic.accounts.models import Organisation
from waic.lib.places import HOME_COUNTRY, country_choices
from waic.lib.text import clean_text


class AtMost:
    """Validator: a sentence that says how much is to be deleted, instead of cutting what was pasted."""

    def __init__(self, limit):
        self.limit = limit

    def __call__(self, value):
        if (surplus := len(value) - self.limit) > 0:
            raise ValidationError(
                ngettext_lazy(
                    "Please delete %(surplus)d character; at most %(limit)d are possible.",
                    "Please delete %(surplus)d characters; at most %(limit)d are possible.",
                    "surplus",
                ),
                code="max_length",
                params={"surplus": surplus, "limit": self.limit},
            )


def country_field_choices():
    return [("", _("Choose…")), *country_choices()]


class LookForm:
    """Mixin: long texts are told, never cut; the look's class; no `required` that a browser enforces."""

    use_required_attribute = False

    def dress(self):
        for name, field in self.fields.items():
            if getattr(field, "max_length", None):
                field.limit = field.max_length
                field.validators = [
                    *(v for v in field.validators if getattr(v, "code", "") != "max_length"),
                    AtMost(field.max_length),
                ]
                field.max_length = None
                field.widget.attrs.pop("maxlength", None)
            if not isinstance(
                field.widget, forms.RadioSelect | forms.CheckboxInput | forms.FileInput
            ):
                field.widget.attrs["class"] = "input"
            if name.endswith("_en"):
                field.widget.attrs["lang"] = "en"


class DraftForm(LookForm, forms.ModelForm):
    """The whole application. Nothing is required for saving; what submitting needs is marked as needed."""

    credit_code = forms.CharField(max_length=18, required=False, validators=[check_credit_code])
    country = forms.ChoiceField(choices=country_field_choices, required=False)

    class Meta:
        model = Application
        fields = [name for name in drafts.APPLICATION_FIELDS if name != "credit_code"]
        widgets = {"kind": forms.RadioSelect, "block": forms.RadioSelect}
        help_texts = {
            "name_zh": _("As on the business licence; it is shown on the site and on your stand."),
            "category": _("In a word or two, such as robotics or large models."),
            "profile_zh": _("What you do and what visitors see on your stand."),
            "contact_email": _("Everything about this application is written to this address, too."),
            "remarks": _("Only the exhibition desk reads this."),
        }  # fmt: skip

    # Parts of the page: anchor, heading, fields in rows of one or two.
    PARTS = (
        ("company", _("Organisation"), (("name_zh", "name_en"), ("credit_code",), ("country", "city"), ("website",))),
        ("stand", _("Exhibiting"), (("kind",), ("block",), ("category", "area_wanted"))),
        ("profile", _("Profile"), (("profile_zh",), ("profile_en",))),
        ("contact", _("Contact"), (("contact_name",), ("contact_email", "contact_phone"), ("remarks",))),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        organisation = self.instance.organisation
        for field in self.fields.values():
            field.required = False
        self.fields["credit_code"].label = capfirst(
            Organisation._meta.get_field("credit_code").verbose_name
        )
        self.fields["credit_code"].help_text = Organisation._meta.get_field("credit_code").help_text
        self.fields["country"].label = capfirst(Application._meta.get_field("country").verbose_name)
        self.fields["block"].queryset = self.instance.edition.blocks.all()
        self.fields["block"].empty_label = None
        self.fields["website"].widget.attrs["inputmode"] = "url"
        self.fields["area_wanted"].widget.attrs["inputmode"] = "numeric"
        self.organisation = organisation
        self.dress()

    @classmethod
    def of(cls, application):
        """The form as it stands, with the errors of what was typed and is not right yet."""
        return cls(drafts.application_texts(application), instance=application)

    @property
    def texts(self):
        """Every field that was sent, as typed."""
        return {
            name: clean_text(self.data[name])
            for name in drafts.APPLICATION_FIELDS
            if name in self.data
        }

    @property
    def values(self):
        """What of it is right."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}

    @property
    def parts(self):
        """For the template: [(anchor, heading, [[bound fields] per row], has errors)]."""
        return [
            (key, heading, [[self[name] for name in row] for row in rows],
             any(self[name].errors for row in rows for name in row))
            for key, heading, rows in self.PARTS
        ]  # fmt: skip

    @property
    def needed(self):
        """Fields that submitting asks for."""
        home = self["country"].value() == HOME_COUNTRY
        own = {"name_zh", "credit_code"} if home else {"name_en"}
        return {*completeness.REQUIRED, *own, "profile_zh", "kind"}

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"].upper()
        if code:
            refuse_taken_code(code, but=self.organisation.pk)
        return code


def refuse_taken_code(code, *, but=None):
    """ValidationError that says what to do when another organisation has this credit code."""
    if Organisation.objects.filter(credit_code=code).exclude(pk=but).exists():
        raise ValidationError(
            _("An organisation with this code is registered already. Ask a colleague who works there to invite you."),
            code="taken",
        )  # fmt: skip


class StartForm(LookForm, forms.Form):
    """Which call, which organisation; or a new one with its name, code and place."""

    NEW = "new"

    entry_key = forms.UUIDField(widget=forms.HiddenInput)
    call = forms.ModelChoiceField(
        None, label=_("Edition"), widget=forms.RadioSelect, empty_label=None
    )
    organisation = forms.ChoiceField(label=_("Organisation"), widget=forms.RadioSelect)
    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=200,
        required=False,
        help_text=_("As on the business licence."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    country = forms.ChoiceField(
        label=_("Country or region"), choices=country_field_choices, required=False
    )
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    credit_code = forms.CharField(
        label=_("Unified social credit code"), max_length=18, required=False, validators=[check_credit_code],
        help_text=_("18 characters; organisations from abroad leave it empty."),
    )  # fmt: skip
    COMPANY = ("name_zh", "name_en", "country", "city", "credit_code")

    def __init__(self, *args, calls, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls
        self.fields["organisation"].choices = [
            *((o.code, str(o)) for o in organisations),
            (self.NEW, _("Another organisation, registered now")),
        ]
        self.organisations = {o.code: o for o in organisations}
        self.dress()

    def clean_credit_code(self):
        return self.cleaned_data["credit_code"].upper()

    def clean(self):
        data = super().clean()
        if data.get("organisation") != self.NEW:
            # Not asked: what is wrong in the part for a new organisation does not matter.
            for name in self.COMPANY:
                self.errors.pop(name, None)
            return data
        home = data.get("country") == HOME_COUNTRY
        asked = {
            "name_zh": home and _("Give the name in Chinese."),
            "name_en": not home and _("Give the name in English."),
            "country": _("Choose the country or region."),
            "city": _("Give the city."),
            "credit_code": home and _("Give the unified social credit code of the organisation."),
        }
        for name, sentence in asked.items():
            if sentence and not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if data.get("credit_code"):
            try:
                refuse_taken_code(data["credit_code"])
            except ValidationError as error:
                self.add_error("credit_code", error)
        return data

    @property
    def company(self):
        """Of a new organisation, else None."""
        if self.cleaned_data["organisation"] != self.NEW:
            return None
        return {name: clean_text(self.cleaned_data[name]) for name in self.COMPANY}


class ExhibitForm(LookForm, forms.ModelForm):
    """One exhibit, its picture, and whether it claims to be a first launch."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    picture_file = forms.FileField(
        label=_("Picture"), required=False, help_text=RULES["picture"].help_text
    )
    drop_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    claims_launch = forms.BooleanField(
        label=_("Shown for the first time (first launch)"), required=False,
        help_text=_("The exhibition desk confirms each claim before it is announced."),
    )  # fmt: skip
    launch_scope = forms.ChoiceField(
        label=_("First in"), choices=Scope.choices, required=False, widget=forms.RadioSelect,
        initial=Scope.WORLD,
    )  # fmt: skip
    launch_evidence = forms.CharField(
        label=_("What shows it"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A date of release, a press text, or why nobody could see it before."),
    )  # fmt: skip
    launch_at = forms.DateTimeField(
        label=_("Time of the launch"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=_("If you present it at a set time on your stand (Shanghai time)."),
    )  # fmt: skip

    class Meta:
        model = Exhibit
        fields = list(drafts.EXHIBIT_FIELDS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picture_file"].widget.attrs["accept"] = RULES["picture"].accept
        self.dress()

    def clean(self):
        data = super().clean()
        if not (data.get("name_zh") or data.get("name_en")) and not self.errors.keys() & {
            "name_zh",
            "name_en",
        }:
            self.add_error("name_zh", _("Give the name in Chinese or in English."))
        return data

    def clean_launch_at(self):
        moment, edition = self.cleaned_data["launch_at"], self.instance.application.edition
        if moment and not edition.starts_on <= moment.date() <= edition.last_day:
            raise ValidationError(_("Give a time during the exhibition."), code="other_day")
        return moment

    def clean_launch_scope(self):
        return self.cleaned_data["launch_scope"] or Scope.WORLD

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in drafts.EXHIBIT_FIELDS}

    @property
    def launch(self):
        """The claim, or None."""
        if not self.cleaned_data["claims_launch"]:
            return None
        return {
            "scope": self.cleaned_data["launch_scope"],
            "evidence": clean_text(self.cleaned_data["launch_evidence"]),
            "launch_at": self.cleaned_data["launch_at"],
        }
