"""Organisations and who works for them: founding, inviting, joining, leaving; API tokens."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from waic.accounts.models import (
    ApiToken,
    Membership,
    Organisation,
    Role,
    TeamInvitation,
    User,
    digest,
    new_token,
)
from waic.lib.text import clean_text


def _notify(*args, **kwargs):
    return import_string(settings.NOTIFY)(*args, **kwargs)


@transaction.atomic
def found_organisation(organisation, *, by):
    """Save a new organisation with its first owner; ValidationError (by field) when its data are not right."""
    organisation.full_clean()
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        # Somebody registered the same code between our look and our write: ask again, in words.
        organisation.full_clean()
        raise error
    Membership.objects.create(organisation=organisation, user=by, role=Role.OWNER)
    return organisation


def ask_to_join(organisation, *, by):
    """Tell the owners by mail; the person asking does not learn who they are."""
    for owner in User.objects.filter(
        memberships__organisation=organisation, memberships__role=Role.OWNER
    ):
        _notify(
            owner, "accounts/join_request", cause=f"join-request:{organisation.pk}:{by.pk}", link=reverse("accounts:organisation", args=[organisation.code]),
            context={"person": by, "email": by.email, "organisation": organisation},
        )  # fmt: skip


@transaction.atomic
def invite_teammate(organisation, email, role, *, by):
    """Ask somebody by mail to join. ValidationError when the address is wrong, invited or a member already."""
    email = clean_text(email).lower()
    validate_email(email)
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise ValidationError(_("This person works for the organisation already."), code="member")
    # An invitation that has ended makes room for a new one.
    TeamInvitation.objects.filter(
        organisation=organisation,
        email=email,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__lte=timezone.now(),
    ).update(withdrawn_at=timezone.now())
    token = new_token()
    try:
        with transaction.atomic():
            invitation = TeamInvitation.objects.create(
                organisation=organisation,
                email=email,
                role=role,
                digest=digest(token),
                invited_by=by,
            )
    except IntegrityError as error:
        raise ValidationError(_("This address is invited already."), code="again") from error
    known = User.objects.filter(email=email, is_active=True).first()
    _notify(
        known or email, "accounts/team_invitation", cause=f"team-invitation:{invitation.pk}", link=reverse("accounts:join", args=[token]),
        language=known.language if known else by.language, context={"inviter": by, "organisation": organisation, "role": invitation.get_role_display()},
    )  # fmt: skip
    return invitation


def invitation_of(token):
    """The open invitation a link leads to, or None: made-up, used, withdrawn and ended ones look the same."""
    rows = TeamInvitation.objects.filter(
        digest=digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    )
    return rows.select_related("organisation", "invited_by").first()


@transaction.atomic
def accept_invitation(invitation, *, user):
    """Join. ValidationError `other_address` when somebody else was invited."""
    if user.email.lower() != invitation.email.lower():
        raise ValidationError(
            _("This invitation is for another e-mail address. Please sign in with that one."),
            code="other_address",
        )
    taken = TeamInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if taken.update(accepted_at=timezone.now(), accepted_by=user):
        Membership.objects.get_or_create(
            organisation=invitation.organisation, user=user, defaults={"role": invitation.role}
        )
    return invitation.organisation


def withdraw_invitation(invitation):
    """Take an open invitation back. True if it was open."""
    return bool(
        TeamInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )
    )


@transaction.atomic
def change_role(membership, role):
    """Another role for a member; ValidationError `last_owner` when nobody would own the organisation."""
    _keep_an_owner(membership, role)
    Membership.objects.filter(pk=membership.pk).update(role=role)


@transaction.atomic
def remove_member(membership):
    """A member leaves; ValidationError `last_owner` for the last owner."""
    _keep_an_owner(membership, None)
    membership.delete()


def _keep_an_owner(membership, role):
    # The organisation's row is the lock: two owners who leave at once must not both succeed.
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    others = Membership.objects.filter(
        organisation=membership.organisation_id, role=Role.OWNER
    ).exclude(pk=membership.pk)
    if role != Role.OWNER and membership.role == Role.OWNER and not others.exists():
        raise ValidationError(
            _("An organisation needs an owner. Make somebody else the owner first."),
            code="last_owner",
        )


@transaction.atomic
def move_address(user):
    """A desk gave the person another address: the former ones no longer sign in, the new one asks for a code."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})


def make_token(user, name, *, can_write, days, year=None):
    """A new API token, for one edition where a year is given: (row, the secret that is shown once)."""
    secret = "waic_" + new_token()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest(secret),
        can_write=can_write,
        year=year,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, secret
