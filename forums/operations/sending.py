"""Many letters at once: a job sends one after the other, each in a transaction of its own, and names what stayed behind."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Invitation, InvitationState
from forums.operations.invitations import send_invitation
from waic.lib import jobs

JOB = "send-invitations"
# Up to so many are sent while somebody waits.
MOST_AT_HAND = 20
UNSENT = (InvitationState.DRAFT, InvitationState.APPROVED)


def start_sending(letters, *, by, reason=""):
    """Queue the sending of letters, [(number of the row, version that was seen or None)]; the job."""
    params = {"letters": sorted(letters), "reason": reason}
    title = _("Sending invitations (%(count)d)") % {"count": len(letters)}
    return jobs.start(JOB, title=title, params=params, by=by)


def send_letters(progress, letters, reason=""):
    """Send what is still to be sent; the job's note counts, its list names what was not sent and why.

    A letter that went out meanwhile, by this job before its worker was lost or by somebody else, is not sent twice.
    """
    _check_sender(progress.by)
    progress.total = len(letters)
    sent, out = 0, 0
    for pk, version in letters:
        invitation = Invitation.objects.select_related("forum__edition", "speaker").filter(pk=pk).first()  # fmt: skip
        if invitation is None:
            progress.leave(_("A letter was deleted meanwhile."))
        elif invitation.state not in UNSENT and invitation.sent_at:
            out += 1
        elif why := _not_sent(invitation, version, progress.by, reason):
            progress.leave(f"{invitation}: {why}")
        else:
            sent += 1
        progress.step(note=_note(sent, out, len(progress.left)))


def _check_sender(person):
    """Whoever lost the right to write letters meanwhile sends none."""
    if person is None or not person.is_active or not person.has_perm("forums.change_invitation"):
        raise ValidationError(_("You may not do this."), code="not_yours")


def _not_sent(invitation, version, by, reason):
    """Send one letter; why it could not be, or ""."""
    try:
        with transaction.atomic():
            send_invitation(invitation, by=by, reason=reason, version=version)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _note(sent, out, left):
    words = [_("Sent: %(count)d.") % {"count": sent}]
    if out:
        words.append(_("Out already: %(count)d.") % {"count": out})
    if left:
        words.append(_("Not sent: %(count)d.") % {"count": left})
    return " ".join(words)
