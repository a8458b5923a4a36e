"""From a call's field definitions to a form, and from what was typed to what is missing.

Answers are kept as they were typed, also while they are not right yet; they are judged when somebody submits.
"""

import dataclasses
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from awards.models import FieldKind
from waic.lib.files import IMAGES, MEGABYTE, PDF, PPTX, FileRule
from waic.lib.places import country_choices, country_name
from waic.lib.text import clean_text, language_column, localized

LONGEST = 20_000  # characters of one answer that are kept at all
MOST_CHOICES = 100
_TYPES = {"pdf": (PDF,), "image": IMAGES, "slides": (PPTX, PDF)}
_http = URLValidator(
    schemes=["http", "https"],
    message=gettext_lazy("Please give a whole link, beginning with https://"),
)


@dataclass(frozen=True)
class Trouble:
    """One thing that keeps an entry from being submitted: where, and a sentence."""

    key: str
    label: str
    sentence: str


def file_rule(field):
    """What a file field accepts."""
    kinds = [k.strip() for k in (field.accept or "pdf").split(",")]
    types = tuple(dict.fromkeys(t for kind in kinds for t in _TYPES.get(kind, ())))
    return FileRule(types or (PDF,), max_bytes=(field.max_length or 20) * MEGABYTE)


def choice_list(field):
    """[(key, label)] in the active language."""
    return [(c["key"], localized_choice(c)) for c in field.choices]


def localized_choice(choice):
    return choice.get(language_column()) or choice.get("zh") or choice["key"]


@dataclass
class Sent:
    """A posted form: values that may be stored, those that may not, and why not; only what was sent."""

    values: dict = dataclasses.field(default_factory=dict)
    unsaved: dict = dataclasses.field(default_factory=dict)
    sentences: dict = dataclasses.field(default_factory=dict)

    def refuse(self, key, value, sentence):
        self.unsaved[key], self.sentences[key] = value, sentence


def read_form(call, data):
    """What a posted form says of a call's questions and of the basics."""
    sent = Sent()
    basics = BasicsForm({k: clean_text(v) for k, v in data.items()}, call=call)
    basics.is_valid()
    for name in (n for n in basics.fields if n in data):
        if name in basics.errors:
            sent.refuse(name, data[name], " ".join(basics.errors[name]))
        else:
            sent.values[name] = basics.cleaned_data[name]
    for question in call.fields.exclude(kind=FieldKind.FILE):
        value = typed_value(question, data)
        if sentence := storable(value):
            sent.refuse(question.key, value, sentence)
        else:
            sent.values[question.key] = value
    return sent


def typed_value(field, data):
    """The text of one question, the list of several choices, or yes."""
    if field.kind == FieldKind.CHOICES:
        return [clean_text(v) for v in data.getlist(field.key)]
    if field.kind == FieldKind.YES:
        return "yes" if data.get(field.key) else ""
    return clean_text(data.get(field.key, ""))


def storable(value):
    """Why a value cannot even be kept as a draft, or an empty string."""
    if len(value) <= (MOST_CHOICES if isinstance(value, list) else LONGEST):
        return ""
    return _("This is too long to be kept; at most %(limit)d characters.") % {"limit": LONGEST}


def shown_value(entry, field, key, value):
    """A stored value of any question of the form, the basics among them, as people read it."""
    if field is not None:
        return shown(field, value or "") or "—"
    if key == "track":
        return str(entry.track or "—")
    return (country_name(value) if key == "country" and value else value) or "—"


def shown(field, value):
    """An answer as people read it."""
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        labels = dict(choice_list(field))
        return ", ".join(
            labels.get(v, v) for v in (value if isinstance(value, list) else [value]) if v
        )
    if field.kind == FieldKind.YES:
        return _("Yes") if value else _("No")
    return value or ""


def sentence_for(field, value):
    """Why an answer is not right yet, or an empty string. An empty optional answer is right."""
    if not value:
        return (
            _("Please answer this.") if field.is_required and field.kind != FieldKind.FILE else ""
        )
    check = _CHECKS.get(field.kind)
    try:
        return check(field, value) if check else ""
    except ValidationError as error:
        return " ".join(error.messages)


def _length(field, value):
    over = len(value) - field.max_length if field.max_length else 0
    if over <= 0:
        return ""
    return ngettext("Please cut %(over)d character; at most %(limit)d are possible.", "Please cut %(over)d characters; at most %(limit)d are possible.", over) % {
        "over": over, "limit": field.max_length,
    }  # fmt: skip


def _line(field, value):
    return _("Please keep this on one line.") if "\n" in value else _length(field, value)


def _number(field, value):
    return (
        ""
        if value.isascii() and value.isdigit() and len(value) <= 12
        else _("Please give a whole number, like 12.")
    )


def _date(field, value):
    try:
        right = parse_date(value) is not None
    except ValueError:
        right = False
    return "" if right else _("Please give a date like 2024-03-15.")


def _choice(field, value):
    keys = {c["key"] for c in field.choices}
    return (
        ""
        if set(value if isinstance(value, list) else [value]) <= keys
        else _("Please choose from the list.")
    )


def _url(field, value):
    _http(value)
    return ""


_CHECKS = {
    FieldKind.LINE: _line, FieldKind.PROSE: _length, FieldKind.NUMBER: _number, FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice, FieldKind.CHOICES: _choice, FieldKind.URL: _url,
}  # fmt: skip


def troubles(entry, fields=None, files=None):
    """Everything that keeps an entry from being submitted, in the order of the form."""
    fields = list(entry.call.fields.all()) if fields is None else fields
    files = {f.field_id for f in entry.files.all()} if files is None else files
    found = []
    if not entry.title_zh:
        found.append(Trouble("title_zh", _("Title in Chinese"), _("Please answer this.")))
    if not entry.title_en:
        found.append(Trouble("title_en", _("Title in English"), _("Please answer this.")))
    if not entry.country:
        found.append(Trouble("country", _("Country or region"), _("Please answer this.")))
    if entry.track_id is None and entry.call.tracks.exists():
        found.append(Trouble("track", _("Track"), _("Please choose one.")))
    for field in fields:
        if field.kind == FieldKind.FILE:
            sentence = (
                _("Please upload this file.") if field.is_required and field.pk not in files else ""
            )
        else:
            sentence = sentence_for(field, entry.answers.get(field.key))
        if sentence:
            found.append(Trouble(field.key, localized(field, "label"), sentence))
    return found


def completeness(entry, fields, files):
    """Percent of the required things that are right."""
    required = [f for f in fields if f.is_required]
    total = len(required) + 3
    missing = {t.key for t in troubles(entry, fields, files)}
    return round(100 * (total - min(total, len(missing))) / total) if total else 100


class BasicsForm(forms.Form):
    """The questions every call asks. Everything may stay open until somebody submits."""

    title_zh = forms.CharField(
        label=gettext_lazy("Title in Chinese"), max_length=200, required=False
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=200, required=False
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), max_length=200, required=False
    )
    country = forms.ChoiceField(label=gettext_lazy("Country or region"), required=False)
    track = forms.ChoiceField(label=gettext_lazy("Track"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args, call, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "—"), *country_choices()]
        tracks = [(str(t.pk), localized(t, "name")) for t in call.tracks.all()]
        self.fields["track"].choices = tracks
        if not tracks:
            del self.fields["track"]
