"""Who may act on a draft, and the lock that everything written to it takes."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from exhibitors.models import Application
from waic.accounts.models import Membership, Role


def may_act_for(user, organisation):
    """Owners and editors of an organisation act for it; viewers look."""
    return Membership.objects.filter(
        user=user, organisation=organisation, role__in=[Role.OWNER, Role.EDITOR]
    ).exists()


def locked(application, *, by):
    """The application's row, locked, for somebody who may act for it; PermissionDenied for anybody else."""
    row = (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "edition", "edition__exhibition_call", "started_by")
        .get(pk=application.pk)
    )
    if not may_act_for(by, row.organisation):
        raise PermissionDenied(_("You may look at this application but not change it."))
    return row


def locked_draft(application, *, by, version=None):
    """As `locked`; ValidationError `not_editable` when it is with the desk, `stale` for an old version."""
    row = locked(application, by=by)
    if not row.is_editable:
        raise ValidationError(
            _("This application is with the exhibition desk and cannot be changed now."),
            code="not_editable",
        )
    if version is not None and row.version != version:
        raise ValidationError(
            _("Somebody changed this a moment ago. Reload the page and look again."), code="stale"
        )
    return row


def touch(application, *, by, fields=()):
    """Store some columns of a locked application and raise its version."""
    application.version += 1
    application.changed_by = by
    application.save(update_fields=[*fields, "version", "changed_by"])
