"""The unified social credit code of Chinese organisations and its check digit (GB 32100-2015)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# GB 32100-2015, 4.7: digits and capitals without I, O, S, V, Z; the weights are 3**i mod 31.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(f"^[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}$")


def check_digit(body):
    """The 18th character for the first 17."""
    total = sum(
        ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body[:17])
    )
    return ALPHABET[-total % 31]


def check_credit_code(value):
    """ValidationError with a sentence when a code is misspelt; empty is somebody else's question."""
    code = value.strip().upper()
    if not _SHAPE.match(code):
        raise ValidationError(
            _(
                "A unified social credit code has 18 characters: digits and capitals without I, O, S, V, Z."
            ),
            code="credit_code_shape",
        )
    if check_digit(code) != code[17]:
        raise ValidationError(
            _("This credit code contains a mistake: its last character does not fit the others."),
            code="credit_code_check",
        )
