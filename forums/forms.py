"""What hosts, speakers and visitors type."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forums.models import (
    RATINGS,
    Forum,
    ForumProposal,
    Participation,
    Session,
    Speaker,
    StreamKind,
    Travel,
)
from forums.operations.change_writing import AGENDA, ANNOUNCED
from forums.operations.forums import TEXTS
from forums.operations.materials import MATERIAL
from forums.operations.profiles import FIELDS
from forums.operations.proposals import FIELDS as PROPOSED
from forums.operations.slides import SLIDES_RULE
from forums.operations.speaking import TRAVEL
from waic.lib.crop import CropField
from waic.lib.files import PICTURE
from waic.lib.text import clean_text


class AnswerForm(forms.Form):
    """The answer to an invitation: which of the two buttons, and words with it."""

    answer = forms.ChoiceField(
        choices=[("accept", _("Accept")), ("decline", _("Decline"))],
        widget=forms.HiddenInput,
        error_messages={"required": _("Please choose whether you accept or decline.")},
    )
    words = forms.CharField(
        label=_("Words to the organisers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProfileForm(forms.ModelForm):
    """A speaker's texts and photo."""

    photo_upload = forms.FileField(
        label=_("Photo"), required=False, widget=forms.FileInput(attrs={"accept": PICTURE.accept})
    )
    photo_crop = CropField(label=_("What is shown of the photo"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Speaker
        fields = FIELDS
        widgets = {
            "bio_zh": forms.Textarea(attrs={"rows": 5}),
            "bio_en": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photo_upload"].help_text = PICTURE.help_text
        self.fields["version"].initial = self.instance.version

    def clean_version(self):
        """The version the person saw must be the one at hand."""
        if self.cleaned_data["version"] != self.instance.version:
            raise forms.ValidationError(
                _("Somebody changed this profile meanwhile. Compare, then save again."),
                code="stale",
            )
        return self.cleaned_data["version"]


def _moment():
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class TravelForm(forms.ModelForm):
    """How a speaker comes and goes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Travel
        fields = TRAVEL
        widgets = {
            "arrives_at": _moment(), "departs_at": _moment(),
            "hotel": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class HostedForumForm(forms.ModelForm):
    """The texts of a forum that its host writes; times and rooms are the desk's."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Forum
        fields = TEXTS
        widgets = {
            "summary_zh": forms.Textarea(attrs={"rows": 5}),
            "summary_en": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        # What the programme says, kept before what is typed is put over it.
        self.shown = {name: getattr(self.instance, name) for name in TEXTS}

    clean_version = ProfileForm.clean_version


class _HostedRowForm(forms.ModelForm):
    """A row of a host's forum; `seen` is the mark of what the page showed. A new row goes to the end of its list."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, forum, is_new, **kwargs):
        super().__init__(*args, **kwargs)
        self.forum, self.is_new = forum, is_new
        if is_new:
            del self.fields["order"]
        else:
            self.fields["order"].required = False
            self.fields["order"].help_text = _("Smaller numbers come first.")

    def clean(self):
        """Without a number a row stays where it is."""
        data = super().clean()
        if data.get("order") is None:
            data.pop("order", None)
        return data


class HostedSessionForm(_HostedRowForm):
    """One item of the agenda; its time is the desk's."""

    class Meta:
        model = Session
        fields = AGENDA
        widgets = {
            "abstract_zh": forms.Textarea(attrs={"rows": 4}),
            "abstract_en": forms.Textarea(attrs={"rows": 4}),
        }


class GuestForm(_HostedRowForm):
    """A guest as announced for this forum; the person's own names are given once, when they are added."""

    name_zh = forms.CharField(
        label=pgettext_lazy("person", "Name (Chinese)"), max_length=100, required=False,
        help_text=_("In Chinese or in English, best in both."),
    )  # fmt: skip
    name_en = forms.CharField(label=pgettext_lazy("person", "Name (English)"), max_length=100, required=False)  # fmt: skip
    # A number, not the row: what is asked for is kept as plain values.
    session = forms.TypedChoiceField(label=_("Takes part in"), coerce=int, empty_value=None, required=False)  # fmt: skip

    class Meta:
        model = Participation
        fields = (*ANNOUNCED, "order")

    field_order = ("name_zh", "name_en", "role", "session")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            del self.fields["name_zh"], self.fields["name_en"]
        items = [(session.pk, str(session)) for session in self.forum.sessions.all()]
        self.fields["session"].choices = [("", _("The forum as a whole")), *items]

    def clean(self):
        data = super().clean()
        for name in {"name_zh", "name_en"} & set(self.fields):
            data[name] = clean_text(data.get(name, ""))
        if self.is_new and not self.errors and not (data["name_zh"] or data["name_en"]):
            self.add_error("name_zh", _("Give the name in Chinese or in English."))
        return data


class MaterialForm(forms.Form):
    """A file for the desk and the stage."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": MATERIAL.accept})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = MATERIAL.help_text


class StreamForm(forms.Form):
    """One link to a stream of a host's forum; an empty address takes it away."""

    place = forms.ChoiceField(label=_("Of what"))
    kind = forms.ChoiceField(label=_("Kind"), choices=StreamKind)
    url = forms.URLField(
        label=_("Address"), max_length=500, required=False, assume_scheme="https",
        help_text=_("Begins with https://. Empty takes the link away."),
    )  # fmt: skip
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)

    def __init__(self, *args, forum, **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = {str(session.pk): session for session in forum.sessions.all()}
        names = [(pk, str(session)) for pk, session in self.sessions.items()]
        self.fields["place"].choices = [("0", _("The forum as a whole")), *names]

    @property
    def session(self):
        """The session that was chosen; None for the forum."""
        return self.sessions.get(self.cleaned_data["place"])


class FeedbackForm(forms.Form):
    """One to five, and words with it."""

    rating = forms.TypedChoiceField(
        label=_("Your rating"), coerce=int, choices=[(n, str(n)) for n in RATINGS], widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five."), "invalid_choice": _("Choose one to five.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Words with it"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Speakers and hosts read them after the programme desk has looked at them, and never see who wrote them."),
    )  # fmt: skip


class SlidesForm(forms.Form):
    """A version of somebody's slides. Several stand on one page, each with ids of its own."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": SLIDES_RULE.accept})
    )

    def __init__(self, *args, contribution, **kwargs):
        super().__init__(*args, auto_id=f"id_{contribution.pk}_%s", **kwargs)
        self.fields["file"].help_text = SLIDES_RULE.help_text


class ProposalForm(forms.ModelForm):
    """The form of a proposal as it is shown; what is typed is read by forums.operations.proposals, field by field."""

    use_required_attribute = False

    class Meta:
        model = ForumProposal
        fields = PROPOSED
        widgets = {
            "outline": forms.Textarea(attrs={"rows": 8}),
            "guests": forms.Textarea(attrs={"rows": 5}),
            "past": forms.Textarea(attrs={"rows": 4}),
            "seats": forms.TextInput(attrs={"inputmode": "numeric"}),
            "budget": forms.TextInput(attrs={"inputmode": "decimal"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"e-{name}"
            # What is too long is told and kept, not cut off by the browser.
            field.widget.attrs.pop("maxlength", None)
