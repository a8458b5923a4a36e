"""The mails of the exhibition: one per step to the applicant, a notice to the desk."""

from django.urls import reverse
from django.utils import translation

from waic.accounts.desks import desk_members
from waic.accounts.models import Language
from waic.notifications.outbox import notify

DESK = "exhibition"


def tell_applicant(application, template, *, step, **context):
    """One message to whoever started the application and one to its contact, if that is somebody else.

    Both in the language of the person who started it. `step` and the version make the cause unique.
    """
    starter = application.started_by
    language = starter.language if starter else Language.ZH
    recipients = {starter.email: starter} if starter else {}
    if application.contact_email:
        recipients.setdefault(application.contact_email.lower(), application.contact_email)
    with translation.override(language):
        link = reverse("exhibitors:application", args=[application.code])
    for recipient in recipients.values():
        notify(
            recipient, f"exhibitors/{template}", cause=cause_of(application, step), link=link,
            language=language, context={"application": application, **context},
        )  # fmt: skip


def tell_desk(application, template, *, step, **context):
    """A notice to every member of the exhibition desk, each in their own language."""
    for member in desk_members(DESK):
        with translation.override(member.language):
            link = reverse("admin:exhibitors_application_change", args=[application.pk])
        notify(
            member, f"exhibitors/{template}", cause=f"desk:{cause_of(application, step)}", link=link,
            context={"application": application, **context},
        )  # fmt: skip


def cause_of(application, step):
    return f"exhibitors.application:{application.pk}:{step}:{application.version}"
