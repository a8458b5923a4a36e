"""Text that people type: Unicode-normalised fields, two languages side by side, order by pinyin."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Controls, characters that turn the direction of what follows them around, and what no XML may hold.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


def in_english():
    """Whether the reader's language is English; Chinese otherwise."""
    return (get_language() or "").startswith("en")


def clean_text(value):
    """NFC, Unix line ends, no control characters; inner spaces stay as they were typed."""
    if not isinstance(value, str):
        return value
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", value).strip()


class _CleanText:
    """Field mixin: normalises on assignment from forms, on validation and before it is stored."""

    def to_python(self, value):
        return clean_text(super().to_python(value))

    def get_prep_value(self, value):
        return clean_text(super().get_prep_value(value))


class LineField(_CleanText, models.CharField):
    """One line of text; a line break that was pasted or posted into it is a space."""

    def to_python(self, value):
        return _one_line(super().to_python(value))

    def get_prep_value(self, value):
        return _one_line(super().get_prep_value(value))


def _one_line(value):
    return re.sub(r"\s*\n\s*", " ", value) if isinstance(value, str) else value


class ProseField(_CleanText, models.TextField):
    """Paragraphs. `max_length` is checked in Python, in forms and in full_clean alike."""

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if self.max_length and value and len(value) > self.max_length:
            raise ValidationError(
                _("At most %(limit)d characters; there are %(count)d."),
                code="max_length",
                params={"limit": self.max_length, "count": len(value)},
            )


def language_column():
    """'zh' or 'en': the suffix of the columns in the active language."""
    return "en" if in_english() else "zh"


def localized(obj, name):
    """`name_zh` or `name_en` in the active language; the other one where this one is empty."""
    first = language_column()
    second = "zh" if first == "en" else "en"
    return getattr(obj, f"{name}_{first}", "") or getattr(obj, f"{name}_{second}", "") or ""


def localized_language(obj, name):
    """'zh-Hans' or 'en': the language `localized(obj, name)` answers in."""
    column = language_column()
    if not getattr(obj, f"{name}_{column}", ""):
        column = "zh" if column == "en" else "en"
    return "en" if column == "en" else "zh-Hans"


def pinyin_key(text):
    """A sort key that puts Chinese by pinyin among Latin words, the same on every server."""
    # Imported here: the dictionary weighs 60 MB, and only writing needs it.
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(clean_text(text or ""), style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(part.casefold().strip() for part in syllables if part.strip())[:200]


def pinyin_letters(text):
    """The letters of a Chinese name without tones or spaces, as a passport writes it: 姚期智 gives yaoqizhi."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text or ""))
