"""Nobody overwrites anybody in the admin (R9): a form remembers what it showed, a second save is told what changed.

The page carries a sealed note: the row's version, and of every value it showed a digest and the beginning. On
saving, a newer version refuses once: values only the other person changed are taken over, what was typed stays as
typed, and a sentence per field says in words what was there and what is there now. Saving again is then a decision,
not an accident.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from decimal import Decimal

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import MultiWidget
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _

from waic.lib import clock
from waic.lib.models import StepRecord
from waic.lib.text import clean_text

FIELD = "desk_seen"
SALT = "waic.lib.versions"
# How much of a value the note keeps, and how much of it a sentence shows; in characters.
KEPT, SHOWN = 200, 80


def plain(value):
    """A value of a field, as read or as typed, in one comparable form."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet | list | tuple | set) and all(
        isinstance(v, Model) for v in value
    ):
        return json.dumps(sorted(str(v.pk) for v in value))
    if isinstance(value, datetime):
        # Form fields do not show microseconds.
        aware = value if timezone.is_aware(value) else timezone.make_aware(value)
        return aware.astimezone(UTC).replace(microsecond=0).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict | list | tuple | set):
        return json.dumps(value, sort_keys=True, default=str)
    return clean_text(str(value))


def digest(value):
    return hashlib.sha256(plain(value).encode()).hexdigest()[:10]


def seal(form):
    """What the page shows, signed: goes into the hidden field FIELD."""
    values = {name: form.initial.get(name) for name in form.fields}
    note = {"version": form.initial_version, "shown": {name: digest(v) for name, v in values.items()},
            "began": {name: plain(v)[:KEPT] for name, v in values.items()},
            "real": timezone.now().timestamp(), "domain": clock.now().timestamp()}  # fmt: skip
    return signing.dumps(note, salt=SALT, compress=True)


def unseal(text):
    """The note of a page; ValidationError when it is not one of ours."""
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise ValidationError(
            _("This page cannot be saved any more. Reload it and try again."), code="stale"
        ) from error


class SeenVersionMixin:
    """For a ModelForm of a Versioned model whose row is locked while the form is checked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial_version = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if text := self.data.get(FIELD):
            note = unseal(text)
            if note["version"] != self.initial_version:
                self._refuse_once(note)
        return cleaned

    def _refuse_once(self, note):
        """Take over what only others changed and say what is different now."""
        sentences = []
        for name, field in self.fields.items():
            now = self.initial.get(name)
            if name not in note["shown"] or digest(now) == note["shown"][name]:
                continue
            typed = self.cleaned_data.get(name)
            is_mine = name in self.errors or digest(typed) not in (note["shown"][name], digest(now))
            if not is_mine:
                self._take_over(name, field, now)
            before = note.get("began", {}).get(name, "")
            sentences.append(self._sentence(name, field, before, now, is_mine))
        who = _(
            "Somebody changed this while you had it open. Nothing was saved yet; what you typed is still here. "
            "Look at the differences and save again."
        )
        self.add_error(
            None,
            ValidationError([who, *sentences, *changes_since(self.instance, note)], code="stale"),
        )

    def _take_over(self, name, field, now):
        self.data = self.data.copy()
        shown = field.prepare_value(now)
        if isinstance(field.widget, MultiWidget):
            for suffix, part in zip(
                field.widget.widgets_names, field.widget.decompress(shown), strict=True
            ):
                self.data[self.add_prefix(name) + suffix] = "" if part is None else str(part)
        elif isinstance(shown, list | tuple | set):
            self.data.setlist(self.add_prefix(name), [str(field.prepare_value(v)) for v in shown])
        elif isinstance(shown, bool):
            # A checkbox that is not ticked is not sent at all.
            self.data.pop(self.add_prefix(name), None)
            if shown:
                self.data[self.add_prefix(name)] = "on"
        else:
            self.data[self.add_prefix(name)] = "" if shown is None else str(shown)

    def _sentence(self, name, field, before, now, is_mine):
        before, after = part_that_differs(in_words(field, before), in_words(field, plain(now)))
        words = {"field": field.label or name, "before": before, "after": after}
        if not is_mine:
            return _("%(field)s: “%(before)s” → “%(after)s”") % words
        if name in self.errors:
            return _("%(field)s: “%(before)s” → “%(after)s”; you typed something else.") % words
        words["typed"] = shortened(in_words(field, plain(self.cleaned_data.get(name))))
        return _("%(field)s: “%(before)s” → “%(after)s”; you typed “%(typed)s”.") % words


def in_words(field, text):
    """A value in its plain form as the form shows it: names instead of keys, the edition's time."""
    if text in ("", "[]"):
        return _("empty")
    if hasattr(field, "queryset"):
        keys = re.findall(r"\d+", text)  # also of a list that was cut off
        return ", ".join(str(row) for row in field.queryset.filter(pk__in=keys)[:10]) or text
    if getattr(field, "choices", None):
        names = {str(key): str(name) for key, name in _flat(field.choices)}
        return ", ".join(names.get(key, key) for key in _listed(text))
    if isinstance(field, forms.BooleanField):
        return _("yes") if text == "True" else _("no")
    if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
        moment = parse_datetime(text)
        return f"{moment.astimezone(clock.ZONE):%Y-%m-%d %H:%M}" if moment else text
    return text


def _listed(text):
    """The keys in the plain form of one value or of several."""
    try:
        keys = json.loads(text)
    except ValueError:
        return [text]
    return [str(key) for key in keys] if isinstance(keys, list) else [text]


def _flat(choices):
    """Pairs of key and name, those in groups too."""
    for key, name in choices:
        if isinstance(name, list | tuple):
            yield from name
        else:
            yield key, name


def shortened(text):
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def part_that_differs(before, after):
    """Both texts short enough to be read, from shortly before the first character that is not the same."""
    same = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None
    )
    start = max(0, (min(len(before), len(after)) if same is None else same) - SHOWN // 4)
    if max(len(before), len(after)) <= SHOWN or not start:
        return shortened(before), shortened(after)
    return f"…{shortened(before[start:])}", f"…{shortened(after[start:])}"


def changes_since(obj, note):
    """Sentences for what others did to an object since a page was made: who, and which part."""
    about = {"content_type": ContentType.objects.get_for_model(obj), "object_id": str(obj.pk)}
    seen = datetime.fromtimestamp(note["real"], tz=UTC)
    entries = LogEntry.objects.filter(**about, action_time__gte=seen).select_related("user")[:10]
    seen = datetime.fromtimestamp(note["domain"], tz=UTC)
    records = StepRecord.objects.of(obj).filter(taken_at__gte=seen).select_related("by")[:10]
    return [f"{entry.user}: {entry.get_change_message()}" for entry in entries] + [
        step_sentence(obj, record) for record in records
    ]


def step_sentence(obj, record):
    """Who took the object from which state to which, in the names of the states."""
    field = obj._meta.get_field("state")
    names = dict(field.flatchoices)
    return _("%(who)s: %(field)s “%(before)s” → “%(after)s”") % {
        "who": record.by or "–", "field": field.verbose_name,
        "before": names.get(record.before, record.before), "after": names.get(record.after, record.after),
    }  # fmt: skip


def hidden_input(form):
    """The sealed note as markup, for templates of one's own."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, seal(form))
