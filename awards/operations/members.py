"""Working on an entry together: inviting by mail, joining, leaving."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from awards.models import EntryMember
from awards.operations.entries import editable, still_open
from waic.accounts.models import User, digest, new_token
from waic.lib import clock
from waic.lib.text import clean_text
from waic.notifications.outbox import notify

MOST = 20


@transaction.atomic
def invite_member(entry, email, *, by, name=""):
    """Ask a co-applicant by mail; ValidationError says why that is not possible."""
    entry = editable(entry)
    email = clean_text(email).lower()
    validate_email(email)
    EntryMember._meta.get_field("email").run_validators(email)
    if entry.members.count() >= MOST:
        raise ValidationError(
            _("An entry has at most %(most)d people."), code="too_many", params={"most": MOST}
        )
    token = new_token()
    try:
        with transaction.atomic():
            member = EntryMember.objects.create(
                entry=entry, email=email, name=clean_text(name)[:100], digest=digest(token)
            )
    except IntegrityError as error:
        raise ValidationError(_("This address is invited already."), code="again") from error
    known = User.objects.filter(email=email, is_active=True).first()
    language = known.language if known else by.language
    with translation.override(language):
        link = reverse("awards:join", args=[token])
    notify(
        known or email,
        "awards/member_invited",
        cause=f"entry-member:{member.pk}",
        context={"entry": entry, "inviter": by},
        link=link,
        language=language,
    )
    return member


def invitation_of(token):
    """The invitation a link leads to, open or used, or None."""
    members = EntryMember.objects.select_related("entry__call__award", "entry__call__edition")
    return members.filter(digest=digest(token)).exclude(digest="").first()


@transaction.atomic
def join_entry(member, *, user):
    """Take part in an entry. ValidationError when somebody else was invited, the person is on it, or it is too late."""
    if user.email.lower() != member.email.lower():
        raise ValidationError(
            _("This invitation is for another e-mail address. Please sign in with that one."),
            code="other_address",
        )
    entry = still_open(member.entry)
    invited = entry.members.filter(pk=member.pk)
    if not invited.exists():
        raise ValidationError(_("This invitation was taken back."), code="gone")
    if entry.members.filter(user=user).exclude(pk=member.pk).exists():
        raise ValidationError(_("You are on this entry already."), code="again")
    name = member.name or user.name
    if invited.filter(joined_at=None).update(user=user, name=name, joined_at=clock.now()):
        _tell_lead(entry, "awards/member_joined", f"entry-member:{member.pk}:joined", joined=user)
    return entry


@transaction.atomic
def leave_entry(entry, *, user):
    """A co-applicant takes themselves off an entry, also one handed in; the lead is told and stays."""
    entry = still_open(entry)
    member = entry.members.filter(user=user).first()
    if member is None:
        return  # the second of two clicks
    if member.is_lead:
        raise ValidationError(
            _("You started this entry, so you cannot leave it; you can withdraw it."), code="lead"
        )
    entry.members.filter(pk=member.pk).delete()
    _tell_lead(entry, "awards/member_left", f"entry-member:{member.pk}:left", left=user)


def _tell_lead(entry, template, cause, **context):
    lead = entry.members.filter(is_lead=True).exclude(user=None).select_related("user").first()
    if lead is None:
        return
    with translation.override(lead.user.language):
        link = reverse("awards:entry", args=[entry.code])
    notify(lead.user, template, cause=cause, context={"entry": entry, **context}, link=link)


@transaction.atomic
def remove_member(entry, member):
    """Take a person off an entry; the lead stays."""
    entry = editable(entry)
    if member.is_lead:
        raise ValidationError(_("The lead applicant cannot be removed."), code="lead")
    entry.members.filter(pk=member.pk, is_lead=False).delete()
