"""What an applicant fills in, as texts: how a form shows a row, and how two people's typing is merged.

A form posts the text of every field and the digests of the texts it began with (`seen`). Whoever changed a
field that nobody else touched has it stored; a field that two people changed keeps what is stored, and the
second is told (guarantee R9).
"""

import hashlib
from dataclasses import dataclass, field

from django.utils import timezone

from waic.lib import clock
from waic.lib.text import clean_text

APPLICATION_FIELDS = (
    "name_zh", "name_en", "credit_code", "country", "city", "website", "kind", "block", "category", "area_wanted",
    "profile_zh", "profile_en", "contact_name", "contact_email", "contact_phone", "remarks",
)  # fmt: skip
EXHIBIT_FIELDS = ("name_zh", "name_en", "category", "description_zh", "description_en")
LAUNCH_FIELDS = ("launch_scope", "launch_evidence", "launch_at")
# A wrong text longer than this is shown back but not kept.
LONGEST_KEPT = 20_000


def text_of(value):
    """A stored value as a form shows it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if hasattr(value, "tzinfo"):
        return timezone.localtime(value, clock.ZONE).strftime("%Y-%m-%dT%H:%M")
    return str(getattr(value, "pk", value))


def application_texts(application):
    """Field → text of a draft: what was typed and is not right yet goes before what is stored."""
    organisation = application.organisation
    texts = {
        name: text_of(getattr(organisation if name == "credit_code" else application, name))
        for name in APPLICATION_FIELDS
    }
    return {**texts, **{k: v for k, v in application.typed.items() if k in texts}}


def exhibit_texts(exhibit):
    """Field → text of an exhibit and its claim to a first launch."""
    launch = getattr(exhibit, "first_launch", None) if exhibit.pk else None
    texts = {name: text_of(getattr(exhibit, name)) for name in EXHIBIT_FIELDS}
    texts["claims_launch"] = text_of(launch is not None)
    for name, column in zip(LAUNCH_FIELDS, ("scope", "evidence", "launch_at"), strict=True):
        texts[name] = text_of(getattr(launch, column, None))
    return texts


def digest(text):
    """Eight characters that tell two texts of a field apart."""
    return hashlib.sha256(clean_text(text).encode()).hexdigest()[:8]


def digests(texts):
    """What a form sends along as `seen`."""
    return {name: digest(text) for name, text in texts.items()}


@dataclass(frozen=True)
class Merge:
    """`mine`: fields to store. `conflicts`: field → the text that somebody else stored meanwhile.

    `seen`: what the form is to send along next time.
    """

    mine: set = field(default_factory=set)
    conflicts: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)


def merge(typed, stored, seen, *, alone=False):
    """Who changed what since the form was drawn; a field without a digest in `seen` counts as the person's.

    alone: nobody else changed the row last, so a difference is the person's own earlier save.
    """
    mine, conflicts, after = set(), {}, dict(seen)
    for name, text in typed.items():
        text, there = clean_text(text), clean_text(stored[name])
        if text != there and digest(text) == seen.get(name):
            continue  # untouched here, changed by somebody else: theirs stays
        after[name] = digest(there)
        if text == there:
            continue
        if not alone and name in seen and digest(there) != seen[name]:
            conflicts[name] = there
        else:
            mine.add(name)
            after[name] = digest(text)
    return Merge(mine, conflicts, after)
