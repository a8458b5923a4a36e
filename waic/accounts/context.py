"""The demo's sign-in help; nothing outside the demo edition."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

PEOPLE = (
    ("organiser", _("Organiser")), ("programme", _("Programme desk")), ("exhibition", _("Exhibition desk")), ("awards", _("Awards desk")),
    ("visitors", _("Visitor desk")), ("press", _("Press desk")), ("host", _("Forum host")), ("speaker", _("Speaker")), ("exhibitor", _("Exhibitor")),
    ("applicant", _("Applicant")), ("judge", _("Judge")), ("visitor", _("Visitor")), ("gate", _("Gate")),
)  # fmt: skip


def demo_people(request):
    """`demo_people` and `demo_password` on the sign-in page of the demo edition."""
    if not settings.DEMO or "/accounts/login" not in request.path:
        return {}
    return {
        "demo_people": [(f"{role}@waic.test", name) for role, name in PEOPLE],
        "demo_password": settings.DEMO_PASSWORD,
    }
