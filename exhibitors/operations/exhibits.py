"""Exhibits of a draft: add, change, remove; each may claim to be a first launch."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exhibitors.models import ClaimState, Exhibit, FirstLaunch
from exhibitors.operations import uploads
from exhibitors.operations.access import locked_draft, touch

MOST = 200  # exhibits of one exhibitor


def add_exhibit(application, *, by, values, launch=None, picture=None, entry_key=None):
    """Add an exhibit; the same entry_key answers the exhibit that was made with it.

    values: fields of Exhibit. launch: scope, evidence, launch_at of a claim, or None. picture: an upload.
    ValidationError: by field, `too_many`, `not_editable`.
    """
    with uploads.received(picture, uploads.RULES["picture"], kind="exhibit", by=by) as stored:
        row = locked_draft(application, by=by)
        if entry_key and (made := row.exhibits.filter(entry_key=entry_key).first()):
            uploads.discard(stored)
            return made
        count = row.exhibits.count()
        if count >= MOST:
            raise ValidationError(
                _("At most %(limit)d exhibits are possible."),
                code="too_many",
                params={"limit": MOST},
            )
        exhibit = Exhibit(
            application=row, picture=stored, entry_key=entry_key, order=count, **values
        )
        exhibit.full_clean()
        exhibit.save()
        _set_claim(exhibit, launch)
        touch(row, by=by)
        return exhibit


def change_exhibit(
    exhibit, *, by, values, launch=None, picture=None, drop_picture=False, version=None
):
    """Store an exhibit anew, its claim included (None takes the claim back).

    ValidationError: by field, `not_editable`, `stale` when somebody else changed it since `version`.
    """
    with uploads.received(picture, uploads.RULES["picture"], kind="exhibit", by=by) as stored:
        row = locked_draft(exhibit.application, by=by)
        current = row.exhibits.get(pk=exhibit.pk)
        if version is not None and current.version != version:
            raise ValidationError(
                _("Somebody changed this a moment ago. Reload the page and look again."),
                code="stale",
            )
        before = current.picture
        for name, value in values.items():
            setattr(current, name, value)
        if stored or drop_picture:
            current.picture = stored
        current.version += 1
        current.full_clean()
        current.save()
        _set_claim(current, launch)
        touch(row, by=by)
        if before != current.picture:
            uploads.discard(before)
        return current


@transaction.atomic
def remove_exhibit(exhibit, *, by):
    """Take an exhibit out of the draft, with its picture. True if it was there; twice is harmless."""
    row = locked_draft(exhibit.application, by=by)
    current = row.exhibits.filter(pk=exhibit.pk).first()
    if current is None:
        return False
    uploads.discard(current.picture)
    current.delete()
    touch(row, by=by)
    return True


def _set_claim(exhibit, launch):
    """Write, change or take back the claim; a changed claim waits for the desk again."""
    if launch is None:
        FirstLaunch.objects.filter(exhibit=exhibit).delete()
        return
    claim = FirstLaunch.objects.filter(exhibit=exhibit).first() or FirstLaunch(exhibit=exhibit)
    if claim.pk and all(getattr(claim, name) == value for name, value in launch.items()):
        return
    for name, value in launch.items():
        setattr(claim, name, value)
    claim.state, claim.remark = ClaimState.CLAIMED, ""
    claim.full_clean()
    claim.save()
