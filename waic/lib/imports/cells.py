"""A cell as a value: text, dates, times, numbers, choices, lists. ValidationError says what to write instead.

A cell is what `reading` gives: text from CSV; from XLSX also numbers, dates, times, truth values or `Broken`.
"""

import difflib
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from waic.lib import places
from waic.lib.imports.reading import Broken
from waic.lib.text import clean_text

# Full-width letters and digits become ordinary ones; Chinese punctuation stays what it is.
_WIDTHS = {
    **{code: code - 0xFEE0 for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(first, last + 1)},
    0x3000: " ", 0xA0: " ", 0x200B: None, 0xFEFF: None,
}  # fmt: skip
_EXCEL_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
_EXCEL_EPOCH = date(1899, 12, 30)
LANGUAGES = ("zh-hans", "en")
CLEARED = ("-", "–", "—")
MOST_NEAR = 3
LEAST_RUN = 3
MOST_COMPARED = 600
MOST_NAMED = 12


# --- Text ---------------------------------------------------------------------------------------


def prose(cell):
    """Text with its line breaks."""
    if isinstance(cell, Broken):
        raise ValidationError(_sentence_for(cell), code=cell.kind)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time.min else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    text = str(cell)
    if text.strip() in _EXCEL_ERRORS:
        raise ValidationError(_sentence_for(Broken("error")), code="error")
    return clean_text(text.translate(_WIDTHS))


def line(cell):
    """Text in one line."""
    return " ".join(prose(cell).split())


def code(cell):
    """A code: capitals and digits in their ordinary width."""
    return unicodedata.normalize("NFKC", line(cell)).upper().replace(" ", "")


def plain(cell):
    """An address of the net or a phone number: ordinary width, no spaces around."""
    return unicodedata.normalize("NFKC", line(cell))


def key(text):
    """What two spellings of one name have in common: width, case and spaces do not count."""
    folded = unicodedata.normalize("NFKC", str(text or "").translate(_WIDTHS)).casefold()
    return "".join(folded.split())


def is_latin(name):
    """Whether a name is written without Chinese, Japanese or Korean characters."""
    return all(ord(character) < 0x2E80 for character in name)


def _number_text(number):
    if abs(number) >= 10**15:
        raise ValidationError(
            _("The spreadsheet keeps this as a number and has lost its last digits. Format the column as text and type it again."),
            code="digits",
        )  # fmt: skip
    return str(int(number)) if float(number).is_integer() else str(number)


def _sentence_for(broken):
    return {
        "formula": _(
            "This formula was never calculated. Open the file in a spreadsheet program and save it, or put the value itself."
        ),
        "error": _("The formula in this cell failed. Put the value itself."),
        "long": _("This text is too long."),
    }[broken.kind]


# --- Dates and times ----------------------------------------------------------------------------

_MONTHS = {name: n for n, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
_DATES = [
    re.compile(r"^(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?$"),
    re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"),
    re.compile(r"^(?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?$"),
    re.compile(r"^(?P<d>\d{1,2})(?:st|nd|rd|th)?(?P<mon>[a-z]{3,9}),?(?P<y>\d{4})?$"),
    re.compile(r"^(?P<mon>[a-z]{3,9})(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,(?P<y>\d{4}))?$"),
]
_WEEKDAY = re.compile(r"\(?(周|星期|礼拜)[一二三四五六日天]\)?|^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,|\((mon|tue|wed|thu|fri|sat|sun)[a-z]*\)$")  # fmt: skip


def day(cell, year):
    """A date: Excel's, "2024-07-04", "2024年7月4日", "7月4日" (of `year`), "4 July"."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 20_000 < cell < 80_000:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    text = re.sub(r"(?<=\d)t?00:00(:00(\.0+)?)?$", "", key(prose(cell)))
    text = _WEEKDAY.sub("", text)
    for pattern in _DATES:
        if found := pattern.match(text):
            parts = found.groupdict()
            month = _MONTHS.get((parts.get("mon") or "")[:3], parts.get("m"))
            try:
                return date(int(parts.get("y") or year), int(month), int(parts["d"]))
            except (TypeError, ValueError):
                break
    raise ValidationError(
        _("“%(given)s” is not a date. Write it like 2024-07-04."), code="date", params={"given": line(cell)}
    )  # fmt: skip


_TIME = re.compile(
    r"^(?P<half>上午|下午|中午|晚上|早上|am|pm)?(?P<h>\d{1,2})(?:[:点时h](?P<m>\d{1,2})?)?分?(?::\d{2})?(?P<after>am|pm)?$"
)


def moment(cell):
    """A time of the day: Excel's, "13:30", "13：30", "下午1:30", "1:30 pm", "13点30分"."""
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    if isinstance(cell, timedelta):
        cell = cell / timedelta(days=1)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 1:
        minutes = int((Decimal(str(cell)) * 24 * 60).quantize(Decimal(1), ROUND_HALF_UP))
        return time(minutes // 60 % 24, minutes % 60)
    found = _TIME.match(key(prose(cell)).replace(".m.", "m"))
    if found and (
        found["m"] or found["half"] or found["after"] or re.search("[:点时h]", key(prose(cell)))
    ):
        hour, half = int(found["h"]), found["half"] or found["after"]
        if half in ("下午", "晚上", "pm") and hour < 12:
            hour += 12
        elif half == "am" and hour == 12:
            hour = 0
        try:
            return time(hour, int(found["m"] or 0))
        except ValueError:
            pass
    raise ValidationError(
        _("“%(given)s” is not a time. Write it like 13:30."), code="time", params={"given": line(cell)}
    )  # fmt: skip


def span(cell):
    """Two times of the day: "13:30-17:00"."""
    parts = re.split(r"[-–—~至到]", unicodedata.normalize("NFKC", line(cell)))
    if len(parts) != 2:
        raise ValidationError(
            _("“%(given)s” is not a span of time. Write it like 13:30-17:00."),
            code="span", params={"given": line(cell)},
        )  # fmt: skip
    return moment(parts[0]), moment(parts[1])


# --- Numbers, truth, choices --------------------------------------------------------------------


def whole(cell):
    """A whole number of at least 0."""
    text = unicodedata.normalize("NFKC", line(cell)).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValidationError(
            _("“%(given)s” is not a whole number."), code="number", params={"given": line(cell)}
        )  # fmt: skip
    return int(text)


_YES = {"yes", "y", "true", "1", "是", "有", "√", "✓", "对"}
_NO = {"no", "n", "false", "0", "否", "无", "×", "不"}


def truth(cell):
    """Yes or no."""
    word = key(prose(cell))
    if word in _YES or word in _NO:
        return word in _YES
    raise ValidationError(
        _("“%(given)s” is neither yes nor no."), code="truth", params={"given": line(cell)}
    )  # fmt: skip


def listed(cell, separators="\n;；、，|"):
    """Several names of one cell, each once."""
    parts = re.split(f"[{re.escape(separators)}]", prose(cell))
    return tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in parts))))


def words_of(choices, **more):
    """{key: value} for a TextChoices class: its values, its names in both languages, and `more` (value=[names])."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words.update({key(choice.label): choice.value for choice in choices})
    words.update({key(choice.value): choice.value for choice in choices})
    for value, names in more.items():
        words.update({key(name): value for name in names})
    return words


def both(label):
    """A lazy string in every language of the house, and as it is written in the code."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(label))
    if isinstance(label, Promise):
        with translation.override(None):
            found.append(str(label))
    return list(dict.fromkeys(found))


def one_of(given, words, show=str):
    """The value for a word of {key: value}; ValidationError that names what comes near. show: value → name."""
    found = words.get(key(given))
    if found is None:
        raise unknown(given, words, show)
    return found


def unknown(given, words, show=str):
    """The refusal of a word that nothing here is called, with the nearest names."""
    close = list(dict.fromkeys(str(show(value)) for value in near(given, words)))
    names = list(dict.fromkeys(str(show(value)) for value in words.values()))
    if close:
        text = _("“%(given)s” is not known here. Did you mean: %(names)s?")
    elif 0 < len(names) <= MOST_NAMED:
        close, text = names, _("“%(given)s” is not known here. Possible: %(names)s.")
    else:
        text = _(
            "“%(given)s” is not known here. Write it as it stands in the admin, or add it there first."
        )
    return ValidationError(
        text, code="unknown", params={"given": given, "names": " / ".join(close)}
    )


def near(given, words):
    """Values of {key: value}, at most MOST_NEAR, whose keys are spelt alike, one inside the other, or share a run."""
    wanted = key(given)
    if not wanted:
        return []
    close = difflib.get_close_matches(wanted, words, n=MOST_NEAR, cutoff=0.5)
    inside = [k for k in words if wanted in k or (len(k) > 1 and k in wanted)]
    found = list(dict.fromkeys([*close, *inside])) or _with_common_run(wanted, words)
    return list({id(words[k]): words[k] for k in found}.values())[:MOST_NEAR]


def _with_common_run(wanted, words):
    """Keys that share at least LEAST_RUN characters in a row with a word, the longest run first."""
    if len(words) > MOST_COMPARED:
        return []
    matcher = difflib.SequenceMatcher(a="", b=wanted, autojunk=False)
    runs = []
    for k in words:
        matcher.set_seq1(k)
        if (size := matcher.find_longest_match().size) >= LEAST_RUN:
            runs.append((size, k))
    return [k for _size, k in sorted(runs, key=lambda run: -run[0])]


def country(cell):
    """The ISO code of a country, given by code or name in either language."""
    return one_of(line(cell), _country_words(), places.country_name)


@cache
def _country_words():
    words = {
        key(name): c for language in ("en", "zh") for c, name in places.names(language).items()
    }
    words.update({key(c): c for c in places.names("en")})
    words.update({key(n): "CN" for n in ("中国大陆", "Mainland China", "PRC")})
    words.update({key(n): c for n, c in (("中国香港", "HK"), ("香港", "HK"), ("Hong Kong", "HK"), ("中国澳门", "MO"), ("澳门", "MO"),
                                         ("中国台湾", "TW"), ("台湾", "TW"), ("USA", "US"), ("UK", "GB"), ("韩国", "KR"))})  # fmt: skip
    return words


# --- Showing ------------------------------------------------------------------------------------


def shown(value):
    """A value as it is shown in a preview and written into a template; `parse(shown(value)) == value`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return "\n".join(shown(part) for part in value)
    return str(value)
