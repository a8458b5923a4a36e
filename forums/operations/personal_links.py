"""The personal link of an invitation: signed, without an account, ended by withdrawing or by a new one."""

from django.core import signing
from django.urls import reverse
from django.utils import translation

from forums.models import Invitation

_SIGNER = signing.Signer(salt="forums.invitation")


def token_of(invitation):
    """The secret of the link: nothing of it is stored, so a stolen database answers for nobody."""
    return _SIGNER.sign(f"{invitation.code}.{invitation.link_version}")


def link_to(invitation, language):
    """The site-relative address in a language."""
    with translation.override(language):
        return reverse("forums:invitation-by-link", args=[token_of(invitation)])


def find_by_token(token, *, or_replaced=False):
    """The invitation a link leads to, in whatever state; None for a made-up one.

    A link that was replaced by a newer one leads nowhere, unless `or_replaced`: then `is_replaced` says so.
    """
    try:
        code, _dot, version = _SIGNER.unsign(token).partition(".")
    except signing.BadSignature:
        return None
    rows = Invitation.objects.select_related("forum__edition", "speaker", "session")
    invitation = rows.filter(code=code).first()
    if invitation is None:
        return None
    invitation.is_replaced = str(invitation.link_version) != version
    return invitation if or_replaced or not invitation.is_replaced else None
