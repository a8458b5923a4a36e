"""What the exhibition desk decides about an application; each step is on record and sends one mail."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from exhibitors import mails
from exhibitors.models import APPLICATION, FirstLaunch
from exhibitors.operations.booths import give_back_all
from exhibitors.operations.publishing import refresh


@transaction.atomic
def approve_application(application, *, by, reason="", version=None):
    """The applicant becomes an exhibitor: pages, pictures and search entries appear."""
    APPLICATION.take(application, "approve", by=by, reason=reason, version=version)
    refresh(application)
    mails.tell_applicant(application, "approved", step="approve", reason=reason)
    return application


@transaction.atomic
def ask_for_changes(application, *, by, reason="", version=None):
    """Give the application back to the applicant with a reason."""
    APPLICATION.take(application, "ask_for_changes", by=by, reason=reason, version=version)
    mails.tell_applicant(application, "changes", step="ask_for_changes", reason=reason)
    return application


@transaction.atomic
def decline_application(application, *, by, reason="", version=None):
    """Say no, with a reason; booths held for it become free."""
    APPLICATION.take(application, "decline", by=by, reason=reason, version=version)
    give_back_all(application)
    mails.tell_applicant(application, "declined", step="decline", reason=reason)
    return application


@transaction.atomic
def reopen_application(application, *, by, reason="", version=None):
    """Give a decided application back to the applicant; an exhibitor leaves the public site until approved again.

    ValidationError `not_allowed` when the organisation has applied anew meanwhile.
    """
    try:
        with transaction.atomic():
            APPLICATION.take(application, "reopen", by=by, reason=reason, version=version)
    except IntegrityError as error:
        raise ValidationError(
            _("This organisation has an application for this edition already."), code="not_allowed"
        ) from error
    refresh(application)
    mails.tell_applicant(application, "reopened", step="reopen", reason=reason)
    return application


@transaction.atomic
def decide_launch(launch, *, state, remark=""):
    """Confirm or refuse the claim of a first launch, the latter with a remark. True when something changed.

    ValidationError by field, `reason` when a refusal says nothing.
    """
    launch = FirstLaunch.objects.select_for_update(no_key=True).get(pk=launch.pk)
    before = (launch.state, launch.remark)
    launch.state, launch.remark = state, remark
    launch.full_clean()
    if before == (launch.state, launch.remark):
        return False
    launch.save(update_fields=["state", "remark"])
    refresh(launch.exhibit.application)
    return True
