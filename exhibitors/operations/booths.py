"""Giving booths to exhibitors; the database lets a booth have one exhibitor at a time."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from exhibitors import mails
from exhibitors.models import Allocation, ApplicationState
from exhibitors.operations.publishing import refresh
from waic.lib import clock

_MAY_HOLD = (ApplicationState.SUBMITTED, ApplicationState.CHANGES, ApplicationState.APPROVED)


def refuse_unfit(application, booth):
    """ValidationError `other_edition` or `not_allowed` when this application cannot have this booth."""
    if booth.hall.venue.edition_id != application.edition_id:
        raise ValidationError(_("This booth belongs to another edition."), code="other_edition")
    if application.state not in _MAY_HOLD:
        raise ValidationError(
            _("Only an application that was submitted can have a booth."), code="not_allowed"
        )


@transaction.atomic
def allocate_booth(application, booth, *, tell=True):
    """Give a booth to an application of the same edition.

    The same booth again is harmless. ValidationError: `taken`, `other_edition`, `not_allowed`.
    """
    refuse_unfit(application, booth)
    if held := Allocation.objects.current().filter(application=application, booth=booth).first():
        return held
    try:
        with transaction.atomic():
            allocation = Allocation.objects.create(application=application, booth=booth)
    except IntegrityError as error:
        raise ValidationError(_("This booth is taken."), code="taken") from error
    refresh(application)
    if tell:
        tell_booth(allocation)
    return allocation


def tell_booth(allocation):
    """Write to the exhibitor which booth was given."""
    booth = allocation.booth
    mails.tell_applicant(
        allocation.application, "booth", step=f"booth:{allocation.pk}", booth=booth, hall=booth.hall
    )


@transaction.atomic
def release_booth(allocation):
    """Take a booth back. True if it was held; twice is harmless."""
    held = Allocation.objects.current().filter(pk=allocation.pk)
    released = bool(held.update(released_at=clock.now()))
    if released:
        refresh(allocation.application)
    return released


def give_back_all(application):
    """Free every booth of an application that ended."""
    Allocation.objects.current().filter(application=application).update(released_at=clock.now())
