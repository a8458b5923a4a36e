"""Codes in QR form, signed with Ed25519: a gate checks them without a network and nobody can make one (R7).

A code reads `W1.PAYLOAD.SIGNATURE`; the payload is kind, edition, ticket, revision and expiry (Unix seconds).
"""

import base64
import binascii
import hashlib
import time
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

PREFIX = "W1"


@dataclass(frozen=True)
class Claim:
    """What a valid code says."""

    kind: str
    year: int
    ticket: UUID
    revision: int
    expires: int


@cache
def _key():
    # Derived from the secret key with a purpose of its own, so that one secret is enough to run the site.
    seed = hashlib.sha256(b"waic.visitors.tickets:" + settings.SECRET_KEY.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key():
    """32 bytes for gates that check without a network."""
    return _key().public_key().public_bytes_raw()


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(claim):
    """The code for a claim."""
    payload = (
        f"{claim.kind}|{claim.year}|{claim.ticket.hex}|{claim.revision}|{claim.expires}".encode()
    )
    return f"{PREFIX}.{_encode(payload)}.{_encode(_key().sign(payload))}"


def read(code):
    """The claim of a code, or None when it is not ours, was changed or has ended (real time)."""
    parts = code.strip().split(".")
    if len(parts) != 3 or parts[0] != PREFIX or len(code) > 400:
        return None
    try:
        payload, signature = _decode(parts[1]), _decode(parts[2])
        # A second spelling of the same bytes is not the code that was given out.
        if _encode(payload) != parts[1] or _encode(signature) != parts[2]:
            return None
        _key().public_key().verify(signature, payload)
        kind, year, ticket, revision, expires = payload.decode().split("|")
        claim = Claim(kind, int(year), UUID(ticket), int(revision), int(expires))
    except (InvalidSignature, ValueError, binascii.Error, UnicodeDecodeError):
        return None
    return claim if claim.expires > time.time() else None
