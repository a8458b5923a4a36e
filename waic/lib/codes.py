"""Public codes: six characters without look-alikes, random, permanent, unique per kind."""

import re
import secrets

from django.db import models

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
PATTERN = re.compile(f"^[{ALPHABET}]{{{LENGTH}}}$")


def new_code():
    """One random code; uniqueness is the database's business."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_codes(count, taken=()):
    """`count` codes, different from each other and from `taken`, for bulk inserts."""
    codes, taken = set(), set(taken)
    while len(codes) < count:
        code = new_code()
        if code not in taken:
            codes.add(code)
    return list(codes)


class PublicCodeField(models.CharField):
    """A unique public code that is given once and never edited."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=LENGTH, unique=True, editable=False, default=new_code)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "unique", "editable", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


class CodeConverter:
    """URL converter `<code:code>`; anything that cannot be a code is simply not found."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
